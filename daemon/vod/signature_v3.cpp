#include "daemon/vod/signature_v3.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "daemon/vod/hmac.h"

namespace vodcatalog {
namespace {

constexpr std::string_view kAlgorithm = "ACS3-HMAC-SHA256";

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kBlanks = " \t";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

void append_names(std::string& out, std::span<const Parameters::value_type> headers) {
    bool first = true;
    for (const auto& [name, value] : headers) {
        if (!first) out += ';';
        first = false;
        out += name;
    }
}

/// SHA-256 with its OpenSSL objects kept: fetching them costs more than hashing a request does.
class Sha256 {
public:
    Sha256() : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {}
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256() {
        EVP_MD_CTX_free(context_);
        EVP_MD_free(digest_);
    }

    [[nodiscard]] std::string_view compute(std::string_view text) {
        if (EVP_DigestInit_ex2(context_, digest_, nullptr) != 1 ||
            EVP_DigestUpdate(context_, text.data(), text.size()) != 1 ||
            EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(value_.data()),
                               nullptr) != 1) {
            throw std::runtime_error("OpenSSL cannot compute SHA-256");
        }
        return {value_.data(), value_.size()};
    }

private:
    EVP_MD* digest_;
    EVP_MD_CTX* context_;
    std::array<char, 32> value_{};
};

}  // namespace

struct SignatureV3::State {
    explicit State(std::string_view secret) : hmac("SHA256", secret) {}
    Hmac hmac;
    Sha256 sha256;
    std::string text;
    std::string canonical_sha256;
    std::string signature;
};

SignatureV3::SignatureV3(std::string_view access_key_secret)
    : state_(std::make_unique<State>(access_key_secret)) {}
SignatureV3::~SignatureV3() = default;
SignatureV3::SignatureV3(SignatureV3&&) noexcept = default;
SignatureV3& SignatureV3::operator=(SignatureV3&&) noexcept = default;

const std::string& SignatureV3::sign(const SignableRequest& request) {
    std::string& text = state_->text;
    text.assign(request.method);
    text += '\n';
    text += request.path;
    text += '\n';
    text += request.canonical_query;
    text += '\n';
    for (const auto& [name, value] : request.headers) {
        text += name;
        text += ':';
        text += trimmed(value);
        text += '\n';
    }
    text += '\n';
    append_names(text, request.headers);
    text += '\n';
    text += request.body_sha256;

    std::string& canonical_sha256 = state_->canonical_sha256;
    canonical_sha256.clear();
    append_hex(canonical_sha256, state_->sha256.compute(text));

    text.assign(kAlgorithm);
    text += '\n';
    text += canonical_sha256;
    std::string& signature = state_->signature;
    signature.clear();
    append_hex(signature, state_->hmac.compute(text));
    return signature;
}

const std::string& SignatureV3::canonical_request_sha256() const noexcept {
    return state_->canonical_sha256;
}

std::string authorization_v3(std::string_view access_key_id,
                             std::span<const Parameters::value_type> headers,
                             std::string_view signature) {
    std::string out{kAlgorithm};
    out += " Credential=";
    out += access_key_id;
    out += ",SignedHeaders=";
    append_names(out, headers);
    out += ",Signature=";
    out += signature;
    return out;
}

std::string sha256_hex(std::string_view bytes) {
    std::string out;
    append_hex(out, Sha256{}.compute(bytes));
    return out;
}

}  // namespace vodcatalog

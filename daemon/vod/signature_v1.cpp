#include "daemon/vod/signature_v1.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "daemon/vod/hmac.h"

namespace vodcatalog {
namespace {

Hmac keyed(std::string_view access_key_secret) {
    std::string key{access_key_secret};
    key += '&';
    Hmac hmac("SHA1", key);
    OPENSSL_cleanse(key.data(), key.size());
    return hmac;
}

}  // namespace

struct SignatureV1::State {
    explicit State(std::string_view secret) : hmac(keyed(secret)) {}
    Hmac hmac;
    std::string query;
    std::string text;
    std::string signature;
};

SignatureV1::SignatureV1(std::string_view access_key_secret)
    : state_(std::make_unique<State>(access_key_secret)) {}
SignatureV1::~SignatureV1() = default;
SignatureV1::SignatureV1(SignatureV1&&) noexcept = default;
SignatureV1& SignatureV1::operator=(SignatureV1&&) noexcept = default;

const std::string& SignatureV1::sign(std::string_view method, Parameters& parameters) {
    std::sort(parameters.begin(), parameters.end());
    std::string& query = state_->query;
    query.clear();
    for (const auto& [name, value] : parameters) {
        if (!query.empty()) query += '&';
        append_percent_encoded(query, name);
        query += '=';
        append_percent_encoded(query, value);
    }
    return sign_query(method, query);
}

const std::string& SignatureV1::sign_query(std::string_view method, std::string_view query) {
    std::string& text = state_->text;
    text.assign(method);
    text += "&%2F&";
    append_percent_encoded(text, query);
    const std::string_view mac = state_->hmac.compute(text);
    std::array<unsigned char, 32> base64{};  // 28 characters and OpenSSL's closing zero
    const int size =
        EVP_EncodeBlock(base64.data(), reinterpret_cast<const unsigned char*>(mac.data()),
                        static_cast<int>(mac.size()));
    return state_->signature.assign(reinterpret_cast<const char*>(base64.data()),
                                    static_cast<std::size_t>(size));
}

const std::string& SignatureV1::string_to_sign() const noexcept {
    return state_->text;
}

}  // namespace vodcatalog

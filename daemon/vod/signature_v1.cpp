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
    std::string text;
};

SignatureV1::SignatureV1(std::string_view access_key_secret)
    : state_(std::make_unique<State>(access_key_secret)) {}
SignatureV1::~SignatureV1() = default;
SignatureV1::SignatureV1(SignatureV1&&) noexcept = default;
SignatureV1& SignatureV1::operator=(SignatureV1&&) noexcept = default;

std::string SignatureV1::sign(std::string_view method, Parameters& parameters) {
    std::sort(parameters.begin(), parameters.end());
    std::string& text = state_->text;
    text.assign(method);
    text += "&%2F&";
    for (const auto& [name, value] : parameters) {
        append_percent_encoded_twice(text, name);
        text += "%3D";
        append_percent_encoded_twice(text, value);
        text += "%26";
    }
    if (!parameters.empty()) text.resize(text.size() - 3);  // no & after the last

    const std::string_view mac = state_->hmac.compute(text);
    std::array<unsigned char, 32> base64{};  // 28 characters and OpenSSL's closing zero
    const int size =
        EVP_EncodeBlock(base64.data(), reinterpret_cast<const unsigned char*>(mac.data()),
                        static_cast<int>(mac.size()));
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
}

const std::string& SignatureV1::string_to_sign() const noexcept {
    return state_->text;
}

}  // namespace vodcatalog

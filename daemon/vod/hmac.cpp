#include "daemon/vod/hmac.h"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdexcept>
#include <string>

namespace vodcatalog {
namespace {

const unsigned char* bytes(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct Hmac::Context {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    EVP_MAC_CTX* state = EVP_MAC_CTX_new(mac);

    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() {
        EVP_MAC_CTX_free(state);
        EVP_MAC_free(mac);
    }
};

Hmac::Hmac(const char* digest, std::string_view key) : context_(std::make_unique<Context>()) {
    std::string name = digest;
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", name.data(), 0),
                                     OSSL_PARAM_construct_end()};
    if (key.data() == nullptr) key = "";
    if (context_->state == nullptr ||
        EVP_MAC_init(context_->state, bytes(key), key.size(), parameters) != 1) {
        throw std::runtime_error("OpenSSL has no HMAC with " + name);
    }
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

std::string_view Hmac::compute(std::string_view text) {
    std::size_t size = 0;
    // Without a key, init goes back to the state after the constructor's.
    if (EVP_MAC_init(context_->state, nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(context_->state, bytes(text), text.size()) != 1 ||
        EVP_MAC_final(context_->state, reinterpret_cast<unsigned char*>(value_.data()), &size,
                      value_.size()) != 1) {
        throw std::runtime_error("OpenSSL cannot compute an HMAC");
    }
    return {value_.data(), size};
}

}  // namespace vodcatalog

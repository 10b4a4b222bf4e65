#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/vod/hmac.h"

namespace bench {

/// Whole requests signed by V3 from a template: only the query, the second and the nonce differ.
class CeilingSigner {
public:
    CeilingSigner(std::string authority, std::string action);

    /// Writes the request with that query into `out`.
    void request(std::string_view query, std::string& out);

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
        void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    };
    void bring_up_to_date();

    const std::string authority_, action_;
    vodcatalog::Hmac hmac_;
    std::unique_ptr<EVP_MD, Free> sha256_;
    std::unique_ptr<EVP_MD_CTX, Free> context_;
    std::string text_;
    std::string nonce_;
    std::string date_;
    std::time_t dated_ = 0;
    std::uint64_t calls_ = 0;
};

}  // namespace bench

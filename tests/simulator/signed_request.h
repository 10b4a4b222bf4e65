#pragma once

#include <cstdint>
#include <string>

#include "daemon/vod/credentials.h"
#include "daemon/vod/signature.h"

namespace simulator {

/// A request of the API as an SDK would send it, for tests; every part can be made wrong.
struct SignedRequest {
    vodcatalog::Credentials credentials;
    bool v3 = true;
    bool form = false;  ///< Parameters in a form body; in the query otherwise.
    std::string method = "POST";
    std::string host = "127.0.0.1";
    std::string action = "GetImageInfos";
    std::string version = "2017-03-21";
    std::string format = "JSON";
    std::string time;       ///< "2026-01-02T03:04:05Z"; now_ms as such if empty.
    std::int64_t now_ms{};  ///< UTC
    std::string nonce;      ///< A fresh one if empty.
    std::string connection = "keep-alive";
    std::string content_sha256;         ///< V3's header; the body's hash if empty.
    std::string accept_encoding;        ///< The header's value; without it if empty.
    vodcatalog::Parameters parameters;  ///< Of the operation.

    /// All its bytes.
    [[nodiscard]] std::string text() const;

private:
    [[nodiscard]] std::string v1_text(const std::string& date,
                                      const std::string& fresh_nonce) const;
    [[nodiscard]] std::string v3_text(const std::string& date,
                                      const std::string& fresh_nonce) const;
};

}  // namespace simulator

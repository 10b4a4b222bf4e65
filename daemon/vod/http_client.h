#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/error.h"
#include "daemon/vod/endpoint.h"

namespace vodcatalog {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    Endpoint endpoint;
    std::string method = "POST";
    std::string target = "/";  ///< Path and query, encoded.
    /// Host included; Content-Length is added from the body, and Accept-Encoding: gzip.
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{10'000};  ///< For the whole request, connecting included.
    /// A longer answer is cut off and thrown away. Of a packed one, both sizes count.
    std::size_t body_bytes_max = 8 * 1024 * 1024;
};

struct HttpResponse {
    int status = 0;
    Headers headers;   ///< As received, names in the server's case.
    std::string body;  ///< Unpacked.

    /// The first header of that name, whatever its case.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// A reused connection turned out to be closed before any byte of an answer came: worth one more
/// try, at once.
class StaleConnection : public catalog::Retryable {
public:
    using Retryable::Retryable;
};

/// The proxy lets nothing through before a person mends its credentials or its rules.
class ProxyRefused : public catalog::Refused {
public:
    using Refused::Refused;
};

/// The way out to the network, as a seam. One thread at a time: each fetcher has its own.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    /// Sends one request and takes the whole answer into `response`, reusing its memory. Any status
    /// is an answer; redirects are not followed. Throws catalog::Retryable if no whole answer came
    /// within `request.timeout` (nothing, less than Content-Length says, more than body_bytes_max,
    /// no HTTP, damaged gzip, another Content-Encoding), and catalog::Refused if the server's
    /// certificate does not verify (ProxyRefused: the proxy said no). No message names query or
    /// headers.
    virtual void send(const HttpRequest& request, HttpResponse& response) = 0;
};

}  // namespace vodcatalog

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/web/web_reply.h"

namespace vodcatalog {

/// One request as it came, as a plain value: handlers are tested without sockets.
struct WebRequest {
    std::string method;  ///< "GET"; letters as sent.
    std::string path;    ///< Begins with a slash. As sent: nothing is decoded.
    std::string query;   ///< What follows the first '?', as sent.
    std::vector<std::pair<std::string, std::string>> headers;  ///< Names in small letters.
    std::string body;

    /// The first header of that name (in small letters), nullptr if there is none.
    [[nodiscard]] const std::string* header(std::string_view name) const noexcept;
};

/// Puts a request together from the bytes of one connection, HTTP/1.0 or 1.1 (RFC 9112), and
/// refuses what could mean two things. No socket and no clock.
class WebRequestReader {
public:
    static constexpr std::size_t kHeadBytesMax = 16 * 1024;
    static constexpr std::size_t kHeadersMax = 64;

    /// Told the head, body still empty: how many bytes the body may have. Throws WebRefusal if the
    /// request is not wanted.
    using Admit = std::function<std::size_t(const WebRequest& head)>;
    explicit WebRequestReader(Admit admit) : admit_(std::move(admit)) {}

    /// The next bytes. True once the request is whole; what follows it is passed over. Throws
    /// WebRefusal; after that, and after true, there is nothing more to take.
    [[nodiscard]] bool take(std::string_view bytes);
    [[nodiscard]] WebRequest& request() noexcept { return request_; }

private:
    void take_head(std::string_view text);
    void take_header(std::string_view line);
    [[nodiscard]] std::size_t body_length() const;

    const Admit admit_;
    std::string head_;
    bool has_head_ = false;
    std::size_t length_ = 0;
    WebRequest request_;
};

}  // namespace vodcatalog

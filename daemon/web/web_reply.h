#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vodcatalog {

/// The answer to a WebRequest, as a plain value.
struct WebReply {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    /// Others than Content-Type and those of the connection; no control characters.
    std::vector<std::pair<std::string, std::string>> headers = {};
};

/// A request that is not carried out. Its message is the body of the answer: it has no secret in
/// it, and nothing of the request.
class WebRefusal : public std::runtime_error {
public:
    /// `allow`: the methods that are taken, with 405.
    WebRefusal(int status, const std::string& message, std::string allow = "")
        : runtime_error(message), status_(status), allow_(std::move(allow)) {}
    [[nodiscard]] WebReply reply() const;

private:
    int status_;
    std::string allow_;
};

/// The reply on the wire, after which the connection ends (RFC 9112). With `head_only` (the answer
/// to HEAD) without its body. Nothing may keep it, nor take it for anything but what it says it is.
[[nodiscard]] std::string to_bytes(const WebReply& reply, bool head_only);

}  // namespace vodcatalog

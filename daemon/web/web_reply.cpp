#include "daemon/web/web_reply.h"

#include <Poco/Net/HTTPResponse.h>

namespace vodcatalog {

WebReply WebRefusal::reply() const {
    WebReply reply{status_, "text/plain; charset=utf-8", std::string(what()) + "\n"};
    if (!allow_.empty()) reply.headers.emplace_back("Allow", allow_);
    return reply;
}

std::string to_bytes(const WebReply& reply, bool head_only) {
    using Poco::Net::HTTPResponse;
    const auto status = static_cast<HTTPResponse::HTTPStatus>(reply.status);
    std::string bytes = "HTTP/1.1 " + std::to_string(reply.status) + " " +
                        HTTPResponse::getReasonForStatus(status) + "\r\n";
    const auto add = [&bytes](const std::string& name, const std::string& value) {
        bytes.append(name).append(": ").append(value).append("\r\n");
    };
    add("Content-Type", reply.content_type);
    add("Content-Length", std::to_string(reply.body.size()));
    add("Connection", "close");
    add("Cache-Control", "no-store");
    add("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : reply.headers) add(name, value);
    bytes += "\r\n";
    if (!head_only) bytes += reply.body;
    return bytes;
}

}  // namespace vodcatalog

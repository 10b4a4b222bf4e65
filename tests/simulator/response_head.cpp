#include "tests/simulator/response_head.h"

#include <array>
#include <ctime>

#include "tests/simulator/history.h"

namespace simulator {
namespace {

std::string date_header(std::int64_t ms) {
    const auto seconds = static_cast<std::time_t>(ms / 1'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> out{};
    std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return out.data();
}

const char* reason(int http_status) {
    switch (http_status) {
        case 200:
            return "OK";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 407:
            return "Proxy Authentication Required";
        case 429:
            return "Too Many Requests";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Time-out";
        default:
            return "Error";
    }
}

}  // namespace

std::string length_line(std::size_t bytes) {
    return "content-length: " + std::to_string(bytes) + "\r\n";
}

std::string ResponseHead::text() const {
    std::string out =
        "HTTP/1.1 " + std::to_string(reply.http_status) + " " + reason(reply.http_status);
    out += "\r\nDate: " + date_header(now_ms + reply.clock_skew.count());
    out += "\r\ncontent-type: " + reply.content_type + "\r\n" + lengths;
    if (keep_alive) {
        out += "connection: keep-alive\r\nkeep-alive: timeout=" +
               std::to_string(scenario.keep_alive.count() / 1'000);
    } else {
        out += "connection: close";
    }
    if (reply.gateway) {
        const std::string trace = make_image_id(reply.request_id.high, reply.request_id.low);
        out += "\r\naccess-control-allow-origin: *\r\naccess-control-expose-headers: *";
        out += "\r\nx-acs-request-id: " + reply.request_id.text() + "\r\nx-acs-trace-id: " + trace;
        out += "\r\netag: " + trace.substr(0, 20);
    }
    for (const auto& [name, value] : reply.headers) out += "\r\n" + name + ": " + value;
    return out + "\r\n\r\n";
}

}  // namespace simulator

#include "daemon/web/web_request.h"

#include <algorithm>
#include <charconv>

#include "daemon/vod/ascii_case.h"

namespace vodcatalog {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

/// What a method or a header's name may be made of (RFC 9110, token).
bool is_token(std::string_view text) noexcept {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view kBlanks = " \t";
    const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
    const std::size_t end = text.find_last_not_of(kBlanks);
    return text.substr(begin, end == std::string_view::npos ? 0 : end - begin + 1);
}

/// Takes a line off the front of `rest`, which ends with one.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (std::any_of(line.begin(), line.end(), is_control))
        throw WebRefusal(400, "the head of the request has a control character");
    return line;
}

/// "GET /path?query HTTP/1.1"
void take_request_line(std::string_view line, WebRequest& request) {
    const std::size_t first = std::min(line.find(' '), line.size());
    const std::size_t last = std::min(line.rfind(' '), line.size());
    const std::string_view method = line.substr(0, first);
    const std::string_view version = last < line.size() ? line.substr(last + 1) : line;
    if (!is_token(method) || first == last)
        throw WebRefusal(400, "the first line is no request of HTTP");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        throw WebRefusal(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const bool is_printable =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (!target.starts_with('/') || !is_printable)
        throw WebRefusal(400, "what is asked for is no path");
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.method = method;
    request.path = target.substr(0, mark);
    if (mark < target.size()) request.query = target.substr(mark + 1);
}

}  // namespace

const std::string* WebRequest::header(std::string_view name) const noexcept {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [name](const auto& each) { return each.first == name; });
    return found == headers.end() ? nullptr : &found->second;
}

bool WebRequestReader::take(std::string_view bytes) {
    if (!has_head_) {
        const std::size_t known = head_.size();
        head_.append(bytes);
        const std::size_t from = known - std::min(known, kHeadEnd.size() - 1);
        const std::size_t end = head_.find(kHeadEnd, from);
        if (std::min(end, head_.size()) > kHeadBytesMax)
            throw WebRefusal(431, "the head of the request is too long");
        if (end == std::string::npos) return false;
        take_head(std::string_view(head_).substr(0, end + 2));
        has_head_ = true;
        bytes.remove_prefix(end + kHeadEnd.size() - known);
    }
    request_.body.append(bytes.substr(0, length_ - request_.body.size()));
    return request_.body.size() == length_;
}

void WebRequestReader::take_head(std::string_view text) {
    take_request_line(take_line(text), request_);
    while (!text.empty()) take_header(take_line(text));
    length_ = body_length();
    const std::size_t most = admit_(request_);
    if (length_ > most) throw WebRefusal(413, "the body of the request is too long");
}

void WebRequestReader::take_header(std::string_view line) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    std::string name(line.substr(0, colon));
    if (colon == line.size() || !is_token(name))
        throw WebRefusal(400, "a line of the request's head is no header");
    if (request_.headers.size() == kHeadersMax)
        throw WebRefusal(431, "the request has too many headers");
    std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
    const bool is_single = name == "host" || name == "content-length" || name == "authorization";
    if (is_single && request_.header(name) != nullptr)
        throw WebRefusal(400, "the request has a header twice that it may have once");
    request_.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
}

std::size_t WebRequestReader::body_length() const {
    if (request_.header("transfer-encoding") != nullptr)
        throw WebRefusal(411, "the body must come in one piece, with its Content-Length");
    const std::string* const text = request_.header("content-length");
    if (text == nullptr) return 0;
    std::size_t length = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, length);
    if (error == std::errc::result_out_of_range)
        throw WebRefusal(413, "the body of the request is too long");
    if (error != std::errc{} || stop != end)
        throw WebRefusal(400, "the Content-Length is no number");
    return length;
}

}  // namespace vodcatalog

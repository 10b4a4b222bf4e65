#include "daemon/vod/http_head.h"

#include <algorithm>
#include <charconv>

#include "catalog/error.h"
#include "daemon/vod/ascii_case.h"

namespace vodcatalog {
namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw catalog::Retryable("the answer is refused: " + why);
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// What a header's name may be made of (RFC 9110, token).
bool is_token(std::string_view text) noexcept {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

std::string_view trim(std::string_view text) noexcept {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Takes a line off the front of `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) refuse("its head is cut off");
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::any_of(line.begin(), line.end(), is_control)) {
        refuse("it has a control character in its head");
    }
    return line;
}

/// Returns whether it is HTTP/1.1, not 1.0.
bool parse_status(std::string_view line, int& status) {
    const bool newer = line.starts_with("HTTP/1.1 ");
    if (!newer && !line.starts_with("HTTP/1.0 ")) refuse("it is no HTTP/1.1");
    line.remove_prefix(9);
    const std::string_view code = line.substr(0, 3);
    if (code.size() != 3 || !std::all_of(code.begin(), code.end(), is_digit) ||
        code.front() == '0' || (line.size() > 3 && line[3] != ' ')) {
        refuse("its status is no number");
    }
    status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    return newer;
}

std::size_t parse_length(std::string_view text, std::size_t body_bytes_max) {
    std::size_t length = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, length);
    if (error == std::errc::invalid_argument || stop != end) {
        refuse("its Content-Length is no number");
    }
    if (error != std::errc{} || length > body_bytes_max) {
        refuse("it is longer than " + std::to_string(body_bytes_max) + " bytes");
    }
    return length;
}

/// Whether a list like "keep-alive, Upgrade" has that word.
bool has_word(std::string_view list, std::string_view word) noexcept {
    while (!list.empty()) {
        const std::string_view item = list.substr(0, list.find(','));
        if (equal_in_any_case(trim(item), word)) return true;
        list.remove_prefix(std::min(list.size(), item.size() + 1));
    }
    return false;
}

void apply(std::string_view name, std::string_view value, std::size_t body_bytes_max,
           HttpHead& head) {
    if (equal_in_any_case(name, "Content-Length")) {
        if (head.length) refuse("it has more than one Content-Length");
        head.length = parse_length(value, body_bytes_max);
    } else if (equal_in_any_case(name, "Transfer-Encoding")) {
        if (head.chunked || !equal_in_any_case(value, "chunked"))
            refuse("its Transfer-Encoding is unknown");
        head.chunked = true;
    } else if (equal_in_any_case(name, "Content-Encoding")) {
        if (equal_in_any_case(value, "identity")) return;
        if (head.gzip ||
            (!equal_in_any_case(value, "gzip") && !equal_in_any_case(value, "x-gzip"))) {
            refuse("it has a Content-Encoding that nobody asked for");
        }
        head.gzip = true;
    } else if (equal_in_any_case(name, "Connection")) {
        if (has_word(value, "close")) head.keep_alive = false;
    }
}

}  // namespace

HttpHead parse_head(std::string_view text, std::size_t headers_max, std::size_t body_bytes_max,
                    HttpResponse& response) {
    HttpHead head;
    head.keep_alive = parse_status(take_line(text), response.status);
    const int status = response.status;
    head.has_body = status >= 200 && status != 204 && status != 304;
    std::size_t count = 0;
    for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string_view name = line.substr(0, colon);
        if (colon == line.size() || !is_token(name)) refuse("a line of its head is no header");
        const std::string_view value = trim(line.substr(colon + 1));
        if (count == headers_max) {
            refuse("it has more than " + std::to_string(headers_max) + " headers");
        }
        if (count == response.headers.size()) response.headers.emplace_back();
        response.headers[count].first.assign(name);
        response.headers[count].second.assign(value);
        ++count;
        apply(name, value, body_bytes_max, head);
    }
    response.headers.resize(count);
    if (head.length && head.chunked) refuse("it has both a Content-Length and chunks");
    return head;
}

}  // namespace vodcatalog

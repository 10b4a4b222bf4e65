#include "tests/simulator/http_request.h"

namespace simulator {
namespace {

int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
            digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Takes the text up to `end` (and `end`) off the front of `rest`.
std::string_view take(std::string_view& rest, std::string_view end) noexcept {
    const std::size_t at = rest.find(end);
    const std::string_view taken = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + end.size());
    return taken;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

void read_form(std::string_view text, Pairs& out) {
    while (!text.empty()) {
        std::string_view value = take(text, "&");
        if (value.empty()) continue;
        const std::string_view name = take(value, "=");
        out.emplace_back(decode(name), decode(value));
    }
}

bool read_head(std::string_view head, HttpRequest& out) {
    std::string_view line = take(head, "\r\n");
    out.method = take(line, " ");
    std::string_view target = take(line, " ");
    if (out.method.empty() || target.empty() || target[0] != '/' || !line.starts_with("HTTP/1.")) {
        return false;
    }
    out.path = take(target, "?");
    out.query = target;
    while (!head.empty()) {
        std::string_view value = take(head, "\r\n");
        const std::size_t colon = value.find(':');
        if (colon == std::string_view::npos || colon == 0) return false;
        const std::string_view name = take(value, ":");
        out.headers.emplace_back(lower(name), trim(value));
    }
    return true;
}

}  // namespace simulator

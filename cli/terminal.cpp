#include "cli/terminal.h"

#include <Poco/TextIterator.h>
#include <Poco/UTF8Encoding.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cwchar>

namespace vodcatalog {
namespace {

std::size_t columns_of(int character) {
    // As in a locale of UTF-8, which main() asks for; what it does not know takes one column.
    const int columns = wcwidth(static_cast<wchar_t>(character));
    return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

bool is_dumb() {
    const char* const kind = std::getenv("TERM");
    return kind != nullptr && std::string_view(kind) == "dumb";
}

bool is_set(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

/// Calls `use(bytes so far, columns of the next character)` for each character until it says false.
template <typename Use>
void each_character(std::string_view text, const Use& use) {
    const Poco::UTF8Encoding utf8;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data() + at);
        const int length = utf8.sequenceLength(bytes, 1);
        const auto rest = text.size() - at;
        const bool whole = length > 0 && static_cast<std::size_t>(length) <= rest;
        const int character = whole ? utf8.queryConvert(bytes, length) : -1;
        if (!use(at, character < 0 ? 1 : columns_of(character))) return;
        at += character < 0 ? 1 : static_cast<std::size_t>(length);
    }
}

}  // namespace

Terminal standard_output() {
    if (isatty(STDOUT_FILENO) == 0) return {};
    Terminal terminal{80, !is_set("NO_COLOR") && !is_dumb()};
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        terminal.width = size.ws_col;
    } else if (is_set("COLUMNS")) {
        terminal.width = std::max(20UL, std::strtoul(std::getenv("COLUMNS"), nullptr, 10));
    }
    return terminal;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    each_character(text, [&](std::size_t, std::size_t width) {
        columns += width;
        return true;
    });
    return columns;
}

std::string_view fitting(std::string_view text, std::size_t width) {
    std::size_t columns = 0;
    std::size_t end = text.size();
    each_character(text, [&](std::size_t at, std::size_t next) {
        end = at;
        if (columns + next > width) return false;
        columns += next;
        end = text.size();
        return true;
    });
    return text.substr(0, end);
}

}  // namespace vodcatalog

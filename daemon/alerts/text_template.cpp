#include "daemon/alerts/text_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

constexpr std::string_view kBegin = "{{";
constexpr std::string_view kEnd = "}}";

bool is_name(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

TextTemplate::TextTemplate(std::string_view text, const std::set<std::string>& names) {
    std::string plain;
    while (!text.empty()) {
        const std::size_t begin = text.find(kBegin);
        plain += text.substr(0, begin);
        if (begin == std::string_view::npos) break;
        const std::string_view rest = text.substr(begin + kBegin.size());
        const std::size_t end = rest.find(kEnd);
        const std::string_view name = rest.substr(0, end);
        if (!is_name(name)) {
            // JSON has doubled braces of its own.
            plain += text[begin];
            text.remove_prefix(begin + 1);
            continue;
        }
        if (end == std::string_view::npos) {
            throw catalog::Unusable(fmt::format("has {{{{{} without its }}}}", name));
        }
        if (!names.contains(std::string(name))) {
            throw catalog::Unusable(
                fmt::format("names {{{{{}}}}}; there are {}", name, fmt::join(names, ", ")));
        }
        if (!plain.empty()) pieces_.push_back({false, std::move(plain)});
        plain.clear();
        pieces_.push_back({true, std::string(name)});
        text = rest.substr(end + kEnd.size());
    }
    if (!plain.empty()) pieces_.push_back({false, std::move(plain)});
}

bool TextTemplate::uses(std::string_view name) const noexcept {
    return std::any_of(pieces_.begin(), pieces_.end(),
                       [&](const Piece& piece) { return piece.is_name && piece.text == name; });
}

std::string TextTemplate::fill(const Values& values, const Encode& encode) const {
    std::string text;
    for (const Piece& piece : pieces_) {
        if (!piece.is_name) {
            text += piece.text;
        } else if (const auto value = values.find(piece.text); value != values.end()) {
            text += encode(piece.text, value->second);
        }
    }
    return text;
}

}  // namespace vodcatalog

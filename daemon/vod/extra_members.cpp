#include "daemon/vod/extra_members.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "catalog/error.h"
#include "catalog/stable_url.h"
#include "daemon/vod/json_document.h"
#include "daemon/vod/redact.h"

namespace vodcatalog {

using simdjson::dom::element;
using simdjson::dom::element_type;

ExtraMembers::ExtraMembers(std::size_t text_bytes_max, std::size_t members_max)
    : text_bytes_max_(text_bytes_max), members_max_(members_max) {}

void ExtraMembers::clear() noexcept {
    json_.clear();
    names_.clear();
}

void ExtraMembers::add(std::string_view name, element value) {
    const auto place = std::lower_bound(names_.begin(), names_.end(), name);
    if (place != names_.end() && *place == name) return;
    names_.insert(place, name);
    json_ += json_.empty() ? '{' : ',';
    append_member(name, value);
}

void ExtraMembers::store(std::optional<std::string>& out) const {
    if (json_.empty()) {
        out.reset();
        return;
    }
    if (!out) out.emplace();
    out->assign(json_);
    *out += '}';
}

void ExtraMembers::append_member(std::string_view name, element value) {
    append_quoted(name);
    json_ += ':';
    if (is_secret_name(name)) {
        append_quoted(kMask);
    } else {
        append(value);
    }
}

void ExtraMembers::append(element value) {
    char separator = 0;
    const auto separate = [&] {
        if (separator != 0) json_ += separator;
        separator = ',';
    };
    switch (value.type()) {
        case element_type::OBJECT: {
            const simdjson::dom::object object = as<simdjson::dom::object>(value);
            if (object.size() > members_max_)
                throw catalog::Retryable("the answer has an object with too many members");
            json_ += '{';
            for (const auto member : object) {
                separate();
                append_member(member.key, member.value);
            }
            json_ += '}';
            return;
        }
        case element_type::ARRAY:
            json_ += '[';
            for (const element item : as<simdjson::dom::array>(value)) {
                separate();
                append(item);
            }
            json_ += ']';
            return;
        case element_type::STRING:
            append_text(as<std::string_view>(value));
            return;
        case element_type::INT64:
            append_number(as<std::int64_t>(value));
            return;
        case element_type::UINT64:
            append_number(as<std::uint64_t>(value));
            return;
        case element_type::DOUBLE:
            append_number(as<double>(value));
            return;
        case element_type::BOOL:
            json_ += as<bool>(value) ? "true" : "false";
            return;
        case element_type::NULL_VALUE:
            json_ += "null";
            return;
    }
}

void ExtraMembers::append_text(std::string_view text) {
    if (text.size() > text_bytes_max_)
        throw catalog::Retryable("the answer has a text that is too long");
    catalog::stable_url(text, stable_);
    redact(stable_);
    append_quoted(stable_);
}

void ExtraMembers::append_quoted(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    json_ += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json_ += '\\';
            json_ += c;
        } else if (byte < 0x20) {
            json_ += "\\u00";
            json_ += kDigits[byte >> 4];
            json_ += kDigits[byte & 15];
        } else {
            json_ += c;
        }
    }
    json_ += '"';
}

template <class Number>
void ExtraMembers::append_number(Number number) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    json_.append(text.data(), end);
}

}  // namespace vodcatalog

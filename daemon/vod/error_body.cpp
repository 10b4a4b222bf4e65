#include "daemon/vod/error_body.h"

#include <algorithm>

#include "catalog/error.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kNameBytesMax = 128;  // Code, RequestId
constexpr std::size_t kMessageBytesMax = 4096;
constexpr std::size_t npos = std::string_view::npos;

bool is_in_any_case(std::string_view text, std::string_view lower_name) noexcept {
    return std::equal(text.begin(), text.end(), lower_name.begin(), lower_name.end(),
                      [](char a, char b) {
                          return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
                      });
}

void read_json(element root, ErrorBody& out) {
    if (root.type() != element_type::OBJECT) return;
    std::string scratch;
    std::string_view text;
    const auto take = [&](std::string& place, element value) {
        if (place.empty() && scalar_text(value, scratch, text)) place = text;
    };
    for (const auto [name, value] : as<simdjson::dom::object>(root)) {
        if (is_in_any_case(name, "code")) take(out.code, value);
        if (is_in_any_case(name, "message")) take(out.message, value);
        if (is_in_any_case(name, "requestid")) take(out.request_id, value);
    }
}

void unescape_xml(std::string& text) {
    constexpr std::pair<std::string_view, char> kEntities[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}};
    for (std::size_t at = text.find('&'); at != npos; at = text.find('&', at + 1)) {
        for (const auto& [entity, character] : kEntities) {
            if (text.compare(at, entity.size(), entity) == 0) {
                text.replace(at, entity.size(), 1, character);
                break;
            }
        }
    }
}

/// The text of the first element <name>; empty if there is none.
std::string xml_text(std::string_view xml, std::string_view name) {
    const std::string opening = '<' + std::string{name} + '>';
    const std::size_t begin = xml.find(opening);
    if (begin == npos) return {};
    const std::size_t end = xml.find('<', begin + opening.size());
    if (end == npos) return {};
    std::string out{xml.substr(begin + opening.size(), end - begin - opening.size())};
    unescape_xml(out);
    return out;
}

}  // namespace

ErrorBody read_error_body(std::string_view body, JsonDocument& document, std::string& scratch) {
    ErrorBody out;
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == npos) return out;
    scratch.assign(body);
    if (body[first] == '{') {
        try {
            read_json(document.parse(scratch, AnswerParser::kDepthMax), out);
        } catch (const catalog::Retryable&) {
            return {};  // an error body that says nothing
        }
    } else if (body.find("<Error>") != npos) {  // and not just any HTML
        repair_utf8(scratch);
        out = {xml_text(scratch, "Code"), xml_text(scratch, "Message"),
               xml_text(scratch, "RequestId")};
    }
    cut_utf8(out.code, kNameBytesMax);
    cut_utf8(out.message, kMessageBytesMax);
    cut_utf8(out.request_id, kNameBytesMax);
    return out;
}

}  // namespace vodcatalog

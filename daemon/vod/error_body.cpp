#include "daemon/vod/error_body.h"

#include "catalog/error.h"
#include "daemon/vod/ascii_case.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

using simdjson::dom::element;

constexpr std::size_t kNameBytesMax = 128;  // Code, RequestId
constexpr std::size_t kMessageBytesMax = 4096;
constexpr std::size_t npos = std::string_view::npos;

void cut(ErrorBody& body) {
    cut_utf8(body.code, kNameBytesMax);
    cut_utf8(body.message, kMessageBytesMax);
    cut_utf8(body.request_id, kNameBytesMax);
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

ErrorBody read_error_members(simdjson::dom::object members) {
    ErrorBody out;
    std::string scratch;
    std::string_view text;
    const auto take = [&](std::string& place, element value) {
        if (place.empty() && scalar_text(value, scratch, text)) place = text;
    };
    for (const auto [name, value] : members) {
        if (equal_in_any_case(name, "code")) take(out.code, value);
        if (equal_in_any_case(name, "message")) take(out.message, value);
        if (equal_in_any_case(name, "requestid")) take(out.request_id, value);
    }
    cut(out);
    return out;
}

ErrorBody read_error_body(std::string_view body, JsonDocument& document, std::string& scratch) {
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == npos) return {};
    scratch.assign(body);
    if (body[first] == '{') {
        try {
            return read_error_members(
                as<simdjson::dom::object>(document.parse(scratch, AnswerParser::kDepthMax)));
        } catch (const catalog::Retryable&) {
            return {};  // an error body that says nothing
        }
    }
    if (body.find("<Error>") == npos) return {};  // just any HTML
    repair_utf8(scratch);
    ErrorBody out{xml_text(scratch, "Code"), xml_text(scratch, "Message"),
                  xml_text(scratch, "RequestId")};
    cut(out);
    return out;
}

}  // namespace vodcatalog

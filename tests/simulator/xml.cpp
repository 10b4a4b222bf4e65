#include "tests/simulator/xml.h"

#include <simdjson.h>

namespace simulator {
namespace {

using simdjson::dom::element;

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '<') {
            out += "&lt;";
        } else if (c == '&') {
            out += "&amp;";
        } else if (byte < 0x20 && c != '\n' && c != '\t') {
            out += ' ';
        } else {
            out += c;
        }
    }
}

void append(std::string& out, std::string_view name, element value) {
    simdjson::dom::array values;
    if (value.get(values) == simdjson::SUCCESS) {
        for (const element each : values) append(out, name, each);
        return;
    }
    if (value.is_null()) return;
    const std::string tag{name};
    out += "<" + tag + ">";
    simdjson::dom::object members;
    std::string_view text;
    if (value.get(members) == simdjson::SUCCESS) {
        for (const auto& [key, each] : members) append(out, key, each);
    } else if (value.get(text) == simdjson::SUCCESS) {
        append_escaped(out, text);
    } else {
        out += simdjson::minify(value);
    }
    out += "</" + tag + ">";
}

}  // namespace

std::string xml_of_json(const std::string& json, std::string_view root) {
    simdjson::dom::parser parser;
    element document;
    std::string out = "<?xml version='1.0' encoding='UTF-8'?>";
    if (parser.parse(json).get(document) == simdjson::SUCCESS) append(out, root, document);
    return out;
}

}  // namespace simulator

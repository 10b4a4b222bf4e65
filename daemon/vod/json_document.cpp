#include "daemon/vod/json_document.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>

#include "catalog/error.h"
#include "daemon/vod/json_repair.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kCapacityMin = 64 * 1024;

template <class Number>
std::string_view print(Number number, std::string& scratch) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    return scratch.assign(text.data(), end);
}

}  // namespace

simdjson::dom::element JsonDocument::parse(std::string& json, std::size_t depth_max) {
    repair_escapes(json);
    simdjson::error_code error = try_parse(json, depth_max);
    if (error == simdjson::UTF8_ERROR) {
        repair_utf8(json);
        error = try_parse(json, depth_max);
    }
    if (error == simdjson::NUMBER_ERROR) {
        quote_wild_numbers(json);
        error = try_parse(json, depth_max);
    }
    if (error != simdjson::SUCCESS) {
        throw catalog::Retryable(std::string{"the body is not one whole JSON document: "} +
                                 simdjson::error_message(error));
    }
    return document_.root();
}

simdjson::error_code JsonDocument::try_parse(std::string& json, std::size_t depth_max) {
    // In powers of two, so that answers of slightly growing size do not allocate each time.
    const std::size_t capacity = std::max(kCapacityMin, std::bit_ceil(json.size()));
    if (parser_.capacity() < capacity) {
        if (const auto error = parser_.allocate(capacity, depth_max)) return error;
        if (const auto error = document_.allocate(capacity)) return error;
    }
    const std::size_t size = json.size();
    json.append(simdjson::SIMDJSON_PADDING, ' ');  // simdjson reads that far beyond the end
    json.resize(size);
    return parser_.parse_into_document(document_, json.data(), size, false).error();
}

bool scalar_text(simdjson::dom::element value, std::string& scratch, std::string_view& text) {
    using simdjson::dom::element_type;
    switch (value.type()) {
        case element_type::STRING:
            text = as<std::string_view>(value);
            return true;
        case element_type::INT64:
            text = print(as<std::int64_t>(value), scratch);
            return true;
        case element_type::UINT64:
            text = print(as<std::uint64_t>(value), scratch);
            return true;
        case element_type::DOUBLE:
            text = print(as<double>(value), scratch);
            return true;
        case element_type::BOOL:
            text = as<bool>(value) ? "true" : "false";
            return true;
        case element_type::ARRAY:
        case element_type::OBJECT:
        case element_type::NULL_VALUE:
            return false;
    }
    return false;
}

}  // namespace vodcatalog

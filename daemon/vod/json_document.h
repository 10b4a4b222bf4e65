#pragma once

#include <simdjson.h>

#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>

namespace vodcatalog {

/// A whole JSON document, checked and repaired (see json_repair.h). Keeps its memory from document
/// to document.
class JsonDocument {
public:
    /// Reads `json`, which may be changed and must live as long as what is taken from the root.
    /// Throws catalog::Retryable if it is not one whole document, or deeper than `depth_max` (fixed
    /// at the first call).
    [[nodiscard]] simdjson::dom::element parse(std::string& json, std::size_t depth_max);

private:
    [[nodiscard]] simdjson::error_code try_parse(std::string& json, std::size_t depth_max);

    simdjson::dom::parser parser_;
    simdjson::dom::document document_;
};

/// What `value` holds, whose type the caller has checked.
template <class T>
[[nodiscard]] T as(simdjson::dom::element value) noexcept {
    T out{};
    [[maybe_unused]] const simdjson::error_code error = value.get(out);
    assert(error == simdjson::SUCCESS);
    return out;
}

/// The text of a text, a number or a truth value; false for anything else.
/// The view is valid as long as `scratch` and the document.
[[nodiscard]] bool scalar_text(simdjson::dom::element value, std::string& scratch,
                               std::string_view& text);

}  // namespace vodcatalog

#pragma once

#include <string>
#include <string_view>

#include "daemon/vod/answer_parser.h"
#include "daemon/vod/json_document.h"

namespace vodcatalog {

/// What a JSON error body says; its names may be written in any case.
[[nodiscard]] ErrorBody read_error_members(simdjson::dom::object members);

/// Reads an error body: what AnswerParser::read_error() does. `document` and `scratch` lend their
/// memory.
[[nodiscard]] ErrorBody read_error_body(std::string_view body, JsonDocument& document,
                                        std::string& scratch);

}  // namespace vodcatalog

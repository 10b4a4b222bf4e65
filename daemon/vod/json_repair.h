#pragma once

#include <string>

namespace vodcatalog {

// What simdjson refuses (or lets through) in a document that is otherwise good, made acceptable.
// None of these makes a good document of one that is cut off or is no JSON: strings and structure
// stay as they are.

/// Writes `\ufffd` over the escapes `\u0000` and lone surrogates. In place: the size stays.
void repair_escapes(std::string& json) noexcept;

/// Puts quotes around each number that neither 64 bits nor a double can hold, so that it becomes
/// text.
void quote_wild_numbers(std::string& json);

}  // namespace vodcatalog

#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vodcatalog {

/// Collects, as the text of one JSON object, the members of an answer that have no column of their
/// own. Keeps its memory from object to object.
///
/// Holds no secrets: members with a secret's name are masked, and strings pass stable_url() and
/// redact().
class ExtraMembers {
public:
    ExtraMembers(std::size_t text_bytes_max, std::size_t members_max);

    void clear() noexcept;
    /// Adds a member; of a doubled name the first counts. `name` must stay valid until clear().
    /// Throws catalog::Retryable if a text or an object in it is too large.
    void add(std::string_view name, simdjson::dom::element value);
    /// Puts the object into `out`, reusing its memory, or nothing if there was no member.
    void store(std::optional<std::string>& out) const;

private:
    void append(simdjson::dom::element value);
    void append_member(std::string_view name, simdjson::dom::element value);
    void append_text(std::string_view text);
    void append_quoted(std::string_view text);
    template <class Number>
    void append_number(Number number);

    const std::size_t text_bytes_max_;
    const std::size_t members_max_;
    std::string json_;                     ///< `{` and the members so far, without `}`.
    std::vector<std::string_view> names_;  ///< Sorted.
    std::string stable_;
};

}  // namespace vodcatalog

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulator {

/// A request as it was read from a connection.
struct HttpRequest {
    std::string method;
    std::string path;   ///< As sent, without the query.
    std::string query;  ///< As sent, without the question mark.
    std::vector<std::pair<std::string, std::string>>
        headers;  ///< Names in lower case, values trimmed.
    std::string body;

    /// The first header of that (lower-case) name; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Appends the pairs of a query or a form body, decoded.
void read_form(std::string_view text, Pairs& out);

/// Reads the head of a request, up to and without the empty line. Returns false for what is none.
[[nodiscard]] bool read_head(std::string_view head, HttpRequest& out);

/// Lower case, ASCII only.
[[nodiscard]] std::string lower(std::string_view text);

}  // namespace simulator

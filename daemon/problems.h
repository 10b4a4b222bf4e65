#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vodcatalog {

/// A position in a text: line and column count from 1, the column in bytes. Line 0: the text as a
/// whole.
struct Place {
    std::size_t line = 0;
    std::size_t column = 0;

    bool operator==(const Place&) const = default;
};

/// What is wrong in one file, gathered so that a person is told everything at once.
class Problems {
public:
    /// So many are listed; the rest is counted.
    static constexpr std::size_t kListedMax = 50;

    /// `what` is a sentence without its place and full stop; it holds no secret.
    void add(Place place, std::string what);
    [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
    /// In the order of the file: "FILE:LINE:COLUMN: what", or "FILE: what" about the file as a
    /// whole.
    [[nodiscard]] std::vector<std::string> list(std::string_view file) const;

private:
    struct Problem {
        Place place;
        std::string what;
    };
    std::vector<Problem> problems_;
};

/// `text` as a message may show it: in double quotes, control characters escaped, cut after 80
/// bytes.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace vodcatalog

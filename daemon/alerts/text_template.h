#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vodcatalog {

/// Text with places to be filled in: `{{name}}`. A brace that is not doubled is text. Immutable.
class TextTemplate {
public:
    using Values = std::map<std::string, std::string, std::less<>>;
    using Encode = std::function<std::string(const std::string& name, const std::string& value)>;

    TextTemplate() = default;
    /// Throws catalog::Unusable with a sentence that names the fault: a place that does not end, or
    /// a name that is not one of `names`.
    TextTemplate(std::string_view text, const std::set<std::string>& names);

    [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
    [[nodiscard]] bool uses(std::string_view name) const noexcept;
    /// Each value goes through `encode`. One that is not given is empty.
    [[nodiscard]] std::string fill(const Values& values, const Encode& encode) const;

private:
    struct Piece {
        bool is_name;
        std::string text;
    };
    std::vector<Piece> pieces_;
};

}  // namespace vodcatalog

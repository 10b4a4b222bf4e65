#pragma once

#include <string>
#include <vector>

#include "cli/output.h"

namespace vodcatalog {

/// See make_output(). Keeps at most kRowsMax rows: whoever wants more has no use for a table.
class TableOutput final : public Output {
public:
    static constexpr std::size_t kRowsMax = 10'000;

    TableOutput(std::ostream& out, const Terminal& terminal) : out_(out), terminal_(terminal) {}
    void columns(std::span<const std::string_view> names) override;
    bool row(std::span<const catalog::Cell> cells) override;
    void finish() override;

private:
    struct Column {
        std::string name;
        bool is_number = true;  ///< As long as nothing else was seen.
        std::size_t width = 0;
    };
    void shrink();
    void write_line(const std::vector<std::string>& texts, bool is_head);

    std::ostream& out_;
    Terminal terminal_;
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> lines_;
    bool cut_ = false;
};

}  // namespace vodcatalog

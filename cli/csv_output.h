#pragma once

#include "cli/output.h"

namespace vodcatalog {

/// See make_output().
class CsvOutput final : public Output {
public:
    explicit CsvOutput(std::ostream& out) : out_(out) {}
    void columns(std::span<const std::string_view> names) override;
    bool row(std::span<const catalog::Cell> cells) override;
    void finish() override {}

private:
    std::ostream& out_;
};

}  // namespace vodcatalog

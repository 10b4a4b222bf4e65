#pragma once

#include <string>
#include <vector>

#include "cli/output.h"

namespace vodcatalog {

/// The first row of a result: a line a column, leaving out what is NULL; or one JSON object.
class FieldsOutput final : public Output {
public:
    FieldsOutput(std::ostream& out, bool is_json) : out_(out), is_json_(is_json) {}
    void columns(std::span<const std::string_view> names) override;
    bool row(std::span<const catalog::Cell> cells) override;
    void finish() override {}

private:
    std::ostream& out_;
    bool is_json_;
    std::vector<std::string> names_;
};

/// Passes on the first `limit` rows, and sees whether there is one more.
class LimitedSink final : public catalog::RowSink {
public:
    LimitedSink(catalog::RowSink& sink, std::int64_t limit) : sink_(sink), left_(limit) {}
    void columns(std::span<const std::string_view> names) override { sink_.columns(names); }
    bool row(std::span<const catalog::Cell> cells) override {
        has_more_ = left_-- == 0;
        return !has_more_ && sink_.row(cells);
    }
    [[nodiscard]] bool has_more() const noexcept { return has_more_; }

private:
    catalog::RowSink& sink_;
    std::int64_t left_;
    bool has_more_ = false;
};

}  // namespace vodcatalog

#pragma once

#include <string>
#include <vector>

#include "cli/output.h"

namespace vodcatalog {

/// See make_output().
class JsonOutput final : public Output {
public:
    enum class Shape { array, lines };
    JsonOutput(std::ostream& out, Shape shape) : out_(out), shape_(shape) {}
    void columns(std::span<const std::string_view> names) override;
    bool row(std::span<const catalog::Cell> cells) override;
    void finish() override;

private:
    std::ostream& out_;
    Shape shape_;
    std::vector<std::string> names_;  ///< Each as JSON, with its colon.
};

}  // namespace vodcatalog

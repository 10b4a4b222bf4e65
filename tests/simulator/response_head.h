#pragma once

#include <cstdint>
#include <string>

#include "tests/simulator/reply.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// The head of an answer, up to and with the empty line.
struct ResponseHead {
    const Reply& reply;
    const Scenario& scenario;
    std::int64_t now_ms = 0;  ///< The true time.
    bool keep_alive = true;
    std::string lengths;  ///< Whole lines about the body's length and coding, CRLF after each.

    [[nodiscard]] std::string text() const;
};

/// "content-length: 17", with CRLF after it.
[[nodiscard]] std::string length_line(std::size_t bytes);

}  // namespace simulator

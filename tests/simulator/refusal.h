#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace simulator {

/// Why a call is refused, in the cloud's words.
struct Refusal {
    int http_status = 400;
    std::string code;
    std::string message;

    bool operator==(const Refusal&) const = default;
};

/// The refusal of that code as the cloud's documentation has it: VOD's own codes, the gateway's and
/// STS's. Also `Missing...` and `Invalid...` for any parameter's name. Nothing for another code.
[[nodiscard]] std::optional<Refusal> documented_refusal(std::string_view code);

/// The same for a code that is known to be there. Throws std::logic_error if it is not.
[[nodiscard]] Refusal refuse_with(std::string_view code);

/// Whether an answer with that code carries AccessDeniedDetail.
[[nodiscard]] bool is_permission_code(std::string_view code) noexcept;

}  // namespace simulator

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace simulator {

/// What befalls one call. The names are the keys in a scenario; example.yaml says what each does.
enum class Fault : std::uint8_t {
    none,
    throttle,
    http_5xx,
    reset_before_answer,
    reset_in_body,
    truncated_body,
    garbled_body,
    hang,
    drip,
    empty_answer,
    slow,
    huge,
    gzip,
    deflate,
    gzip_bomb,
    deflate_bomb,
    endless_body,
    endless_chunks,
    endless_headers,
    length_too_short,
    length_no_number,
    two_lengths,
    continue_100,
    status_204,
    status_999,
    redirect_302,
    redirect_307,
    proxy_407,
    proxy_502,
    proxy_503,
    proxy_504,
    code,  ///< The last one. An error of the cloud's, by its code.
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::code) + 1;

/// "reset_in_body"
[[nodiscard]] std::string_view to_string(Fault fault) noexcept;
[[nodiscard]] std::optional<Fault> fault_from(std::string_view name) noexcept;

/// Whether a reader that keeps to HTTP gets the whole answer all the same.
[[nodiscard]] bool is_harmless(Fault fault) noexcept;

/// The content coding that the client must have asked for; empty if the fault needs none.
[[nodiscard]] std::string_view coding_of(Fault fault) noexcept;

/// Which share of calls suffers what: shares of 1, together at most 1.
class FaultShares {
public:
    [[nodiscard]] double& operator[](Fault fault) noexcept { return shares_[at(fault)]; }
    [[nodiscard]] double operator[](Fault fault) const noexcept { return shares_[at(fault)]; }
    [[nodiscard]] double sum() const noexcept;
    /// What befalls a call that drew `unit`, from 0 to below 1.
    [[nodiscard]] Fault drawn(double unit) const noexcept;

private:
    [[nodiscard]] static std::size_t at(Fault fault) noexcept {
        return static_cast<std::size_t>(fault);
    }
    std::array<double, kFaultCount> shares_{};
};

}  // namespace simulator

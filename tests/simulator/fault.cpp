#include "tests/simulator/fault.h"

#include <numeric>

namespace simulator {
namespace {

constexpr std::array<std::string_view, kFaultCount> kNames = {"none",
                                                              "throttle",
                                                              "http_5xx",
                                                              "reset_before_answer",
                                                              "reset_in_body",
                                                              "truncated_body",
                                                              "garbled_body",
                                                              "hang",
                                                              "drip",
                                                              "empty_answer",
                                                              "slow",
                                                              "huge",
                                                              "gzip",
                                                              "deflate",
                                                              "gzip_bomb",
                                                              "deflate_bomb",
                                                              "endless_body",
                                                              "endless_chunks",
                                                              "endless_headers",
                                                              "length_too_short",
                                                              "length_no_number",
                                                              "two_lengths",
                                                              "continue_100",
                                                              "status_204",
                                                              "status_999",
                                                              "redirect_302",
                                                              "redirect_307",
                                                              "proxy_407",
                                                              "proxy_502",
                                                              "proxy_503",
                                                              "proxy_504",
                                                              "code"};

}  // namespace

std::string_view to_string(Fault fault) noexcept {
    return kNames[static_cast<std::size_t>(fault)];
}

std::optional<Fault> fault_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return static_cast<Fault>(i);
    }
    return std::nullopt;
}

bool is_harmless(Fault fault) noexcept {
    return fault == Fault::none || fault == Fault::slow || fault == Fault::gzip ||
           fault == Fault::deflate || fault == Fault::continue_100;
}

std::string_view coding_of(Fault fault) noexcept {
    if (fault == Fault::gzip || fault == Fault::gzip_bomb) return "gzip";
    if (fault == Fault::deflate || fault == Fault::deflate_bomb) return "deflate";
    return "";
}

double FaultShares::sum() const noexcept {
    return std::accumulate(shares_.begin(), shares_.end(), 0.0);
}

Fault FaultShares::drawn(double unit) const noexcept {
    for (std::size_t i = 1; i < shares_.size(); ++i) {
        if (unit < shares_[i]) return static_cast<Fault>(i);
        unit -= shares_[i];
    }
    return Fault::none;
}

}  // namespace simulator

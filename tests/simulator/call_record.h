#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "tests/simulator/fault.h"

namespace simulator {

/// One call, as it was answered.
struct CallEntry {
    std::int64_t at = 0;  ///< When it came; UTC, ms.
    std::string account;  ///< Empty if it names no key (nor a role) that exists.
    std::string action;   ///< One of kActions, or "unknown".
    int http_status = 0;
    std::string code;  ///< Of the cloud's error; empty if the answer is none.
    Fault fault = Fault::none;
};

/// Who called what, when, and what became of it, one call after the other. Safe for any thread.
class CallRecord {
public:
    /// The oldest beyond so many are forgotten, and counted.
    static constexpr std::size_t kCallsMax = 200'000;
    void add(CallEntry call);

    /// Those of one account, or (empty) all, from `since` on:
    /// {"now":..,"forgotten":0,"calls":[{"at":1767323045678,"second":1767323045,"account":"main",
    /// "action":"GetImageInfos","http_status":200,"code":"","fault":"none"}]}
    [[nodiscard]] std::string json(std::int64_t now_ms, std::string_view account,
                                   std::int64_t since) const;

private:
    mutable std::mutex mutex_;
    std::deque<CallEntry> calls_;  // guarded by mutex_
    std::uint64_t forgotten_ = 0;  // guarded by mutex_
};

}  // namespace simulator

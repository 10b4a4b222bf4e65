#include "tests/simulator/call_record.h"

#include <utility>

#include "tests/simulator/json_writer.h"

namespace simulator {

void CallRecord::add(CallEntry call) {
    const std::scoped_lock lock(mutex_);
    calls_.push_back(std::move(call));
    if (calls_.size() <= kCallsMax) return;
    calls_.pop_front();
    ++forgotten_;
}

std::string CallRecord::json(std::int64_t now_ms, std::string_view account,
                             std::int64_t since) const {
    const std::scoped_lock lock(mutex_);
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("now", now_ms).member("forgotten", forgotten_);
    out.key("calls").begin_array();
    for (const CallEntry& call : calls_) {
        if (call.at < since || (!account.empty() && call.account != account)) continue;
        out.begin_object().member("at", call.at).member("second", call.at / 1'000);
        out.member("account", call.account).member("action", call.action);
        out.member("http_status", std::int64_t{call.http_status}).member("code", call.code);
        out.member("fault", to_string(call.fault)).end_object();
    }
    out.end_array().end_object();
    return text;
}

}  // namespace simulator

#include "daemon/probe.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "catalog/error.h"
#include "daemon/duration.h"
#include "daemon/vod/cloud_clock.h"
#include "daemon/vod/credentials/credentials_settings.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod_account.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;

/// A well-formed ID that no image has.
constexpr std::string_view kNoImage = "00000000000000000000000000000000";

bool may_mend_itself(CallErrorClass error_class) noexcept {
    return error_class == CallErrorClass::transport || error_class == CallErrorClass::server ||
           error_class == CallErrorClass::throttled;
}

ProbeVerdict verdict_of(const AccountProbe::Call& call) noexcept {
    if (!call.error) return ProbeVerdict::works;
    return may_mend_itself(call.error->error_class) ? ProbeVerdict::later : ProbeVerdict::refused;
}

std::string line(std::string_view name, std::string_view text) {
    return fmt::format("  {:<14} {}\n", name, text);
}

std::string credentials_text(const AccountProbe& probe) {
    if (probe.provider.empty()) return "none: " + probe.why_none;
    std::string text = "from " + probe.provider;
    if (!probe.passed_over.empty()) text += " (passed over: " + probe.passed_over + ")";
    return text;
}

std::string clock_text(const AccountProbe& probe) {
    if (!probe.server_ahead) return "the cloud has not told its time";
    const milliseconds off{std::abs(probe.server_ahead->count())};
    if (off < CloudClock::kOffsetIgnored) return "agrees with the cloud's";
    const std::string text =
        fmt::format("this machine's is {} {} the cloud's; set it right (timedatectl)",
                    std::chrono::floor<std::chrono::seconds>(off),
                    probe.server_ahead->count() > 0 ? "behind" : "ahead of");
    if (!probe.compensate_clock) return text;
    if (off > CloudClock::kOffsetMax) return text + "; that is too much to sign calls around it";
    return text + "; calls are signed by the cloud's meanwhile";
}

std::string call_text(const AccountProbe& probe, const AccountProbe::Call& call) {
    const std::string unused =
        is_chosen(probe.operation, call.operation) ? "" : " (the settings do without it)";
    if (!call.error)
        return fmt::format("works, {} ms",
                           std::chrono::floor<milliseconds>(call.duration).count()) +
               unused;
    std::string text = "fails: " + call.error->code + ": " + call.error->message;
    if (!call.error->request_id.empty()) text += " (request " + call.error->request_id + ")";
    return text + "; " + call.error->advice + unused;
}

std::string result_text(const AccountProbe& probe) {
    switch (verdict_of(probe)) {
        case ProbeVerdict::later:
            return "no answer; try again";
        case ProbeVerdict::refused:
            return "cannot be polled until that is mended";
        case ProbeVerdict::works:
            break;
    }
    std::string by;
    for (const AccountProbe::Call& call : probe.calls) {
        if (call.error || !is_chosen(probe.operation, call.operation)) continue;
        (by += by.empty() ? "" : " and ") += to_string(call.operation);
    }
    return "can be polled, by " + by;
}

/// False if there are none; then `probe` says why.
bool get_credentials(const AccountSettings& account, const ProbeSeams& seams, AccountProbe& probe,
                     VodAccount& vod) {
    try {
        Grant grant = make_provider(account.credentials, {seams.http, seams.metadata, seams.clock,
                                                          seams.random, seams.redactor})
                          ->fetch();
        seams.redactor.know(grant.session.credentials);
        probe.provider = grant.session.provider;
        probe.passed_over = grant.passed_over;
        vod.sessions = std::make_shared<FixedSession>(std::move(grant.session.credentials));
        return true;
    } catch (const catalog::Retryable& error) {
        probe.why_none = error.what();
    } catch (const catalog::Error& error) {
        probe.why_none = error.what();
        probe.mend = true;
    }
    seams.redactor(probe.why_none);
    return false;
}

}  // namespace

ProbeVerdict verdict_of(const AccountProbe& probe) noexcept {
    if (probe.provider.empty()) return probe.mend ? ProbeVerdict::refused : ProbeVerdict::later;
    ProbeVerdict best = ProbeVerdict::refused;
    for (const AccountProbe::Call& call : probe.calls) {
        if (is_chosen(probe.operation, call.operation)) best = std::min(best, verdict_of(call));
    }
    return best;
}

std::string to_text(const AccountProbe& probe) {
    std::string text = "account " + probe.account + ": " + probe.endpoint + "\n";
    text += line("credentials", credentials_text(probe));
    if (!probe.calls.empty()) text += line("clock", clock_text(probe));
    for (const AccountProbe::Call& call : probe.calls)
        text += line(to_string(call.operation), call_text(probe, call));
    return text + line("result", result_text(probe));
}

AccountProbe probe(const AccountSettings& account, const ProbeSeams& seams) {
    AccountProbe result;
    result.account = account.name;
    result.endpoint = account.endpoint.url();
    result.operation = account.operation;
    result.compensate_clock = account.compensate_clock;
    VodAccount vod = vod_account(account, nullptr);
    if (!get_credentials(account, seams, result, vod)) return result;
    VodClient client(vod, seams.http, seams.clock, seams.random);
    const std::string_view image_id =
        account.images.empty() ? kNoImage : std::string_view(account.images.front());
    for (const Operation operation : {Operation::get_image_infos, Operation::get_image_info}) {
        CallOutcome outcome;
        client.call(operation, {&image_id, 1}, outcome);
        if (outcome.server_ahead) result.server_ahead = outcome.server_ahead;
        result.calls.push_back({operation, std::move(outcome.error), outcome.duration});
    }
    return result;
}

}  // namespace vodcatalog

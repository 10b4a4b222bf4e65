#include "tests/simulator/gateway.h"

#include <algorithm>
#include <utility>

#include "tests/simulator/xml.h"

namespace simulator {

/// What one call needs while it is answered.
struct Gateway::Call {
    const HttpRequest& request;
    const std::string& region;
    std::uint64_t number;
    std::int64_t now_ms;  ///< The images' time; the server's own may be skewed.
    std::shared_ptr<const Scenario> scenario;
    Dice dice;
    Admission admission{};
    const Account* account = nullptr;

    [[nodiscard]] std::int64_t server_ms() const { return now_ms + admission.clock_skew.count(); }
    [[nodiscard]] std::string host() const {
        return admission.product == Product::sts ? Sts::kHost : "vod." + region + ".aliyuncs.com";
    }
    [[nodiscard]] std::string account_name() const {
        return account == nullptr ? "" : account->name;
    }
    [[nodiscard]] const Throttle& throttle() const {
        if (account == nullptr) return scenario->faults.throttle;
        const auto& own = scenario->accounts.at(account->index).throttle;
        return own ? *own : scenario->faults.throttle;
    }
    [[nodiscard]] Refusal throttled() const {
        Refusal refusal = refuse_with(throttle().code);
        refusal.http_status = throttle().status;
        return refusal;
    }
};

namespace {

bool is_throttling(const Refusal& refusal) {
    return refusal.code.starts_with("Throttling");
}

/// Whether the client said that it takes such a content coding.
bool accepts(const HttpRequest& request, std::string_view coding) {
    return lower(request.header("accept-encoding")).find(coding) != std::string::npos;
}

}  // namespace

Gateway::Gateway(std::uint64_t seed, std::int64_t start_ms, Accounts& accounts, KeyRing& keys,
                 const Settings& settings, FaultOrders& orders, Tally& tally, CallRecord& record)
    : seed_(seed),
      start_ms_(start_ms),
      accounts_(accounts),
      settings_(settings),
      orders_(orders),
      tally_(tally),
      record_(record),
      signer_(seed),
      gatekeeper_(keys),
      images_(signer_),
      sts_(accounts, keys),
      metadata_(seed, accounts, keys),
      files_(signer_) {}

Reply Gateway::answer(const HttpRequest& request, const std::string& region, std::int64_t now_ms) {
    const std::uint64_t number = calls_++;
    Call call{request, region, number, now_ms, settings_.current(), Dice(seed_, "call", number)};
    Reply reply;
    const std::uint64_t high = call.dice.bits();
    reply.request_id = {high, call.dice.bits()};
    call.admission.clock_skew = reply.clock_skew = call.scenario->clock_skew;
    if (FileServer::is_meant(request)) {
        call.admission.action = "GetFile";
        files_.answer(request, *call.scenario, call.server_ms(), reply);
    } else if (const std::string asked = Metadata::action_of(request); !asked.empty()) {
        call.admission.action = asked;
        metadata_.answer(request, call.scenario->temporary, now_ms, reply);
    } else {
        answer_api(call, reply);
    }
    const Affliction affliction = affliction_of(call);
    reply.fault = affliction.fault;
    spoil(call, affliction, reply);
    note(call, reply);
    return reply;
}

void Gateway::note(const Call& call, const Reply& reply) {
    const std::string& action = call.admission.action;
    tally_.add("call " + (call.admission.refusal ? std::string{"refused"} : action));
    tally_.add("fault " + std::string{to_string(reply.fault)});
    if (call.account != nullptr) tally_.add("account " + call.account->name);
    if (reply.http_status != 200) tally_.add("http " + std::to_string(reply.http_status));
    record_.add({call.now_ms, call.account_name(), is_action(action) ? action : "unknown",
                 reply.http_status, reply.code, reply.fault});
}

void Gateway::answer_api(Call& call, Reply& reply) {
    call.admission = gatekeeper_.admit(call.request, call.now_ms, *call.scenario);
    reply.clock_skew = call.admission.clock_skew;
    if (call.admission.account) call.account = &accounts_.all().at(*call.admission.account);
    // Without a key it is the role that says whose call it is.
    if (call.admission.action == "AssumeRoleWithOIDC") {
        call.account = sts_.role_owner(call.admission);
    }
    std::optional<Refusal> refusal = call.admission.refusal;
    if (!refusal) refusal = answer_admitted(call, reply);
    if (refusal) write_refusal(call, *refusal, reply);
}

std::optional<Refusal> Gateway::answer_admitted(Call& call, Reply& reply) {
    const std::string& action = call.admission.action;
    const bool for_sts = call.admission.product == Product::sts;
    if (auto refusal = refuse_account(call)) return refusal;
    if (!for_sts) {
        if (auto refusal = ImageApi::check(call.admission)) return refusal;
    }
    if (call.account != nullptr &&
        !accounts_.take_token(*call.account, action, *call.scenario, call.now_ms)) {
        add_hints(call.throttle(), reply);
        return call.throttled();
    }
    if (for_sts) {
        return sts_.answer(call.admission, call.scenario->temporary, call.now_ms, reply);
    }
    return images_.answer({call.number, call.now_ms, call.server_ms(), call.region, *call.account,
                           call.admission, *call.scenario},
                          reply);
}

std::optional<Refusal> Gateway::refuse_account(const Call& call) const {
    if (call.account == nullptr) return std::nullopt;
    const AccountSettings& settings = call.scenario->accounts.at(call.account->index);
    const auto& after = settings.suspended_after;
    const bool due = after && call.now_ms >= start_ms_ + after->count();
    if (call.admission.product == Product::vod && (settings.suspended || due)) {
        return refuse_with("OperationDenied.Suspended");
    }
    const auto& denied = settings.denied;
    if (std::find(denied.begin(), denied.end(), call.admission.action) != denied.end()) {
        return refuse_with(settings.denied_code);
    }
    return std::nullopt;
}

/// By order, or else by rule, or else (the image API alone) by share.
Affliction Gateway::affliction_of(Call& call) {
    const std::string& action = call.admission.action;
    const std::string account = call.account_name();
    const double unit = call.dice.unit();
    Affliction affliction;
    if (auto ordered = orders_.take(action, account)) {
        affliction = *std::move(ordered);
    } else {
        if (CallFilter{}.matches(action, account)) {
            affliction.fault = call.scenario->faults.shares.drawn(unit);
        }
        const Milliseconds passed{call.now_ms - start_ms_};
        for (const FaultRule& rule : call.scenario->faults.rules) {
            const bool in_time = passed >= rule.from && (!rule.until || passed < *rule.until);
            if (!in_time || !rule.calls.matches(action, account)) continue;
            if (!call.dice.chance(rule.share)) continue;
            affliction = rule.affliction;
            break;
        }
    }
    const std::string_view coding = coding_of(affliction.fault);
    if (!coding.empty() && !accepts(call.request, coding)) affliction = {};
    return affliction;
}

void Gateway::write_refusal(const Call& call, const Refusal& refusal, Reply& reply) const {
    tally_.add("error " + refusal.code);
    const std::string product = call.admission.product == Product::sts ? "sts:" : "vod:";
    write_error(refusal, call.host(), reply, product + call.admission.action,
                call.account == nullptr ? "" : call.account->uid);
}

/// Puts the answer into the form asked for, and does to it what the fault demands of its content.
void Gateway::spoil(const Call& call, const Affliction& affliction, Reply& reply) const {
    Dice dice(seed_, "spoil", call.number);
    const Fault fault = affliction.fault;
    const std::uint64_t kind = dice.below(3);
    std::optional<Refusal> refusal;
    if (fault == Fault::throttle) refusal = call.throttled();
    if (fault == Fault::code) refusal = affliction.refusal;
    if (fault == Fault::http_5xx && kind < 2) {
        refusal = refuse_with(kind == 0 ? "InternalError" : "ServiceUnavailable");
    }
    if (refusal) {
        reply.headers.clear();
        if (is_throttling(*refusal)) add_hints(call.throttle(), reply);
        write_refusal(call, *refusal, reply);
    }
    if (call.admission.xml) {
        reply.content_type = "text/xml;charset=utf-8";
        const std::string root =
            reply.http_status == 200 ? call.admission.action + "Response" : "Error";
        reply.body = xml_of_json(reply.body, root);
    }
    const bool page = fault == Fault::http_5xx && kind == 2;
    replace_answer(page ? Fault::proxy_502 : fault, call.scenario->faults, reply);
    if (fault == Fault::garbled_body) garble(reply.body, dice);
    if (!is_harmless(fault)) reply.told.reset();
}

}  // namespace simulator

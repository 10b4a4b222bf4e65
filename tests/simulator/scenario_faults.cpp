#include "tests/simulator/scenario_faults.h"

namespace simulator {
namespace {

/// `none` is an empty set.
void read_hints(Section& section, const std::string& key, std::set<ThrottleHint>& out) {
    using Hint = std::optional<ThrottleHint>;
    std::vector<Hint> hints(out.begin(), out.end());
    section.read(key, hints,
                 Words<Hint>{{"none", std::nullopt},
                             {"rate_limit", ThrottleHint::rate_limit},
                             {"rate_limit_user", ThrottleHint::rate_limit_user},
                             {"acs_retry_after", ThrottleHint::acs_retry_after},
                             {"retry_after", ThrottleHint::retry_after}});
    out.clear();
    for (const Hint& hint : hints) {
        if (hint) out.insert(*hint);
    }
}

/// With Fault::code: the code, and what else it says than documented.
Refusal read_refusal(Section& section) {
    std::string code;
    section.read("code", code);
    const std::optional<Refusal> known = documented_refusal(code);
    Refusal refusal = known.value_or(Refusal{0, code, "Told so by the scenario."});
    std::size_t status = static_cast<std::size_t>(refusal.http_status);
    section.read("http_status", status, 999);
    section.read("message", refusal.message);
    if (!known && (code.empty() || status == 0)) {
        section.fail(section.node(), "without a documented code, code and http_status are needed");
    }
    if (status < 200) section.fail(section.node(), "http_status is below 200");
    refusal.http_status = static_cast<int>(status);
    return refusal;
}

const Words<Fault>& fault_words() {
    static const Words<Fault> words = [] {
        Words<Fault> all;
        for (std::size_t i = 1; i < kFaultCount; ++i) {
            const auto fault = static_cast<Fault>(i);
            all.emplace_back(to_string(fault), fault);
        }
        return all;
    }();
    return words;
}

FaultRule read_rule(Section& section) {
    FaultRule rule;
    read_affliction(section, rule.calls, rule.affliction);
    section.read("share", rule.share, kShareMax);
    section.read("from", rule.from);
    section.read("until", rule.until);
    section.close();
    return rule;
}

}  // namespace

void read_throttle(Section& section, const std::string& prefix, const std::string& hints,
                   Throttle& out) {
    section.read(prefix + "status", out.status, Words<int>{{"400", 400}, {"429", 429}});
    section.read(prefix + "code", out.code,
                 Words<std::string>{{"Throttling", "Throttling"},
                                    {"Throttling.User", "Throttling.User"},
                                    {"Throttling.Api", "Throttling.Api"}});
    read_hints(section, hints, out.hints);
    section.read("hint", out.hint);
}

void read_affliction(Section& section, CallFilter& calls, Affliction& affliction) {
    section.read("action", calls.action);
    if (!calls.action.empty() && !is_action(calls.action)) {
        section.fail(section.node(), "there is no action " + calls.action);
    }
    section.read("account", calls.account);
    section.read("fault", affliction.fault, fault_words());
    if (affliction.fault == Fault::none) section.fail(section.node(), "has no fault");
    if (affliction.fault == Fault::code) affliction.refusal = read_refusal(section);
}

void read_faults(Section& root, Faults& out) {
    static constexpr std::size_t kBytesMax = std::size_t{4} << 30;
    Section faults = root.section("faults");
    for (const auto& [key, fault] : fault_words()) {
        if (fault != Fault::code) faults.read(std::string{key}, out.shares[fault], kShareMax);
    }
    if (out.shares.sum() > 1.0 + 1e-9) {
        faults.fail(faults.node(), "the shares are more than 1 together");
    }
    read_throttle(faults, "throttle_", "throttle_hint", out.throttle);
    faults.read("hang_for", out.hang_for);
    faults.read("drip_every", out.drip_every);
    faults.read("slow_for", out.slow_for);
    faults.read("huge_bytes", out.huge_bytes, kBytesMax);
    faults.read("bomb_bytes", out.bomb_bytes, kBytesMax);
    faults.read("redirect_to", out.redirect_to);
    if (auto rules = faults.sections("rules")) {
        out.rules.clear();
        for (Section& rule : *rules) out.rules.push_back(read_rule(rule));
    }
    faults.close();
}

}  // namespace simulator

#include "tests/simulator/scenario_accounts.h"

#include <algorithm>

#include "tests/simulator/scenario_faults.h"

namespace simulator {
namespace {

constexpr const char* kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void read_limit(Section& limits, const std::string& action, Limits& out) {
    Section section = limits.section(action);
    if (section.present()) {
        RateLimit limit = out.contains(action) ? out[action] : RateLimit{};
        section.read("per_second", limit.per_second, kRateMax);
        limit.burst = std::max(limit.per_second, 1.0);
        section.read("burst", limit.burst, kRateMax);
        out[action] = limit;
    }
    section.close();
}

void read_account(Section& section, AccountSettings& out) {
    section.read("images", out.images, 10'000'000);
    section.read("region", out.region);
    section.read("access_key_id", out.access_key_id);
    section.read("access_key_secret", out.access_key_secret);
    section.read("key", out.key,
                 Words<KeyState>{{"active", KeyState::active},
                                 {"inactive", KeyState::inactive},
                                 {"disabled", KeyState::disabled},
                                 {"deleted", KeyState::deleted}});
    Words<std::string> actions;
    for (const std::string_view action : kActions) actions.emplace_back(action, action);
    section.read("denied", out.denied, actions);
    section.read("denied_code", out.denied_code,
                 Words<std::string>{{"Forbidden.RAM", "Forbidden.RAM"},
                                    {"NoPermission", "NoPermission"},
                                    {"Forbidden", "Forbidden"}});
    section.read("suspended", out.suspended);
    section.read("suspended_after", out.suspended_after);
    section.read("clock_skew", out.clock_skew, true);
    read_limits(section, out.limits);
    Section throttle = section.section("throttle");
    if (throttle.present()) {
        if (!out.throttle) out.throttle.emplace();
        read_throttle(throttle, "", "hints", *out.throttle);
    }
    throttle.close();
    section.close();
}

}  // namespace

void read_limits(Section& section, Limits& out) {
    Section limits = section.section("limits");
    for (const std::string_view action : kActions) read_limit(limits, std::string{action}, out);
    limits.close();
}

void read_accounts(Section& root, std::vector<AccountSettings>& out) {
    std::optional<std::vector<Section>> sections = root.sections("accounts");
    if (!sections) return;
    std::set<std::string> seen;
    for (Section& section : *sections) {
        std::string name;
        section.read("name", name);
        const bool plain = !name.empty() && name.find_first_not_of(kNameCharacters) == name.npos;
        if (!plain) section.fail(section.node(), "name is not letters, digits, - and _");
        if (!seen.insert(name).second) section.fail(section.node(), "name stands here twice");
        auto account = std::find_if(out.begin(), out.end(),
                                    [&](const AccountSettings& each) { return each.name == name; });
        if (account == out.end()) {
            account = out.insert(out.end(), AccountSettings{});
            account->name = name;
        }
        read_account(section, *account);
    }
}

void read_temporary(Section& root, Temporary& out) {
    Section temporary = root.section("temporary");
    temporary.read("sts_life", out.sts_life);
    temporary.read("oidc_token", out.oidc_token);
    temporary.read("role", out.role);
    temporary.read("role_account", out.role_account);
    temporary.read("role_life", out.role_life);
    temporary.read("token_required", out.token_required);
    temporary.close();
}

}  // namespace simulator

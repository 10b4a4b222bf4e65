#include "tests/simulator/scenario.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>

#include "tests/simulator/scenario_section.h"

namespace simulator {
namespace {

constexpr double kShare = 1;
constexpr double kRate = 100'000;
constexpr const char* kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void read_lives(Section& root, Scenario& out) {
    Section images = root.section("images");
    images.read("count", out.images);
    images.read("arrive_over", out.lives.arrive_over);
    images.read("created_before", out.lives.created_before);
    images.close();

    Section uploading = root.section("uploading");
    uploading.read("median", out.lives.uploading_median);
    uploading.read("sigma", out.lives.uploading_sigma, 5);
    uploading.close();

    Section outcomes = root.section("outcomes");
    outcomes.read("normal", out.lives.normal, kRate);
    outcomes.read("upload_fail", out.lives.upload_fail, kRate);
    outcomes.read("never", out.lives.never, kRate);
    if (out.lives.normal + out.lives.upload_fail + out.lives.never <= 0) {
        outcomes.fail(outcomes.node(), "at least one outcome must be above 0");
    }
    outcomes.close();

    root.read("edits_per_second", out.lives.edits_per_second, kRate);
    root.read("deletes_per_second", out.lives.deletes_per_second, kRate);
    root.read("freeze_after", out.lives.freeze_after);
}

void read_limit(Section& limits, const std::string& action, Limits& out) {
    Section section = limits.section(action);
    if (section.present()) {
        RateLimit limit = out.contains(action) ? out[action] : RateLimit{};
        section.read("per_second", limit.per_second, kRate);
        limit.burst = std::max(limit.per_second, 1.0);
        section.read("burst", limit.burst, kRate);
        out[action] = limit;
    }
    section.close();
}

void read_limits(Section& section, Limits& out) {
    Section limits = section.section("limits");
    for (const std::string_view action : kActions) read_limit(limits, std::string{action}, out);
    limits.close();
}

const Words<int> kThrottleStatuses = {{"400", 400}, {"429", 429}};
const Words<std::string> kThrottleCodes = {{"Throttling", "Throttling"},
                                           {"Throttling.User", "Throttling.User"},
                                           {"Throttling.Api", "Throttling.Api"}};

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

FaultRule read_rule(Section& section) {
    FaultRule rule;
    read_affliction(section, rule.calls, rule.affliction);
    section.read("share", rule.share, kShare);
    section.read("from", rule.from);
    section.read("until", rule.until);
    section.close();
    return rule;
}

void read_faults(Section& root, Faults& out) {
    static constexpr std::size_t kBytesMax = std::size_t{4} << 30;
    Section faults = root.section("faults");
    for (const auto& [key, fault] : fault_words()) {
        if (fault != Fault::code) faults.read(std::string{key}, out.shares[fault], kShare);
    }
    if (out.shares.sum() > 1.0 + 1e-9) {
        faults.fail(faults.node(), "the shares are more than 1 together");
    }
    faults.read("throttle_status", out.throttle.status, kThrottleStatuses);
    faults.read("throttle_code", out.throttle.code, kThrottleCodes);
    read_hints(faults, "throttle_hint", out.throttle.hints);
    faults.read("hint", out.throttle.hint);
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
        throttle.read("status", out.throttle->status, kThrottleStatuses);
        throttle.read("code", out.throttle->code, kThrottleCodes);
        read_hints(throttle, "hints", out.throttle->hints);
        throttle.read("hint", out.throttle->hint);
    }
    throttle.close();
    section.close();
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

void read_quirks(Section& root, Quirks& out) {
    const Words<Unfinished> unfinished = {{"present", Unfinished::present},
                                          {"zero", Unfinished::zero},
                                          {"absent", Unfinished::absent},
                                          {"mixed", Unfinished::mixed}};
    Section quirks = root.section("quirks");
    quirks.read("uploading_mezzanine", out.uploading_mezzanine, unfinished);
    quirks.read("uploading_url", out.uploading_url, unfinished);
    quirks.read("uploading_sizes", out.uploading_sizes, unfinished);
    quirks.read("file_size", out.file_size,
                Words<FileSizeForm>{{"text", FileSizeForm::text},
                                    {"number", FileSizeForm::number},
                                    {"mixed", FileSizeForm::mixed}});
    quirks.read(
        "lists", out.lists,
        Words<ListForm>{
            {"flat", ListForm::flat}, {"wrapped", ListForm::wrapped}, {"mixed", ListForm::mixed}});
    quirks.read(
        "member_order", out.member_order,
        Words<MemberOrder>{{"fixed", MemberOrder::fixed}, {"shuffled", MemberOrder::shuffled}});
    quirks.read("original_file_name", out.original_file_name,
                Words<FileNameForm>{{"plain", FileNameForm::plain},
                                    {"signed_url", FileNameForm::signed_url},
                                    {"mixed", FileNameForm::mixed}});
    quirks.read(
        "titles", out.titles,
        Words<TitleProfile>{{"plain", TitleProfile::plain}, {"hostile", TitleProfile::hostile}});
    quirks.read("cdn_urls", out.cdn_urls,
                Words<CdnSigning>{{"a", CdnSigning::a},
                                  {"b", CdnSigning::b},
                                  {"c", CdnSigning::c},
                                  {"mixed", CdnSigning::mixed}});
    quirks.read("oss_urls", out.oss_urls,
                Words<OssSigning>{{"v1", OssSigning::v1},
                                  {"v2", OssSigning::v2},
                                  {"v4", OssSigning::v4},
                                  {"mixed", OssSigning::mixed}});
    quirks.read("legacy_members", out.legacy_members);
    quirks.read("empty_lists", out.empty_lists);
    quirks.read("absent_members", out.absent_members, kShare);
    quirks.read("null_members", out.null_members, kShare);
    quirks.read("extra_members", out.extra_members, kShare);
    quirks.read("status_absent", out.status_absent, kShare);
    quirks.read("unsigned_urls", out.unsigned_urls, kShare);
    quirks.close();
}

YAML::Node parse(std::string_view text, const std::string& name) {
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(std::string{text});
        if (documents.size() > 1) throw BadScenario(name + ": more than one document");
        return documents.empty() ? YAML::Node{} : documents.front();
    } catch (const YAML::Exception& error) {
        throw BadScenario(name + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
    }
}

}  // namespace

Scenario read_scenario(std::string_view text, const std::string& name, const Scenario& base) {
    const YAML::Node document = parse(text, name);
    Scenario out = base;
    Section root{document, name, ""};
    read_lives(root, out);
    root.read("clock_skew", out.clock_skew, true);
    Section latency = root.section("latency");
    latency.read("fixed", out.latency_fixed);
    latency.read("jitter", out.latency_jitter);
    latency.close();
    root.read("keep_alive", out.keep_alive);
    root.read("cdn_valid", out.cdn_valid);
    read_limits(root, out.limits);
    read_faults(root, out.faults);
    read_quirks(root, out.quirks);
    read_temporary(root, out.temporary);
    read_accounts(root, out.accounts);
    root.close();
    const auto is_there = [&](const std::string& account) {
        return std::any_of(out.accounts.begin(), out.accounts.end(),
                           [&](const AccountSettings& each) { return each.name == account; });
    };
    if (!is_there(out.temporary.role_account)) {
        throw BadScenario(name + ": temporary: there is no account " + out.temporary.role_account);
    }
    for (const FaultRule& rule : out.faults.rules) {
        if (rule.calls.account.empty() || is_there(rule.calls.account)) continue;
        throw BadScenario(name + ": faults: there is no account " + rule.calls.account);
    }
    return out;
}

FaultOrder read_fault_order(std::string_view text, const std::string& name) {
    static constexpr std::size_t kCallsMax = 100'000'000;
    const YAML::Node document = parse(text, name);
    Section root{document, name, ""};
    FaultOrder order;
    read_affliction(root, order.calls, order.affliction);
    root.read("calls", order.count, kCallsMax);
    root.close();
    return order;
}

Scenario load_scenario(const std::filesystem::path& file) {
    static constexpr std::size_t kBytesMax = 1024 * 1024;
    std::ifstream in(file, std::ios::binary);
    std::string text(kBytesMax + 1, '\0');
    if (!in.read(text.data(), static_cast<std::streamsize>(text.size())) && !in.eof()) {
        throw BadScenario(file.string() + ": cannot be read");
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kBytesMax) throw BadScenario(file.string() + ": has more than 1 MiB");
    return read_scenario(text, file.string());
}

}  // namespace simulator

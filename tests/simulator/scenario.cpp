#include "tests/simulator/scenario.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>

#include "tests/simulator/scenario_accounts.h"
#include "tests/simulator/scenario_faults.h"
#include "tests/simulator/scenario_section.h"

namespace simulator {
namespace {

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
    outcomes.read("normal", out.lives.normal, kRateMax);
    outcomes.read("upload_fail", out.lives.upload_fail, kRateMax);
    outcomes.read("never", out.lives.never, kRateMax);
    if (out.lives.normal + out.lives.upload_fail + out.lives.never <= 0) {
        outcomes.fail(outcomes.node(), "at least one outcome must be above 0");
    }
    outcomes.close();

    root.read("edits_per_second", out.lives.edits_per_second, kRateMax);
    root.read("deletes_per_second", out.lives.deletes_per_second, kRateMax);
    root.read("freeze_after", out.lives.freeze_after);
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
    quirks.read("absent_members", out.absent_members, kShareMax);
    quirks.read("null_members", out.null_members, kShareMax);
    quirks.read("extra_members", out.extra_members, kShareMax);
    quirks.read("status_absent", out.status_absent, kShareMax);
    quirks.read("unsigned_urls", out.unsigned_urls, kShareMax);
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

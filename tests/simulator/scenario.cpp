#include "tests/simulator/scenario.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace simulator {
namespace {

template <typename Enum>
using Words = std::vector<std::pair<std::string_view, Enum>>;

/// One mapping of the document. Every key must have been asked for when close() is called.
class Section {
public:
    Section(const YAML::Node& node, std::string name, std::string path)
        : node_(node), name_(std::move(name)), path_(std::move(path)) {
        if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) fail(node_, "is not a mapping");
    }

    [[nodiscard]] bool present() const { return node_.IsDefined() && node_.IsMap(); }

    [[nodiscard]] Section section(const std::string& key) {
        return {value(key), name_, path_.empty() ? key : path_ + "." + key};
    }

    void read(const std::string& key, Milliseconds& out, bool negative = false) {
        if (const YAML::Node node = value(key)) out = duration(node, key, negative);
    }
    void read(const std::string& key, std::optional<Milliseconds>& out) {
        if (const YAML::Node node = value(key)) out = duration(node, key, false);
    }
    void read(const std::string& key, double& out, double max) {
        const YAML::Node node = value(key);
        if (!node) return;
        double number = 0;
        if (!YAML::convert<double>::decode(node, number) || !(number >= 0 && number <= max)) {
            std::ostringstream range;
            range << key << " is not a number from 0 to " << max;
            fail(node, range.str());
        }
        out = number;
    }
    void read(const std::string& key, bool& out) {
        const YAML::Node node = value(key);
        if (node && !YAML::convert<bool>::decode(node, out))
            fail(node, key + " is not true or false");
    }
    void read(const std::string& key, std::optional<std::size_t>& out) {
        const YAML::Node node = value(key);
        if (!node) return;
        std::size_t number = 0;
        if (!YAML::convert<std::size_t>::decode(node, number) || number > 10'000'000) {
            fail(node, key + " is not a whole number from 0 to 10000000");
        }
        out = number;
    }
    template <typename Enum>
    void read(const std::string& key, Enum& out, const Words<Enum>& words) {
        const YAML::Node node = value(key);
        if (!node) return;
        std::string all;
        for (const auto& [word, meaning] : words) {
            if (node.IsScalar() && node.Scalar() == word) {
                out = meaning;
                return;
            }
            all += (all.empty() ? "" : ", ") + std::string{word};
        }
        fail(node, key + " is none of " + all);
    }

    void close() const {
        if (!present()) return;
        std::set<std::string> seen;
        for (const auto& entry : node_) {
            const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "(no name)";
            if (!known_.contains(key)) fail(entry.first, "unknown key " + key);
            if (!seen.insert(key).second) fail(entry.first, "key " + key + " stands here twice");
        }
    }

    [[noreturn]] void fail(const YAML::Node& node, const std::string& what) const {
        const int line = node.Mark().line + 1;
        throw BadScenario(name_ + ":" + std::to_string(line) + ": " +
                          (path_.empty() ? "" : path_ + ": ") + what);
    }
    [[nodiscard]] const YAML::Node& node() const { return node_; }

private:
    [[nodiscard]] YAML::Node value(const std::string& key) {
        known_.insert(key);
        if (!present()) return YAML::Node{YAML::NodeType::Undefined};
        return std::as_const(node_)[key];
    }

    [[nodiscard]] Milliseconds duration(const YAML::Node& node, const std::string& key,
                                        bool negative) const {
        static const Words<double> kUnits = {
            {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
        const std::string text = node.IsScalar() ? node.Scalar() : "";
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
        for (const auto& [word, milliseconds] : kUnits) {
            if (error != std::errc{} || unit != word || (number < 0 && !negative)) continue;
            const double total = number * milliseconds;
            if (std::abs(total) <= 86'400'000.0 * 36'500) {
                return Milliseconds{std::llround(total)};
            }
        }
        fail(node, key + " is not a duration such as 250ms, 10s, 5m, 2h or 30d");
    }

    YAML::Node node_;
    std::string name_;
    std::string path_;
    std::set<std::string> known_;
};

constexpr double kShare = 1;
constexpr double kRate = 100'000;

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

void read_limit(Section& limits, const std::string& operation, std::optional<RateLimit>& out) {
    Section section = limits.section(operation);
    if (section.present()) {
        RateLimit limit = out.value_or(RateLimit{});
        section.read("per_second", limit.per_second, kRate);
        limit.burst = std::max(limit.per_second, 1.0);
        section.read("burst", limit.burst, kRate);
        out = limit.per_second > 0 ? std::optional{limit} : std::nullopt;
    }
    section.close();
}

void read_faults(Section& root, Faults& out) {
    Section faults = root.section("faults");
    double sum = 0;
    const std::pair<const char*, double*> shares[] = {
        {"throttle", &out.throttle},
        {"http_5xx", &out.http_5xx},
        {"reset_before_answer", &out.reset_before_answer},
        {"reset_in_body", &out.reset_in_body},
        {"truncated_body", &out.truncated_body},
        {"garbled_body", &out.garbled_body},
        {"hang", &out.hang},
        {"drip", &out.drip},
        {"empty_answer", &out.empty_answer},
    };
    for (const auto& [key, share] : shares) {
        faults.read(key, *share, kShare);
        sum += *share;
    }
    if (sum > 1.0 + 1e-9) faults.fail(faults.node(), "the shares are more than 1 together");
    Words<int> statuses = {{"400", 400}, {"429", 429}};
    faults.read("throttle_status", out.throttle_status, statuses);
    faults.read("throttle_hint", out.throttle_hint,
                Words<ThrottleHint>{{"none", ThrottleHint::none},
                                    {"rate_limit", ThrottleHint::rate_limit},
                                    {"acs_retry_after", ThrottleHint::acs_retry_after},
                                    {"retry_after", ThrottleHint::retry_after}});
    faults.read("hint", out.hint);
    faults.read("hang_for", out.hang_for);
    faults.read("drip_every", out.drip_every);
    faults.close();
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
    Section limits = root.section("limits");
    read_limit(limits, "GetImageInfos", out.limits.get_image_infos);
    read_limit(limits, "GetImageInfo", out.limits.get_image_info);
    limits.close();
    read_faults(root, out.faults);
    read_quirks(root, out.quirks);
    root.close();
    return out;
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

#pragma once

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/simulator/scenario.h"

namespace simulator {

inline constexpr double kShareMax = 1;
inline constexpr double kRateMax = 100'000;

/// What a key may say, and what that means.
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
    void read(const std::string& key, std::optional<Milliseconds>& out, bool negative = false) {
        if (const YAML::Node node = value(key)) out = duration(node, key, negative);
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
    void read(const std::string& key, std::size_t& out, std::size_t max) {
        const YAML::Node node = value(key);
        if (!node) return;
        std::size_t number = 0;
        if (!YAML::convert<std::size_t>::decode(node, number) || number > max) {
            fail(node, key + " is not a whole number from 0 to " + std::to_string(max));
        }
        out = number;
    }
    void read(const std::string& key, std::string& out) {
        const YAML::Node node = value(key);
        if (node && !node.IsScalar()) fail(node, key + " is no text");
        if (node) out = node.Scalar();
    }
    template <typename Enum>
    void read(const std::string& key, Enum& out, const Words<Enum>& words) {
        if (const YAML::Node node = value(key)) out = meaning_of(node, key, words);
    }
    /// One word, or a list of them.
    template <typename Enum>
    void read(const std::string& key, std::vector<Enum>& out, const Words<Enum>& words) {
        const YAML::Node node = value(key);
        if (!node) return;
        out.clear();
        if (!node.IsSequence()) return out.push_back(meaning_of(node, key, words));
        for (const YAML::Node& each : node) out.push_back(meaning_of(each, key, words));
    }
    /// A list of mappings; nothing if the key is not there.
    [[nodiscard]] std::optional<std::vector<Section>> sections(const std::string& key) {
        const YAML::Node node = value(key);
        if (!node) return std::nullopt;
        if (!node.IsSequence()) fail(node, key + " is no list");
        std::vector<Section> all;
        for (const YAML::Node& each : node) {
            const std::string place = key + "[" + std::to_string(all.size()) + "]";
            all.emplace_back(each, name_, path_.empty() ? place : path_ + "." + place);
        }
        return all;
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
    template <typename Enum>
    [[nodiscard]] Enum meaning_of(const YAML::Node& node, const std::string& key,
                                  const Words<Enum>& words) const {
        std::string all;
        for (const auto& [word, meaning] : words) {
            if (node.IsScalar() && node.Scalar() == word) return meaning;
            all += (all.empty() ? "" : ", ") + std::string{word};
        }
        fail(node, key + " is none of " + all);
    }

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

}  // namespace simulator

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/problems.h"
#include "daemon/yaml_tree.h"

namespace vodcatalog {

/// One reading of a file: what was wrong, and every key that was asked for ("accounts[].name"),
/// given or not.
struct YamlReading {
    Problems problems;
    std::set<std::string> keys;
};

struct DurationRange {
    std::chrono::milliseconds min;
    std::chrono::milliseconds max;
};

/// A text with the place where it stands.
struct PlacedText {
    std::string text;
    Place place;
};

/// Reads the values of one map, key by key, into variables that hold the defaults: a key that is
/// not given, or whose value is wrong, leaves its variable as it was, and the latter is told to the
/// reading's problems. By asking for a key the caller makes it known; finish() refuses the others.
/// `node` and `reading` outlive the reader.
class YamlReader {
public:
    /// `path` names the map in `reading.keys`: "" for the whole file, "log.", "accounts[].".
    YamlReader(const YamlNode& node, std::string path, YamlReading& reading);

    [[nodiscard]] bool has(std::string_view key) const noexcept;
    /// Something else stands where the map should, which has been told already.
    [[nodiscard]] bool broken() const noexcept { return node_.kind == YamlNode::Kind::broken; }
    /// Where `key` stands, or the map itself where it is not given.
    [[nodiscard]] Place place(std::string_view key) const noexcept;

    /// Text that is not empty and has no control character, at most 4096 bytes.
    [[nodiscard]] bool text(std::string_view key, std::string& out);
    void duration(std::string_view key, DurationRange range, std::chrono::milliseconds& out);
    void number(std::string_view key, double min, double max, double& out);
    void whole_number(std::string_view key, std::int64_t min, std::int64_t max, std::int64_t& out);
    /// A list of texts. Those that are wrong are left out.
    [[nodiscard]] std::vector<PlacedText> texts(std::string_view key);
    /// One of `words`, exactly as written.
    template <typename Value>
    void choice(std::string_view key,
                std::initializer_list<std::pair<std::string_view, Value>> words, Value& out) {
        std::vector<std::string_view> names;
        for (const auto& word : words) names.push_back(word.first);
        const std::size_t chosen = choose(key, names);
        if (chosen < words.size()) out = (words.begin() + chosen)->second;
    }
    /// The same for words that `named` knows.
    template <typename Value>
    void choice(std::string_view key, std::initializer_list<std::string_view> words,
                std::optional<Value> (*named)(std::string_view) noexcept, Value& out) {
        const std::size_t chosen = choose(key, words);
        if (chosen < words.size()) out = named(words.begin()[chosen]).value();
    }
    /// Reads a map inside this one, also when it is not given: then nothing is given in it.
    void map(std::string_view key, const std::function<void(YamlReader&)>& read);
    /// Reads each map of a list. Returns false if there was nothing to read.
    bool each(std::string_view key, const std::function<void(YamlReader&)>& read);

    /// A key people may try and must not use.
    void refuse(std::string_view key, std::string_view why);
    /// A problem with the value of `key`: "KEY WHAT".
    void complain(std::string_view key, std::string_view what);
    /// Refuses every key that was not asked for.
    void finish();

private:
    [[nodiscard]] const YamlEntry* find(std::string_view key) const noexcept;
    [[nodiscard]] const YamlEntry* ask(std::string_view key);
    /// The value of `key` if it is given and text.
    [[nodiscard]] const std::string* scalar(std::string_view key, std::string_view wanted);
    [[nodiscard]] std::size_t choose(std::string_view key,
                                     const std::vector<std::string_view>& words);
    [[nodiscard]] std::string_view text_fault(const YamlNode& node) const noexcept;

    const YamlNode& node_;
    const std::string path_;
    YamlReading& reading_;
    std::set<std::string> asked_;
    std::set<std::string> refused_;
};

}  // namespace vodcatalog

#include "daemon/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "catalog/error.h"
#include "daemon/duration.h"
#include "daemon/near_word.h"

namespace vodcatalog {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t kTextBytesMax = 4096;

template <typename Number>
bool read_number(const std::string& text, Number& out) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    return error == std::errc{} && stop == end;
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::null:
            return "nothing";
        case Kind::text:
            return "a text";
        case Kind::list:
            return "a list";
        case Kind::map:
            return "a map of keys";
        case Kind::broken:
            return "unreadable";
    }
    return "";
}

/// `words` as a person lists them: "a, b or c".
std::string one_of(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace

YamlReader::YamlReader(const YamlNode& node, std::string path, YamlReading& reading)
    : node_(node), path_(std::move(path)), reading_(reading) {}

const YamlEntry* YamlReader::find(std::string_view key) const noexcept {
    for (const YamlEntry& entry : node_.entries) {
        if (entry.key == key) return &entry;
    }
    return nullptr;
}

bool YamlReader::has(std::string_view key) const noexcept {
    return find(key) != nullptr;
}

Place YamlReader::place(std::string_view key) const noexcept {
    const YamlEntry* const entry = find(key);
    return entry == nullptr ? node_.place : entry->place;
}

const YamlEntry* YamlReader::ask(std::string_view key) {
    asked_.emplace(key);
    reading_.keys.insert(path_ + std::string(key));
    return find(key);
}

const std::string* YamlReader::scalar(std::string_view key, std::string_view wanted) {
    const YamlEntry* const entry = ask(key);
    if (entry == nullptr || entry->value.kind == Kind::broken) return nullptr;
    if (entry->value.kind == Kind::text) return &entry->value.text;
    if (entry->value.kind == Kind::null) {
        complain(key, fmt::format("has no value; give {} or remove the line", wanted));
    } else {
        complain(key, fmt::format("is {}; give {}", kind_name(entry->value.kind), wanted));
    }
    return nullptr;
}

std::string_view YamlReader::text_fault(const YamlNode& node) const noexcept {
    if (node.kind == Kind::null) return "has no value; give a text or remove the line";
    if (node.kind != Kind::text) return "must be a text";
    if (node.text.empty()) return "is empty";
    if (node.text.size() > kTextBytesMax) return "is longer than 4096 bytes";
    for (const char character : node.text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f) return "has a control character";
    }
    return {};
}

bool YamlReader::text(std::string_view key, std::string& out) {
    const YamlEntry* const entry = ask(key);
    if (entry == nullptr || entry->value.kind == Kind::broken) return false;
    if (const std::string_view fault = text_fault(entry->value); !fault.empty()) {
        complain(key, fault);
        return false;
    }
    out = entry->value.text;
    return true;
}

void YamlReader::duration(std::string_view key, DurationRange range,
                          std::chrono::milliseconds& out) {
    const std::string* const text = scalar(key, "a duration like 90s");
    if (text == nullptr) return;
    std::string fault;
    try {
        const std::chrono::milliseconds value = parse_duration(*text);
        if (value >= range.min && value <= range.max) {
            out = value;
            return;
        }
        fault = value < range.min ? "is too short" : "is too long";
    } catch (const catalog::Unusable& error) {
        fault = error.what();
    }
    complain(key, fmt::format("{} {}; {} to {} is allowed", in_quotes(*text), fault,
                              to_text(range.min), to_text(range.max)));
}

void YamlReader::number(std::string_view key, double min, double max, double& out) {
    const std::string* const text = scalar(key, "a number");
    if (text == nullptr) return;
    double value = 0;
    if (read_number(*text, value) && std::isfinite(value) && value >= min && value <= max) {
        out = value;
        return;
    }
    complain(key,
             fmt::format("is {}; it must be a number from {} to {}", in_quotes(*text), min, max));
}

void YamlReader::whole_number(std::string_view key, std::int64_t min, std::int64_t max,
                              std::int64_t& out) {
    const std::string* const text = scalar(key, "a whole number");
    if (text == nullptr) return;
    std::int64_t value = 0;
    if (read_number(*text, value) && value >= min && value <= max) {
        out = value;
        return;
    }
    complain(key, fmt::format("is {}; it must be a whole number from {} to {}", in_quotes(*text),
                              min, max));
}

std::vector<PlacedText> YamlReader::texts(std::string_view key) {
    std::vector<PlacedText> texts;
    const YamlEntry* const entry = ask(key);
    if (entry == nullptr) return texts;
    const YamlNode& list = entry->value;
    if (list.kind != Kind::list && list.kind != Kind::null && list.kind != Kind::broken) {
        complain(key, fmt::format("is {}; it must be a list: [a, b]", kind_name(list.kind)));
    }
    for (const YamlNode& item : list.items) {
        if (item.kind == Kind::broken) continue;
        if (const std::string_view fault = text_fault(item); !fault.empty()) {
            reading_.problems.add(item.place, fmt::format("an entry of {} {}", key, fault));
        } else {
            texts.push_back({item.text, item.place});
        }
    }
    return texts;
}

std::size_t YamlReader::choose(std::string_view key, const std::vector<std::string_view>& words) {
    const std::string choices = one_of(words);
    const std::string* const text = scalar(key, choices);
    if (text == nullptr) return words.size();
    const auto chosen = std::find(words.begin(), words.end(), *text);
    if (chosen == words.end())
        complain(key, fmt::format("is {}; it must be {}", in_quotes(*text), choices));
    return static_cast<std::size_t>(chosen - words.begin());
}

void YamlReader::map(std::string_view key, const std::function<void(YamlReader&)>& read) {
    const YamlEntry* const entry = ask(key);
    YamlNode nothing;
    nothing.place = place(key);
    const bool given = entry != nullptr && entry->value.kind == Kind::map;
    if (entry != nullptr && !given && entry->value.kind != Kind::null &&
        entry->value.kind != Kind::broken) {
        complain(key, fmt::format("is {}; it must be a map of keys", kind_name(entry->value.kind)));
    }
    if (entry != nullptr && !given && entry->value.kind != Kind::null) nothing.kind = Kind::broken;
    YamlReader reader(given ? entry->value : nothing, fmt::format("{}{}.", path_, key), reading_);
    read(reader);
    reader.finish();
}

bool YamlReader::each(std::string_view key, const std::function<void(YamlReader&)>& read) {
    const YamlEntry* const entry = ask(key);
    if (entry == nullptr) return false;
    const YamlNode& list = entry->value;
    if (list.kind != Kind::list && list.kind != Kind::null && list.kind != Kind::broken) {
        complain(key, fmt::format("is {}; it must be a list of maps: - name: ...",
                                  kind_name(list.kind)));
    }
    if (list.kind == Kind::null || (list.kind == Kind::list && list.items.empty())) return false;
    for (const YamlNode& item : list.items) {
        if (item.kind == Kind::broken) continue;
        if (item.kind != Kind::map) {
            reading_.problems.add(item.place,
                                  fmt::format("an entry of {} is {}; it must be a map of keys", key,
                                              kind_name(item.kind)));
            continue;
        }
        YamlReader reader(item, fmt::format("{}{}[].", path_, key), reading_);
        read(reader);
        reader.finish();
    }
    return true;
}

void YamlReader::refuse(std::string_view key, std::string_view why) {
    refused_.emplace(key);
    if (has(key)) complain(key, why);
}

void YamlReader::complain(std::string_view key, std::string_view what) {
    reading_.problems.add(place(key), fmt::format("{} {}", key, what));
}

void YamlReader::finish() {
    for (const YamlEntry& entry : node_.entries) {
        if (asked_.contains(entry.key) || refused_.contains(entry.key)) continue;
        std::string advice = near_word(entry.key, asked_);
        if (!advice.empty()) {
            advice = fmt::format("did you mean {}?", advice);
        } else {
            advice = fmt::format("known here: {}", fmt::join(asked_, ", "));
        }
        reading_.problems.add(entry.place,
                              fmt::format("unknown key {}; {}", in_quotes(entry.key), advice));
    }
}

}  // namespace vodcatalog

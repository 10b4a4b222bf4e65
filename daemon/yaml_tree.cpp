#include "daemon/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "daemon/utf8.h"

namespace vodcatalog {
namespace {

Place place_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

Place place_at(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0.
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    return {lines + 1, offset - line_begin + 1};
}

/// Builds the tree from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
public:
    /// Ends the parsing where going on makes no sense; the problem has been told.
    struct Stop {};

    TreeBuilder(std::string_view text, Problems& problems) : text_(text), problems_(problems) {}

    [[nodiscard]] YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ > 0)
            stop(mark, "a second document begins here; settings are one document");
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(leaf(YamlNode::Kind::null, mark, "", anchor));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        problems_.add(place_of(mark), "an alias (*name) is not allowed; write the value itself");
        add(YamlNode{YamlNode::Kind::broken, place_of(mark), {}, {}, {}});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode node = leaf(YamlNode::Kind::text, mark, tag, anchor);
        node.text = value;
        // yaml-cpp takes a quote that is never closed as closed at the end of the file.
        if (tag == "!" && !on_one_line(mark)) {
            problems_.add(node.place,
                          "text must begin and end on one line; is its closing quote missing?");
            node.kind = YamlNode::Kind::broken;
        }
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(leaf(YamlNode::Kind::list, mark, tag, anchor), mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(leaf(YamlNode::Kind::map, mark, tag, anchor), mark);
    }
    void OnMapEnd() override { close(); }

private:
    /// A list or map that is being read; of a map also the key whose value comes next.
    struct Open {
        YamlNode node;
        std::optional<YamlEntry> pending;
        std::unordered_map<std::string, Place> keys;
    };

    YamlNode leaf(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) {
            problems_.add(place_of(mark), "an anchor (&name) is not allowed; remove it");
        }
        if (!tag.empty() && tag != "?" && tag != "!") {
            problems_.add(place_of(mark), "a tag (!name) is not allowed; remove it");
        }
        return YamlNode{kind, place_of(mark), {}, {}, {}};
    }

    [[noreturn]] void stop(const YAML::Mark& mark, std::string what) {
        problems_.add(place_of(mark), std::move(what));
        throw Stop{};
    }

    [[nodiscard]] bool on_one_line(const YAML::Mark& mark) const {
        const auto begin = static_cast<std::size_t>(mark.pos);
        if (begin >= text_.size()) return false;
        const char quote = text_[begin];
        if (quote != '"' && quote != '\'') return false;
        for (std::size_t i = begin + 1; i < text_.size() && text_[i] != '\n'; ++i) {
            if (text_[i] == quote) {
                // In single quotes, '' is a quote in the text.
                if (quote == '\'' && i + 1 < text_.size() && text_[i + 1] == quote) {
                    ++i;
                    continue;
                }
                return true;
            }
            if (quote == '"' && text_[i] == '\\') ++i;
        }
        return false;
    }

    void open(YamlNode node, const YAML::Mark& mark) {
        if (open_.size() == static_cast<std::size_t>(kYamlDepthMax)) {
            stop(mark, fmt::format("nested more than {} deep", kYamlDepthMax));
        }
        open_.push_back(Open{std::move(node), {}, {}});
    }

    void close() {
        YamlNode node = std::move(open_.back().node);
        open_.pop_back();
        add(std::move(node));
    }

    void add(YamlNode node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& top = open_.back();
        if (top.node.kind == YamlNode::Kind::list) {
            top.node.items.push_back(std::move(node));
        } else if (!top.pending) {
            take_key(top, node);
        } else {
            top.pending->value = std::move(node);
            if (top.pending->place.line != 0) top.node.entries.push_back(std::move(*top.pending));
            top.pending.reset();
        }
    }

    /// A key that must not be used leaves an entry without place pending, which is dropped with its
    /// value.
    void take_key(Open& map, const YamlNode& key) {
        map.pending = YamlEntry{key.text, {}, {}};
        if (key.kind == YamlNode::Kind::broken) return;
        if (key.kind != YamlNode::Kind::text) {
            problems_.add(key.place, "a key must be a word; write `key: value`");
            return;
        }
        const auto [first, fresh] = map.keys.emplace(key.text, key.place);
        if (fresh) {
            map.pending->place = key.place;
            return;
        }
        problems_.add(
            key.place,
            fmt::format("the key {} is here a second time, the first is in line {}, column {}; "
                        "remove one of them",
                        in_quotes(key.text), first->second.line, first->second.column));
    }

    const std::string_view text_;
    Problems& problems_;
    int documents_ = 0;
    YamlNode root_;
    std::vector<Open> open_;
};

/// Finds what yaml-cpp would let through: broken UTF-8, control characters (it even takes one of
/// them for the end of the file) and tabs that pretend to indent.
bool check_characters(std::string_view text, Problems& problems) {
    const std::size_t sound = utf8_prefix(text);
    if (sound < text.size()) {
        problems.add(place_at(text, sound),
                     fmt::format("byte 0x{:02x} is not UTF-8; save the file as UTF-8",
                                 static_cast<unsigned char>(text[sound])));
        return false;
    }
    bool indenting = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool line_end = byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\t' && !line_end)) {
            problems.add(place_at(text, i),
                         fmt::format("control character 0x{:02x}; remove it", byte));
            return false;
        }
        if (byte == '\t' && indenting) {
            problems.add(place_at(text, i),
                         "a tab before the first word of a line; indent with blanks");
            return false;
        }
        indenting = byte == '\n' || (indenting && byte == ' ');
    }
    return true;
}

}  // namespace

std::optional<YamlNode> parse_yaml(const std::string& text, Problems& problems) {
    if (!check_characters(text, problems)) return std::nullopt;
    TreeBuilder tree(text, problems);
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(tree)) {
        }
    } catch (const TreeBuilder::Stop&) {
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        problems.add(place_of(error.mark),
                     fmt::format("not YAML: {}; mend this line or the one before it", error.msg));
        return std::nullopt;
    }
    return tree.take();
}

}  // namespace vodcatalog

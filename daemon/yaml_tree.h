#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/problems.h"

namespace vodcatalog {

struct YamlEntry;

/// A YAML value with its place. yaml-cpp's own nodes are not used: they keep doubled keys, say
/// nothing of aliases and forget where a null stood.
struct YamlNode {
    /// `broken` stands for a value whose problem has been told already.
    enum class Kind { null, text, list, map, broken };

    Kind kind = Kind::null;
    Place place;
    std::string text;                ///< Of `text`: the scalar as it is written, without quotes.
    std::vector<YamlNode> items;     ///< Of `list`.
    std::vector<YamlEntry> entries;  ///< Of `map`, in the file's order, each key once.
};

struct YamlEntry {
    std::string key;
    Place place;
    YamlNode value;
};

inline constexpr int kYamlDepthMax = 16;

/// Reads one YAML document. Only what settings need is allowed: UTF-8, one document, text, lists
/// and maps at most kYamlDepthMax deep, keys once; no anchors, aliases or tags, no text over more
/// lines, no control characters. Everything that is wrong goes into `problems`. Nothing is returned
/// if the text could not be read to its end.
[[nodiscard]] std::optional<YamlNode> parse_yaml(const std::string& text, Problems& problems);

}  // namespace vodcatalog

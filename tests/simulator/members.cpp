#include "tests/simulator/members.h"

#include <array>
#include <string_view>

#include "tests/simulator/history.h"

namespace simulator {
namespace {

using namespace std::string_view_literals;

constexpr std::array kWords = {"harbour"sv, "meadow"sv,  "lantern"sv, "orchard"sv,
                               "granite"sv, "violin"sv,  "compass"sv, "thistle"sv,
                               "marble"sv,  "sparrow"sv, "cinder"sv,  "willow"sv};

constexpr std::array kHostile = {
    "it's \"quoted\" and 'single'; DROP TABLE image_info; --"sv,
    "\x1b[2J\x1b[31mred\x1b[0m\x1b]0;title\x07"sv,
    "two\nlines\r\nand a \ttab"sv,
    "\xf0\x9f\x98\x80 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac emoji"sv,
    "\xe2\x80\xae right-to-left \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d "
    "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"sv,
    "%s%n%d%%"sv,
    "{} {0} {{ }} ${HOME} $(id)"sv,
    "<script>alert(1)</script><img src=x onerror=alert(2)>"sv,
    "=cmd|' /C calc'!A0"sv,
    "back\\slash \\u0041 \\\" end\\"sv,
    "\xe5\x9b\xbe\xe7\x89\x87 e\xcc\x81 \xc3\xa9"sv,
    "nul\0inside"sv,
    "a,b;c|d&e=f?g#h"sv,
};

std::string words(Dice& dice, std::uint64_t count) {
    std::string out;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0) out += ' ';
        out += kWords[dice.below(kWords.size())];
    }
    return out;
}

std::string make_tags(Dice& dice) {
    std::string out;
    const std::uint64_t first = dice.below(kWords.size());
    for (std::uint64_t i = 0, count = dice.below(4); i < count; ++i) {
        if (i > 0) out += ',';
        out += kWords[(first + i) % kWords.size()];
    }
    return out;
}

}  // namespace

std::string make_title(TitleProfile titles, Dice& dice) {
    const std::string number = std::to_string(dice.below(1'000'000));
    if (titles == TitleProfile::plain) return words(dice, 2) + " " + number;
    return std::string{kHostile[dice.below(kHostile.size())]} + " " + number;
}

catalog::Image make_members(std::uint64_t seed, std::uint64_t index, TitleProfile titles,
                            catalog::WallTime created, const std::string& region) {
    static constexpr std::array kExtensions = {".png"sv, ".jpg"sv, ".gif"sv, ".webp"sv};
    Dice dice(seed, "members", index);
    catalog::Image image;
    image.image_id = make_image_id(seed, index);
    image.title = make_title(titles, dice);
    image.description = words(dice, 1 + dice.below(8));
    image.tags = make_tags(dice);
    const auto category = static_cast<std::int64_t>(dice.below(7));
    if (category > 0) {
        image.cate_id = 254'766'070 + category;
        image.cate_name = std::string{kWords[static_cast<std::size_t>(category)]};
    }
    image.image_type = dice.chance(0.8) ? "default" : "cover";
    image.creation_time = catalog::to_iso_seconds(created);
    image.storage_location = "outin-test.oss-" + region + ".aliyuncs.com";
    image.app_id = "app-1000000";
    image.region_id = region;
    image.audit_status = "Normal";
    const std::string path = "/image/" + *image.image_type + "/" +
                             make_image_id(dice.bits(), index) +
                             std::string{kExtensions[dice.below(kExtensions.size())]};
    image.url = (dice.chance(0.5) ? "http" : "https") + ("://cdn.example.com" + path);
    catalog::Mezzanine file;
    file.original_file_name = words(dice, 1) + " " + std::to_string(dice.below(10'000)) + ".png";
    file.width = 16 + static_cast<std::int64_t>(dice.below(8'000));
    file.height = 16 + static_cast<std::int64_t>(dice.below(8'000));
    file.file_size = 100 + static_cast<std::int64_t>(dice.below(20'000'000));
    file.file_url = "https://" + *image.storage_location + path;
    image.mezzanine = std::move(file);
    return image;
}

void edit_members(catalog::Image& image, TitleProfile titles, Dice& dice) {
    const std::uint64_t member = dice.below(3);
    std::optional<std::string>& text = member == 0   ? image.title
                                       : member == 1 ? image.tags
                                                     : image.description;
    const std::optional<std::string> before = text;
    while (text == before) {
        text = member == 0   ? make_title(titles, dice)
               : member == 1 ? make_tags(dice)
                             : words(dice, 1 + dice.below(8));
    }
}

}  // namespace simulator

#include "daemon/vod/image_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "catalog/error.h"
#include "catalog/stable_url.h"
#include "daemon/vod/json_document.h"

namespace vodcatalog {
namespace {

using catalog::Image;
using catalog::Mezzanine;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr std::size_t kIdBytesMax = 128;
constexpr double kExactDoubleMax = 9007199254740992.0;  // 2^53

/// How a member is read, and so what it must be.
enum class Kind { id, text, integer, natural, mezzanine };

/// Any text may be a signed URL: a title is by default the file's name, and that is one at times.
/// Returns whether it was.
bool assign_stable(std::string_view text, std::optional<std::string>& out) {
    if (!out) out.emplace();
    return catalog::stable_url(text, *out);
}

/// A whole number that a number or a text holds exactly.
std::optional<std::int64_t> whole_number(element value) noexcept {
    if (value.type() == element_type::INT64) return as<std::int64_t>(value);
    if (value.type() == element_type::DOUBLE) {
        const double number = as<double>(value);
        if (std::abs(number) > kExactDoubleMax || number != std::trunc(number)) return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (value.type() != element_type::STRING) return std::nullopt;
    const std::string_view text = as<std::string_view>(value);
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace

/// A member with a place of its own in an Image or a Mezzanine.
template <class Target>
struct ImageReader::Member {
    std::string_view name;
    std::string_view full_name;
    Kind kind;
    std::optional<std::string> Target::*text = nullptr;
    std::optional<std::int64_t> Target::*number = nullptr;
    bool Target::*is_signed = nullptr;

    static std::span<const Member> all() noexcept;
};

template <>
std::span<const ImageReader::Member<Image>> ImageReader::Member<Image>::all() noexcept {
    // In the order in which the documents show them, for what comes next is looked for first.
    static constexpr std::array<Member, 15> kMembers{{
        {"ImageId", "ImageId", Kind::id},
        {"Title", "Title", Kind::text, &Image::title},
        {"Description", "Description", Kind::text, &Image::description},
        {"Tags", "Tags", Kind::text, &Image::tags},
        {"CateId", "CateId", Kind::integer, nullptr, &Image::cate_id},
        {"CateName", "CateName", Kind::text, &Image::cate_name},
        {"ImageType", "ImageType", Kind::text, &Image::image_type},
        {"Status", "Status", Kind::text, &Image::status},
        {"CreationTime", "CreationTime", Kind::text, &Image::creation_time},
        {"StorageLocation", "StorageLocation", Kind::text, &Image::storage_location},
        {"AppId", "AppId", Kind::text, &Image::app_id},
        {"URL", "URL", Kind::text, &Image::url, nullptr, &Image::url_signed},
        {"Mezzanine", "Mezzanine", Kind::mezzanine},
        {"RegionId", "RegionId", Kind::text, &Image::region_id},
        {"AuditStatus", "AuditStatus", Kind::text, &Image::audit_status},
    }};
    return kMembers;
}

template <>
std::span<const ImageReader::Member<Mezzanine>> ImageReader::Member<Mezzanine>::all() noexcept {
    static constexpr std::array<Member, 5> kMembers{{
        {"FileURL", "Mezzanine.FileURL", Kind::text, &Mezzanine::file_url, nullptr,
         &Mezzanine::file_url_signed},
        {"OriginalFileName", "Mezzanine.OriginalFileName", Kind::text,
         &Mezzanine::original_file_name},
        {"Width", "Mezzanine.Width", Kind::natural, nullptr, &Mezzanine::width},
        {"Height", "Mezzanine.Height", Kind::natural, nullptr, &Mezzanine::height},
        {"FileSize", "Mezzanine.FileSize", Kind::natural, nullptr, &Mezzanine::file_size},
    }};
    return kMembers;
}

bool is_usable_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= kIdBytesMax &&
           std::none_of(id.begin(), id.end(), [](char c) {
               return c == ',' || c == '\x7f' || static_cast<unsigned char>(c) <= ' ';
           });
}

void note_oddity(Answer& answer, std::string_view image_id, std::string_view member,
                 std::string_view what) {
    ++answer.oddity_count;
    if (answer.oddities.size() == Answer::kOdditiesMax) return;
    answer.oddities.push_back({std::string{image_id}, std::string{member}, std::string{what}});
}

void ImageReader::read(object members, Image& image, Answer& answer) {
    const std::size_t first_oddity = answer.oddities.size();
    image.image_id.clear();
    read_members(members, image, image_extra_, answer);
    // The ID may come after what is odd.
    for (std::size_t i = first_oddity; i < answer.oddities.size(); ++i) {
        answer.oddities[i].image_id = image.image_id;
    }
}

template <class Target>
void ImageReader::read_members(object members, Target& target, ExtraMembers& extra,
                               Answer& answer) {
    if (members.size() > AnswerParser::kMembersMax) {
        throw catalog::Retryable("the answer has an object with too many members");
    }
    const auto known = Member<Target>::all();
    std::uint32_t seen = 0, filled = 0;
    std::size_t next = 0;
    extra.clear();
    for (const auto [name, value] : members) {
        std::size_t steps = 0;
        while (steps < known.size() && known[next].name != name) {
            next = next + 1 < known.size() ? next + 1 : 0;
            ++steps;
        }
        if (steps == known.size()) {
            extra.add(name, value);
            continue;
        }
        const std::uint32_t bit = 1u << next;
        if ((seen & bit) != 0) continue;  // doubled: the first counts
        seen |= bit;
        if (value.is_null()) continue;
        const std::string_view complaint = read_member(known[next], value, target, answer);
        if (complaint.empty()) {
            filled |= bit;
        } else {
            note_oddity(answer, {}, known[next].full_name, complaint);
            extra.add(name, value);
        }
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        if ((filled >> i & 1) != 0) continue;
        if (known[i].text != nullptr) (target.*known[i].text).reset();
        if (known[i].number != nullptr) (target.*known[i].number).reset();
        if (known[i].is_signed != nullptr) target.*known[i].is_signed = false;
        if constexpr (std::is_same_v<Target, Image>) {
            if (known[i].kind == Kind::mezzanine) target.mezzanine.reset();
        }
    }
    extra.store(target.extra);
}

/// Reads one member into its place. Returns what is odd about it, in which case it has no place.
template <class Target>
std::string_view ImageReader::read_member(const Member<Target>& member, element value,
                                          Target& target, Answer& answer) {
    std::string_view text;
    bool was_signed = false;
    switch (member.kind) {
        case Kind::text:
            if (!read_text(value, text)) return "not text; kept in extra";
            was_signed = assign_stable(text, target.*member.text);
            if (member.is_signed != nullptr) target.*member.is_signed = was_signed;
            return {};
        case Kind::integer:
        case Kind::natural: {
            const std::optional<std::int64_t> number = whole_number(value);
            if (!number) return "not a whole number of 64 bits; kept in extra";
            if (member.kind == Kind::natural && *number < 0) return "negative; kept in extra";
            target.*member.number = number;
            return {};
        }
        case Kind::id:
            if constexpr (std::is_same_v<Target, Image>) read_id(value, target);
            return {};
        case Kind::mezzanine:
            if (value.type() != element_type::OBJECT) return "not an object; kept in extra";
            if constexpr (std::is_same_v<Target, Image>) {
                read_mezzanine(as<object>(value), target, answer);
            }
            return {};
    }
    return {};
}

void ImageReader::read_id(element value, Image& image) {
    std::string_view text;
    if (read_text(value, text) && is_usable_id(text)) image.image_id.assign(text);
}

void ImageReader::read_mezzanine(object members, Image& image, Answer& answer) {
    if (!image.mezzanine) image.mezzanine.emplace();
    read_members(members, *image.mezzanine, mezzanine_extra_, answer);
}

bool ImageReader::read_text(element value, std::string_view& text) {
    if (!scalar_text(value, scratch_, text)) return false;
    if (text.size() > AnswerParser::kTextBytesMax) {
        throw catalog::Retryable("the answer has a text that is too long");
    }
    return true;
}

}  // namespace vodcatalog

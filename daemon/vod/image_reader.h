#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "catalog/image.h"
#include "daemon/vod/answer_parser.h"
#include "daemon/vod/extra_members.h"

namespace vodcatalog {

/// Whether `id` can be an image's: 1 to 128 bytes, no blanks, commas or control characters.
[[nodiscard]] bool is_usable_id(std::string_view id) noexcept;

/// Notes something odd, up to the limit; counts it in any case.
void note_oddity(Answer& answer, std::string_view image_id, std::string_view member,
                 std::string_view what);

/// Reads one ImageInfo object into an Image, by the rules of AnswerParser. Keeps its memory.
class ImageReader {
public:
    /// Overwrites `image`, reusing its memory, and notes what is odd in `answer`. Without a usable
    /// ImageId `image.image_id` is left empty. Throws catalog::Retryable if a limit is broken.
    void read(simdjson::dom::object members, catalog::Image& image, Answer& answer);

private:
    template <class Target>
    struct Member;
    template <class Target>
    void read_members(simdjson::dom::object members, Target& target, ExtraMembers& extra,
                      Answer& answer);
    template <class Target>
    [[nodiscard]] std::string_view read_member(const Member<Target>& member,
                                               simdjson::dom::element value, Target& target,
                                               Answer& answer);
    void read_id(simdjson::dom::element value, catalog::Image& image);
    [[nodiscard]] bool read_text(simdjson::dom::element value, std::string_view& text);
    void read_mezzanine(simdjson::dom::object members, catalog::Image& image, Answer& answer);

    ExtraMembers image_extra_{AnswerParser::kTextBytesMax, AnswerParser::kMembersMax};
    ExtraMembers mezzanine_extra_{AnswerParser::kTextBytesMax, AnswerParser::kMembersMax};
    std::string scratch_;
};

}  // namespace vodcatalog

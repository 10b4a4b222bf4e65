#include "daemon/vod/answer_parser.h"

#include <algorithm>
#include <optional>

#include "catalog/error.h"
#include "daemon/vod/ascii_case.h"
#include "daemon/vod/error_body.h"
#include "daemon/vod/image_reader.h"
#include "daemon/vod/json_document.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

[[noreturn]] void refuse(const char* why) {
    throw catalog::Retryable(std::string{"the body is no answer to this call: "} + why);
}

/// The members of an answer that mean something; the first of each name, unless it is null.
struct TopLevel {
    std::optional<element> request_id, code, image_info, not_exist;
};

TopLevel read_top_level(object members) {
    if (members.size() > AnswerParser::kMembersMax) refuse("it has too many members");
    TopLevel out;
    bool request_id = false, code = false, image_info = false, not_exist = false;
    const auto take = [](bool& seen, std::optional<element>& place, element value) {
        if (!seen && !value.is_null()) place = value;
        seen = true;
    };
    for (const auto [name, value] : members) {
        if (name == "RequestId") take(request_id, out.request_id, value);
        if (equal_in_any_case(name, "code")) take(code, out.code, value);
        if (name == "ImageInfo") take(image_info, out.image_info, value);
        if (name == "NonExistImageIds") take(not_exist, out.not_exist, value);
    }
    return out;
}

bool is_success(std::string_view code) noexcept {
    return code.empty() || code == "200" || equal_in_any_case(code, "ok") ||
           equal_in_any_case(code, "success");
}

/// The items of a list that comes as [...] or as {"<item_name>":[...]}.
array list_of(element value, const char* item_name, const char* complaint) {
    // Without that item it stays an object, and so no list.
    if (element items; value.type() == element_type::OBJECT && !value[item_name].get(items))
        value = items;
    if (value.type() != element_type::ARRAY) refuse(complaint);
    const array items = as<array>(value);
    if (items.size() > AnswerParser::kImagesMax) refuse("it has too many images");
    return items;
}

}  // namespace

void Answer::clear() noexcept {
    request_id.clear();
    content_hashes.clear();
    image_count = 0;
    not_exist.clear();
    oddities.clear();
    oddity_count = 0;
}

struct AnswerParser::State {
    JsonDocument document;
    ImageReader images;
    std::string scratch;

    void read_images(element value, Answer& answer);
    void read_image(element value, Answer& answer);
    void read_not_exist(element value, Answer& answer);
};

AnswerParser::AnswerParser() : state_(std::make_unique<State>()) {}
AnswerParser::~AnswerParser() = default;

void AnswerParser::read_answer(std::string& body, Answer& answer) {
    answer.clear();
    const element root = state_->document.parse(body, kDepthMax);
    if (root.type() != element_type::OBJECT) refuse("it is no JSON object");
    const TopLevel top = read_top_level(as<object>(root));
    std::string_view text;
    if (top.code && !(scalar_text(*top.code, state_->scratch, text) && is_success(text))) {
        throw ErrorAnswer(read_error_members(as<object>(root)));
    }
    if (top.request_id && scalar_text(*top.request_id, state_->scratch, text)) {
        answer.request_id.assign(text);
        cut_utf8(answer.request_id, kRequestIdBytesMax);
    }
    if (!top.image_info && !top.not_exist) refuse("it has neither ImageInfo nor NonExistImageIds");
    if (top.image_info) state_->read_images(*top.image_info, answer);
    if (top.not_exist) state_->read_not_exist(*top.not_exist, answer);
}

void AnswerParser::State::read_images(element value, Answer& answer) {
    // One object is one image, unless it only wraps a list of them.
    const bool is_object = value.type() == element_type::OBJECT;
    if (is_object && (value["Image"].error() || !value["ImageId"].error())) {
        read_image(value, answer);
        return;
    }
    for (const element image :
         list_of(value, "Image", "its ImageInfo is neither an object nor a list")) {
        read_image(image, answer);
    }
}

void AnswerParser::State::read_image(element value, Answer& answer) {
    if (value.type() != element_type::OBJECT) {
        note_oddity(answer, {}, "ImageInfo", "not an object; skipped");
        return;
    }
    if (answer.image_count == answer.images.size()) answer.images.emplace_back();
    catalog::Image& image = answer.images[answer.image_count];
    images.read(as<object>(value), image, answer);
    if (image.image_id.empty()) {
        note_oddity(answer, {}, "ImageId", "absent or unusable; the image is skipped");
        return;
    }
    const std::int64_t hash = catalog::content_hash(image);
    for (std::size_t i = 0; i < answer.image_count; ++i) {
        if (answer.images[i].image_id != image.image_id) continue;
        if (answer.content_hashes[i] != hash) {
            note_oddity(answer, image.image_id, "ImageInfo",
                        "sent twice with different content; the first counts");
        }
        return;
    }
    answer.content_hashes.push_back(hash);
    ++answer.image_count;
}

void AnswerParser::State::read_not_exist(element value, Answer& answer) {
    const auto last = [&answer] {
        return answer.images.begin() + static_cast<std::ptrdiff_t>(answer.image_count);
    };
    std::string_view id;
    for (const element item : list_of(value, "ImageId", "its NonExistImageIds is no list")) {
        if (!scalar_text(item, scratch, id) || !is_usable_id(id)) {
            note_oddity(answer, {}, "NonExistImageIds", "no usable ID; skipped");
        } else if (std::any_of(answer.images.begin(), last(),
                               [id](const auto& image) { return image.image_id == id; })) {
            note_oddity(answer, id, "NonExistImageIds", "also sent as an image; the image counts");
        } else if (std::find(answer.not_exist.begin(), answer.not_exist.end(), id) ==
                   answer.not_exist.end()) {
            answer.not_exist.emplace_back(id);
        }
    }
}

ErrorBody AnswerParser::read_error(std::string_view body) {
    return read_error_body(body, state_->document, state_->scratch);
}

}  // namespace vodcatalog

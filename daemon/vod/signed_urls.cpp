#include "daemon/vod/signed_urls.h"

#include "daemon/vod/answer_parser.h"
#include "daemon/vod/json_document.h"

namespace vodcatalog {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

/// The text at `name`, unless it is absent, empty or something else.
std::optional<std::string> text_of(element object, const char* name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS || text.empty()) return std::nullopt;
    return std::string(text);
}

bool is_image(element object, std::string_view image_id) {
    std::string_view id;
    return object["ImageId"].get(id) == simdjson::SUCCESS && id == image_id;
}

/// The image among `images`: one object, a list, or a list wrapped as {"Image":[...]}.
std::optional<element> find_image(element images, std::string_view image_id) {
    if (is_image(images, image_id)) return images;
    if (element wrapped; images["Image"].get(wrapped) == simdjson::SUCCESS) images = wrapped;
    array list;
    if (images.get(list) != simdjson::SUCCESS) return std::nullopt;
    for (const element image : list) {
        if (is_image(image, image_id)) return image;
    }
    return std::nullopt;
}

std::optional<std::string> file_url_of(element mezzanine) {
    if (auto url = text_of(mezzanine, "FileURL")) return url;
    auto name = text_of(mezzanine, "OriginalFileName");
    if (name && (name->starts_with("http://") || name->starts_with("https://"))) return name;
    return std::nullopt;
}

}  // namespace

SignedUrls read_signed_urls(std::string& body, std::string_view image_id) {
    JsonDocument document;
    const element root = document.parse(body, AnswerParser::kDepthMax);
    element images;
    if (root["ImageInfo"].get(images) != simdjson::SUCCESS) return {};
    const std::optional<element> image = find_image(images, image_id);
    if (!image) return {};
    SignedUrls urls{text_of(*image, "URL"), std::nullopt};
    element mezzanine;
    if ((*image)["Mezzanine"].get(mezzanine) == simdjson::SUCCESS) {
        urls.file_url = file_url_of(mezzanine);
    }
    return urls;
}

}  // namespace vodcatalog

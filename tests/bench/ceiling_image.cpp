#include "tests/bench/ceiling_image.h"

#include <charconv>
#include <cstring>

namespace bench {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t mix(std::uint64_t state, std::uint64_t word) noexcept {
    const auto product = static_cast<Wide>(state ^ word) * 0x9e3779b97f4a7c15;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t mix(std::uint64_t state, std::string_view text) noexcept {
    state = mix(state, text.size() + 1);
    for (; text.size() >= 8; text.remove_prefix(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        state = mix(state, word);
    }
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), text.size());
    return mix(state, word);
}

template <class Value>
void text_of(Value&& value, std::string& out) {
    const std::string_view text = value;
    out.assign(text);
}

/// The catalog holds no signature.
template <class Value>
void url_of(Value&& value, std::string& out) {
    const std::string_view url = value;
    out.assign(url.substr(0, url.find('?')));
}

void read_image(simdjson::ondemand::object members, CeilingImage& image) {
    text_of(members["CreationTime"], image.creation_time);
    text_of(members["StorageLocation"], image.storage_location);
    text_of(members["Status"], image.status);
    image.cate_id = members["CateId"];
    text_of(members["Tags"], image.tags);
    text_of(members["ImageType"], image.image_type);
    text_of(members["CateName"], image.cate_name);
    text_of(members["Description"], image.description);
    text_of(members["AppId"], image.app_id);
    url_of(members["URL"], image.url);
    text_of(members["Title"], image.title);
    text_of(members["ImageId"], image.image_id);
    text_of(members["RegionId"], image.region_id);
    text_of(members["AuditStatus"], image.audit_status);
    simdjson::ondemand::object mezzanine = members["Mezzanine"];
    url_of(mezzanine["FileURL"], image.file_url);
    text_of(mezzanine["OriginalFileName"], image.original_file_name);
    image.width = mezzanine["Width"];
    image.height = mezzanine["Height"];
    const std::string_view size = mezzanine["FileSize"];
    std::from_chars(size.data(), size.data() + size.size(), image.file_size);
}

}  // namespace

std::int64_t CeilingImage::hash() const noexcept {
    std::uint64_t state = 0x243f6a8885a308d3;
    for (const std::string* text : {&title, &description, &tags, &cate_name, &image_type, &status,
                                    &creation_time, &storage_location, &app_id, &region_id,
                                    &audit_status, &url, &original_file_name, &file_url}) {
        state = mix(state, *text);
    }
    for (const std::int64_t number : {cate_id, width, height, file_size})
        state = mix(state, static_cast<std::uint64_t>(number));
    return static_cast<std::int64_t>(state);
}

void CeilingParser::read(const std::string& body, bool list, std::vector<CeilingImage>& images,
                         std::size_t& count, std::string& request_id) {
    auto document =
        parser_.iterate(simdjson::padded_string_view(body.data(), body.size(), body.capacity()));
    simdjson::ondemand::object answer = document.get_object();
    text_of(answer["RequestId"], request_id);
    const auto next = [&]() -> CeilingImage& {
        if (images.size() == count) images.emplace_back();
        return images[count++];
    };
    if (!list) {
        read_image(answer["ImageInfo"], next());
        return;
    }
    for (auto image : answer["ImageInfo"].get_array()) read_image(image.get_object(), next());
}

}  // namespace bench

#include "catalog/tracked_image.h"

#include <array>
#include <stdexcept>

#include "catalog/image.h"

namespace catalog {
namespace {

constexpr std::array kStates{
    ImageState::pending,       ImageState::tracked,     ImageState::suspect,  ImageState::gone,
    ImageState::never_existed, ImageState::quarantined, ImageState::untracked};

}  // namespace

bool is_uploader(Source source) noexcept {
    return source == Source::command || source == Source::track_endpoint;
}

std::string_view to_string(ImageState state) noexcept {
    switch (state) {
        case ImageState::pending:
            return "pending";
        case ImageState::tracked:
            return "tracked";
        case ImageState::suspect:
            return "suspect";
        case ImageState::gone:
            return "gone";
        case ImageState::never_existed:
            return "never_existed";
        case ImageState::quarantined:
            return "quarantined";
        case ImageState::untracked:
            return "untracked";
    }
    return "";
}

std::string_view to_string(Source source) noexcept {
    switch (source) {
        case Source::settings:
            return "settings";
        case Source::file:
            return "file";
        case Source::command:
            return "command";
        case Source::track_endpoint:
            return "track_endpoint";
        case Source::discovery:
            return "discovery";
        case Source::callback:
            return "callback";
    }
    return "";
}

ImageState image_state_of(std::string_view text) {
    for (const ImageState state : kStates) {
        if (to_string(state) == text) return state;
    }
    throw std::logic_error("tracked_image.state is " + std::string(text));
}

StatusKind status_kind(std::optional<std::string_view> status) noexcept {
    if (!status) return StatusKind::none;
    if (*status == kUploading) return StatusKind::uploading;
    if (*status == kNormal) return StatusKind::normal;
    if (*status == kUploadFail) return StatusKind::upload_fail;
    return StatusKind::other;
}

}  // namespace catalog

#include "daemon/sync/existence.h"

namespace vodcatalog {

using catalog::ImageState;

ImageState after_not_exist(const NotExist& answer) noexcept {
    switch (answer.state) {
        case ImageState::pending:
        case ImageState::tracked:
        case ImageState::quarantined:  // It spoils calls no more.
            return answer.known < kNewImageGrace ? answer.state : ImageState::suspect;
        case ImageState::suspect:
            if (!answer.second_opinion || answer.guarded) return ImageState::suspect;
            return answer.seen_before ? ImageState::gone : ImageState::never_existed;
        case ImageState::gone:
        case ImageState::never_existed:
        case ImageState::untracked:
            return answer.state;
    }
    return answer.state;
}

bool is_guarded(std::int64_t suspects, std::int64_t watched) noexcept {
    return suspects >= 20 && suspects * 10 > watched;
}

}  // namespace vodcatalog

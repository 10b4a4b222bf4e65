#pragma once

#include <cstddef>

#include "daemon/vod/api_error.h"

namespace vodcatalog {

/// What becomes of the images of a call that brought no answer.
enum class AfterFailure {
    wait,     ///< Each waits a while, then it is asked again as before.
    at_once,  ///< They are asked again at once, by the other operation.
    apart,    ///< They are asked again in two halves: one of them may spoil the call for all.
    poison,   ///< The one image spoils every call it is in.
};

struct FailedCall {
    CallErrorClass error_class = CallErrorClass::transport;
    std::size_t images = 1;
    /// The account may poll by another operation, which has not been refused.
    bool other_operation = false;
    /// Others were answered since this image was first refused alone: it is not our way of asking.
    bool others_answered = false;
};

/// Pure.
[[nodiscard]] constexpr AfterFailure after_failure(const FailedCall& call) noexcept {
    if (call.error_class == CallErrorClass::permission && call.other_operation)
        return AfterFailure::at_once;
    if (call.error_class != CallErrorClass::request) return AfterFailure::wait;
    if (call.images > 1) return AfterFailure::apart;
    return call.others_answered ? AfterFailure::poison : AfterFailure::wait;
}

}  // namespace vodcatalog

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "catalog/change.h"
#include "catalog/tracked_image.h"
#include "daemon/sync/demand.h"
#include "daemon/vod/answer_parser.h"
#include "daemon/vod/api_error.h"
#include "daemon/vod/vod_client.h"

/// What the sync step has to tell. Told after the transaction that recorded it, in the order in
/// which it happened; what was not recorded is not told.
namespace vodcatalog {

struct StatusChanged {
    std::string account;
    std::string image_id;
    catalog::StatusChange change;
    std::string request_id;
};

/// An image became suspect, gone, never existed, or is there again.
struct StateChanged {
    std::string account;
    std::string image_id;
    catalog::ImageState from;
    catalog::ImageState to;
};

/// The cloud sent something about one image that is not as documented.
struct OddAnswer {
    std::string account;
    Oddity oddity;
};

/// An answer named images that were not asked for, or neither had nor denied some that were.
struct AnswerMismatch {
    std::string account;
    std::string request_id;
    std::size_t not_asked_for = 0;
    std::size_t not_answered = 0;
};

/// No answer may be had from the account until the cause is gone; it is probed.
struct AccountDown {
    std::string account;
    CallError error;
};

struct AccountUp {
    std::string account;
    bool first_answer = false;             ///< Since the start; it had not been down.
    std::chrono::milliseconds down_for{};  ///< 0 with first_answer.
};

/// The account has no permission for an operation (or has it again); it is polled by the other one.
struct OperationRefused {
    std::string account;
    Operation operation;
    CallError error;
};
struct OperationAllowed {
    std::string account;
    Operation operation;
};

/// The cloud refuses every call that names this image; it is asked alone and seldom from now on.
struct ImageQuarantined {
    std::string account;
    std::string image_id;
    CallError error;
};

/// The account has never had an image that it was asked for (or now has one).
struct WrongEndpoint {
    std::string account;
    std::string endpoint;
    std::size_t images = 0;
    bool over = false;
};

/// A call came back, with an answer or without.
struct CallEnded {
    std::string account;
    Operation operation;
    std::optional<CallErrorClass> error_class;  ///< Nothing: an answer.
    std::chrono::nanoseconds duration{};
};

/// One call that brought no answer; nothing a person needs to see while others do.
struct CallFailed {
    std::string account;
    Operation operation;
    CallError error;
    std::size_t images = 0;
};

/// This machine's clock and the cloud's differ by more than five minutes (told once, and again when
/// it is over).
struct ClockSkew {
    std::string account;
    std::chrono::milliseconds server_ahead{};
    bool over = false;
};

/// The cloud said that calls come too fast.
struct Throttled {
    std::string account;
    Operation operation;
    double calls_per_second = 0;
};

/// So many images are suspect at once that none is believed gone (told once, and again when it is
/// over).
struct GoneHeld {
    std::string account;
    std::int64_t suspects = 0;
    std::int64_t watched = 0;
    bool over = false;
};

/// The catalog cannot be written or read now; no calls are made until it can.
struct CatalogTrouble {
    std::string message;
    catalog::WallTime since{};
};
struct CatalogRecovered {
    std::chrono::milliseconds lasted{};
};

/// A list of IDs has been taken in.
struct IdsLoaded {
    std::string account;
    catalog::Source source;
    std::size_t added = 0;
    std::size_t known = 0;
    std::size_t of_other = 0;
    std::size_t untracked = 0;
};

/// So far it is with a long list of IDs.
struct IdsProgress {
    std::string account;
    catalog::Source source;
    std::size_t done = 0;
    std::size_t of = 0;
};

/// A list of IDs has lost over half of them; those that are missing stay tracked.
struct ReleaseHeld {
    std::string account;
    catalog::Source source;
    std::size_t missing = 0;
    std::size_t held = 0;
};

/// What the schedule demands of an account's calls was counted: at the start, when a list was taken
/// in, and every hour.
struct DemandCounted {
    std::string account;
    Demand demand;
    bool tight = false;  ///< More than alerts.over_capacity.share of what may be made.
};

using SyncEvent =
    std::variant<StatusChanged, StateChanged, OddAnswer, AnswerMismatch, AccountDown, AccountUp,
                 OperationRefused, OperationAllowed, ImageQuarantined, CallEnded, WrongEndpoint,
                 CallFailed, ClockSkew, Throttled, GoneHeld, CatalogTrouble, CatalogRecovered,
                 IdsLoaded, IdsProgress, ReleaseHeld, DemandCounted>;

/// Whoever wants to be told. Called on the sync thread; must not throw or wait.
class SyncListener {
public:
    virtual ~SyncListener() = default;
    virtual void on_event(const SyncEvent& event) = 0;
};

}  // namespace vodcatalog

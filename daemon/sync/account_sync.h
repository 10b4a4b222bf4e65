#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog/catalog.h"
#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/sync/account_gate.h"
#include "daemon/sync/call.h"
#include "daemon/sync/demand.h"
#include "daemon/sync/failed_call.h"
#include "daemon/sync/operation_gate.h"
#include "daemon/sync/pacer.h"
#include "daemon/sync/waiting_room.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

struct SyncAccount {
    std::string name;
    std::string was;  ///< Its name until now, if it was another.
    std::string region;
    std::string endpoint;  ///< For the account table.
    OperationChoice operation = OperationChoice::automatic;
    double get_image_infos_per_second = 3;
    double get_image_info_per_second = 20;
    /// Of all operations together, spread evenly over the day; nothing: no limit.
    std::optional<double> calls_per_day;
};

/// The moment a step happens at.
struct Now {
    SteadyTime steady;
    WallTime wall;
    WallTime
        schedule;  ///< Wall time at start plus steady time since: what due times are compared with.
};

/// One account's part of the sync step: which of its images are asked next, and by which calls. No
/// thread.
class AccountSync {
public:
    /// An image is not asked again within this time just to fill a call.
    static constexpr std::chrono::seconds kFillAfter{1};
    /// An unchanged answer to an image that only filled a call is written once in this time.
    static constexpr std::chrono::minutes kFillWrittenEvery{1};
    /// Cold images this late get every call of kColdTurn, whatever else is due.
    static constexpr std::chrono::minutes kColdLate{2};
    static constexpr std::uint64_t kColdTurn = 4;
    /// An image refused alone so often, while others are answered, spoils every call it is in.
    static constexpr int kRefusedAloneMin = 3;
    /// With more images than this waiting after failed calls, no further ones are asked.
    static constexpr std::size_t kWaitingMax = 20'000;

    AccountSync(std::size_t index, std::int64_t account_key, SyncAccount account, SteadyTime now);

    [[nodiscard]] const SyncAccount& account() const noexcept { return account_; }
    [[nodiscard]] std::size_t index() const noexcept { return index_; }
    [[nodiscard]] std::int64_t account_key() const noexcept { return account_key_; }
    [[nodiscard]] AccountGate& gate() noexcept { return gate_; }
    [[nodiscard]] const AccountGate& gate() const noexcept { return gate_; }
    [[nodiscard]] Pacer& pacer(Operation operation) noexcept { return way(operation).pacer; }
    [[nodiscard]] const Pacer& pacer(Operation operation) const noexcept {
        return ways_[static_cast<std::size_t>(operation)].pacer;
    }
    [[nodiscard]] OperationGate& operation_gate(Operation operation) noexcept {
        return way(operation).gate;
    }
    /// The account may poll by an operation other than this one, which has not been refused.
    [[nodiscard]] bool has_other(Operation operation) const noexcept;

    /// As the settings have it; what the cloud slows down is another matter.
    [[nodiscard]] CallBudget budget() const noexcept;

    /// Appends the calls that may go now, at most `slots`, with `call_id` left to the caller, and
    /// `sources_epoch` where it is 0.
    void choose(catalog::Catalog& catalog, const Now& now, std::size_t slots,
                std::vector<Call>& calls);

    /// When there may be something to do without an answer: after choose() at the same `now`.
    [[nodiscard]] SteadyTime wake_at(catalog::Catalog& catalog, const Now& now);

    /// The call came back; its images are still taken. It was sent so many times, each of which
    /// counts.
    void came_back(Operation operation, int requests, const Now& now);
    /// What becomes of the images of a call that brought no answer. Those to be asked at once or
    /// apart are seen to; the others are for failed(), or for quarantine and then answered().
    [[nodiscard]] AfterFailure after(const Call& call, CallErrorClass error_class, const Now& now);
    [[nodiscard]] int in_flight() const noexcept { return in_flight_; }

    /// The image may be asked again when it is due.
    void give_back(std::int64_t image_key) noexcept;
    /// The queue has rows that are not of an answer: looks begin at its head again.
    void queue_changed() noexcept { passed_ = {}; }
    /// It was answered.
    void answered(std::int64_t image_key) noexcept;
    /// The account gave a good answer.
    void on_good_answer(SteadyTime now) noexcept { good_answer_at_ = now; }
    /// Its call brought no answer: it waits.
    void failed(std::int64_t image_key, const Now& now, Random& random);

    /// An unchanged answer was not written; remembered for kFillWrittenEvery.
    void remember_unwritten(std::int64_t image_key, const Now& now, WallTime answered_at);
    /// While so many images are suspect that none is believed gone, there are no second opinions.
    void set_guarded(bool guarded) noexcept { guarded_ = guarded; }
    [[nodiscard]] bool is_guarded() const noexcept { return guarded_; }

    /// When the image was last answered, where that is not in the catalog.
    [[nodiscard]] std::optional<WallTime> unwritten(std::int64_t image_key) const;

private:
    /// One operation: how often, and whether at all.
    struct Way {
        Pacer pacer;
        OperationGate gate;
        bool left = false;  ///< Images were due that the pacer had no call for.
    };
    struct Due;
    [[nodiscard]] Way& way(Operation operation) noexcept {
        return ways_[static_cast<std::size_t>(operation)];
    }
    [[nodiscard]] bool is_chosen(Operation operation) const noexcept;
    [[nodiscard]] std::size_t calls_possible(Operation operation, const Now& now,
                                             std::size_t slots);
    [[nodiscard]] bool may_send(Operation operation, const Now& now);
    void choose_halves(const Now& now, std::size_t slots, std::vector<Call>& calls);
    void look(catalog::Catalog& catalog, catalog::Tier tier, WallTime until, std::size_t limit,
              std::vector<catalog::DueImage>& out);
    struct Wanted {
        std::size_t together;   ///< Images to be asked with others.
        std::size_t suspects;   ///< Of their tier at least, however many hot ones there are.
        std::size_t late_cold;  ///< Of the cold ones at least, if they are late.
    };
    [[nodiscard]] Due find_due(catalog::Catalog& catalog, const Now& now, const Wanted& wanted);
    [[nodiscard]] std::size_t cold_turns(std::size_t calls) const noexcept;
    void choose_alone(Due& due, const Now& now, std::size_t slots, std::vector<Call>& calls);
    void choose_together(catalog::Catalog& catalog, Due& due, Operation operation, const Now& now,
                         std::size_t slots, std::vector<Call>& calls);
    void take(std::vector<catalog::DueImage>& from, std::size_t& at, Call& call, std::size_t max);
    void fill(catalog::Catalog& catalog, const Now& now, Call& call);
    void fill_from(catalog::Catalog& catalog, const Now& now, catalog::Tier tier, Call& call);
    [[nodiscard]] bool may_fill(const catalog::DueImage& image, const Now& now) const;
    [[nodiscard]] Call begin_call(Operation operation, const Now& now) const;
    void send(Call call, const Now& now, std::vector<Call>& calls);
    [[nodiscard]] SteadyTime ready_at(Way& way, const Now& now);
    void purge_unwritten(const Now& now);

    std::size_t index_;
    std::int64_t account_key_;
    SyncAccount account_;
    AccountGate gate_;
    std::array<Way, kOperations> ways_;  ///< By Operation.
    std::optional<Pacer> day_pacer_;
    WaitingRoom waiting_;
    std::deque<Call> halves_;  ///< To be asked apart.
    SteadyTime good_answer_at_{};
    /// An image that was refused alone, with no answer since the first time.
    struct RefusedAlone {
        SteadyTime since;
        int times;
    };
    std::unordered_map<std::int64_t, RefusedAlone> refused_alone_;
    std::unordered_set<std::int64_t>
        taken_;  ///< In a call, in an answer not recorded yet, or waiting.
    /// By Tier: the rows of the queue up to here are all taken.
    std::array<catalog::DuePlace, catalog::kTiers> passed_;
    int in_flight_ = 0;
    bool guarded_ = false;
    std::uint64_t turn_ = 0;  ///< Counts calls, for the share of the cold.

    struct Unwritten {
        SteadyTime at;
        WallTime answered_at;
    };
    std::unordered_map<std::int64_t, Unwritten> unwritten_;
    SteadyTime purged_at_{};
};

}  // namespace vodcatalog

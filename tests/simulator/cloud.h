#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "catalog/image.h"
#include "catalog/wall_time.h"
#include "tests/simulator/dice.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// One image as the cloud has it at a moment: every member, URLs unsigned, Status included.
struct Sight {
    std::uint64_t index = 0;
    catalog::Image image;
};

/// Where one image stands, for those who check what somebody else made of it.
struct Standing {
    Sight sight;
    bool exists = true;  ///< False: it was deleted; `sight` is what it was last.
    std::int64_t arrived_at = 0;
    std::int64_t status_changed_at = 0;
    std::int64_t changed_at = 0;  ///< Any member, Status included.
};

/// The images and what happens to them. All times are UTC in milliseconds, told by the caller; what
/// was due by then has happened when a call returns, in the same order for the same seed whoever
/// asks and when. Safe for any thread.
///
/// An image's members are made anew from seed and index each time, and kept only once they were
/// changed: 100,000 images cost little more than their IDs.
class Cloud {
public:
    Cloud(std::uint64_t seed, std::size_t images, const Scenario& scenario, std::int64_t start_ms,
          std::string region = "cn-shanghai");

    /// The IDs of all images planned from the start, arrived or not.
    [[nodiscard]] std::vector<std::string> planned_ids() const;

    struct Looked {
        std::vector<Sight> found;  ///< In the order asked for.
        std::vector<std::string> not_exist;
    };
    [[nodiscard]] Looked look(const std::vector<std::string>& image_ids, std::int64_t now_ms);

    /// Whether there is or was an image with that ID, even one that is still to arrive.
    [[nodiscard]] bool knows(const std::string& image_id) const;

    /// Every image that ever arrived.
    [[nodiscard]] std::vector<Standing> standings(std::int64_t now_ms);
    [[nodiscard]] std::map<std::string, std::uint64_t> count_by_status(std::int64_t now_ms);

    /// Adds an image that arrives now and lives as the others do; returns its ID.
    std::string add(std::int64_t now_ms);
    /// Adds one with this ID. Returns false if the ID is taken.
    bool add(const std::string& image_id, std::int64_t now_ms);
    /// Lets `change` alter members of an image. A Status set so stays: nothing changes it by itself
    /// any more. Returns false if there is no such image.
    bool change(const std::string& image_id, const std::function<void(catalog::Image&)>& change,
                std::int64_t now_ms);
    bool remove(const std::string& image_id, std::int64_t now_ms);

    /// From now on nothing changes by itself.
    void freeze(std::int64_t now_ms);
    /// When that is or was; nothing if no end is set.
    [[nodiscard]] std::optional<std::int64_t> frozen_at() const;
    /// Takes over the rates of edits and deletes, freeze_after and the profile of titles.
    void follow(const Scenario& scenario, std::int64_t now_ms);

private:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    enum class Stage : std::uint8_t { awaited, present, deleted };

    struct Entry {
        std::string id;
        std::string status;
        std::int64_t arrives_at = 0;
        std::int64_t created_at = 0;
        std::int64_t finishes_at = kNever;
        std::int64_t status_changed_at = 0;
        std::int64_t changed_at = 0;
        std::size_t place = 0;  ///< In normal_, while Normal.
        std::unique_ptr<catalog::Image> changed;
        Stage stage = Stage::awaited;
        bool fails = false;
    };
    struct Event {
        std::int64_t at;
        bool finish;  ///< Otherwise the arrival, which comes first.
        std::uint64_t index;
        bool operator>(const Event& other) const noexcept {
            return std::tie(at, finish, index) > std::tie(other.at, other.finish, other.index);
        }
    };
    using Events = std::priority_queue<Event, std::vector<Event>, std::greater<>>;

    void plan(std::string image_id, const Lives& lives, std::int64_t zero_ms,
              std::vector<Event>& events);
    void advance(std::int64_t now_ms);
    void happen(const Event& event);
    void edit_one(std::int64_t at);
    void delete_one(std::int64_t at);
    void set_status(std::uint64_t index, std::string status, std::int64_t at);
    void leave_normal(std::uint64_t index);
    [[nodiscard]] std::int64_t next_after(std::int64_t at, double per_second, Dice& dice);
    [[nodiscard]] Entry* present(const std::string& image_id);
    [[nodiscard]] std::uint64_t index_of(const Entry& entry) const noexcept;
    [[nodiscard]] catalog::Image members(const Entry& entry) const;

    const std::uint64_t seed_;
    const std::int64_t start_ms_;
    const std::size_t planned_;
    const std::string region_;

    mutable std::mutex mutex_;  // guards all below
    Scenario scenario_;
    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::uint64_t> index_by_id_;
    std::vector<std::uint64_t> normal_;  // present and Normal
    Events events_;
    Dice edits_;
    Dice deletes_;
    std::int64_t next_edit_at_ = kNever;
    std::int64_t next_delete_at_ = kNever;
    std::int64_t frozen_at_ = kNever;
};

}  // namespace simulator

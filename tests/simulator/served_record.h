#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/simulator/request_id.h"

namespace simulator {

/// What one good answer told its reader.
struct Told {
    RequestId request_id;
    std::vector<std::pair<std::string, std::optional<std::string>>> images;  ///< ID and Status.
    std::vector<std::string> not_exist;
};

/// What the world has been told, answer by whole answer: per image the runs of equal Status, in the
/// order in which they were sent. Safe for any thread.
///
/// An answer is entered just before it goes out, and taken back if it does not get through: entered
/// after that, a quick reader's next question could overtake it.
///
/// Bounded: a run keeps its first kFirst and last kLast answers and the number of all; of IDs that
/// were never seen to exist at most kStrangersMax are kept.
class ServedRecord {
public:
    static constexpr std::size_t kFirst = 50;
    static constexpr std::size_t kLast = 200;
    static constexpr std::size_t kStrangersMax = 1'000'000;

    struct Sent {
        RequestId request_id;
        std::int64_t at = 0;  ///< UTC, ms.
    };
    struct Run {
        std::string status;
        std::uint64_t count = 0;
        std::vector<Sent> first;
        std::deque<Sent> last;  ///< Without those in `first`.
        std::int64_t from = 0;
        std::int64_t to = 0;
    };
    struct Image {
        std::vector<Run> runs;
        std::optional<Run> not_exist;
        std::uint64_t without_status = 0;
    };

    void add(const Told& told, std::int64_t sent_at);
    void take_back(const Told& told);

    /// A copy of one image's record; empty if nothing was served about it.
    [[nodiscard]] Image of(const std::string& image_id) const;

    /// All of it, or one image's, as JSON.
    [[nodiscard]] std::string json(std::int64_t now_ms) const;
    [[nodiscard]] std::string json(std::int64_t now_ms, const std::string& image_id) const;

private:
    /// Images are spread over shards, so that writing /served does not hold up all calls for long.
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<std::string, Image> images;
        std::size_t strangers = 0;
    };
    [[nodiscard]] Shard& shard_of(const std::string& image_id);

    std::array<Shard, 16> shards_;
};

}  // namespace simulator

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "daemon/sync/poll_plan.h"
#include "tests/world/temp_folder.h"

namespace {

using catalog::DueImage;
using catalog::Tier;
using catalog::WallTime;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t kBatch = 1'000;
constexpr std::size_t kWarmUp = 3;

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// A catalog in which so many images are tracked, all of them at rest; and its clock, which goes on
/// to the next batch that is due.
class Tracked {
public:
    explicit Tracked(std::size_t images) : images_(images), catalog_(folder_ / "catalog.db", now_) {
        account_ = catalog_.enroll("bench", "cn-shanghai", "", now_);
        for (std::size_t at = 0; at < images; at += kBatch) add(at);
        catalog_.checkpoint();
    }
    [[nodiscard]] std::size_t images() const noexcept { return images_; }
    [[nodiscard]] double median_us() {
        std::sort(us_.begin(), us_.end());
        return us_[us_.size() / 2];
    }

    /// Reads the next images of the queue and moves them to where an unchanged answer does, in one
    /// transaction.
    void batch(bool measured) {
        const double begun = cpu_seconds();
        std::vector<DueImage> due;
        catalog_.due(account_, Tier::cold, WallTime::max(), kBatch, {}, due);
        now_ = std::max(now_, due.back().due_at);
        catalog::Recording recording = catalog_.record();
        for (DueImage& asked : due) {
            asked.last_answered_at = now_;
            reschedule(recording, asked, now_);
        }
        recording.commit();
        const double images = static_cast<double>(due.size());
        if (measured) us_.push_back((cpu_seconds() - begun) * 1e6 / images);
    }

private:
    void reschedule(catalog::Recording& recording, DueImage& asked, WallTime now) {
        vodcatalog::PollState state;
        state.state = catalog::ImageState::tracked;
        state.status = catalog::StatusKind::normal;
        state.age = hours{24 * 365};
        state.image_key = asked.image_key;
        const auto poll = vodcatalog::poll_plan(settings_, state, now, 0);
        recording.reschedule(asked, poll.tier, poll.due_at);
    }
    void add(std::size_t first) {
        std::vector<std::string> ids;
        for (std::size_t i = first; i < std::min(first + kBatch, images_); ++i)
            ids.push_back(fmt::format("{:032}", i));
        const std::vector<std::string_view> views(ids.begin(), ids.end());
        (void)catalog_.track(account_, catalog::Source::callback, views, Tier::cold,
                             now_ - hours{24}, now_);
        std::vector<DueImage> due;
        catalog_.due(account_, Tier::cold, now_ - hours{24}, kBatch, {}, due);
        catalog::Recording recording = catalog_.record();
        catalog::Image image;
        image.status = catalog::kNormal;
        for (DueImage& asked : due) {
            image.image_id = asked.image_id;
            recording.image(asked, image, 1, "REQUEST", now_, recorded_);
            reschedule(recording, asked, now_);
        }
        recording.commit();
    }

    const std::size_t images_;
    const vodcatalog::PollSettings settings_;
    WallTime now_ = catalog::from_ms(1'767'323'045'000);
    world::TempFolder folder_{world::memory_folder()};
    catalog::Catalog catalog_;
    std::int64_t account_ = 0;
    catalog::Recorded recorded_;
    std::vector<double> us_;
};

std::size_t number(const char* text) {
    std::size_t value = 0;
    const std::string_view view(text);
    std::from_chars(view.data(), view.data() + view.size(), value);
    return value;
}

void measure(std::size_t few_images, std::size_t many_images, std::size_t rounds) {
    Tracked few(few_images);
    Tracked many(many_images);
    for (std::size_t round = 0; round < kWarmUp + rounds; ++round) {
        for (Tracked* side : {&few, &many}) side->batch(round >= kWarmUp);
    }
    fmt::print("| images tracked | CPU us an image, batches of {} |\n| ---: | ---: |\n", kBatch);
    for (Tracked* side : {&few, &many})
        fmt::print("| {} | {:.2f} |\n", side->images(), side->median_us());
    fmt::print("| ratio | {:.2f} |\n", many.median_us() / few.median_us());
}

}  // namespace

/// bench-reschedule [FEW [MANY [ROUNDS]]]
int main(int argc, char** argv) {
    try {
        measure(argc > 1 ? number(argv[1]) : 10'000, argc > 2 ? number(argv[2]) : 1'000'000,
                argc > 3 ? number(argv[3]) : 300);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-reschedule: {}\n", error.what());
        return 1;
    }
    return 0;
}

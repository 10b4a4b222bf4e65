// bench-parts FOLDER [IMAGES [ROUNDS]]
//
// The parts of the sync by themselves, without a network, each in CPU time of its thread: reading
// an answer, signing a call, and recording 1,000 answers a transaction beside the same by SQLite's
// C API (ceiling_catalog.h). Makes its catalogs in FOLDER, which has to exist and be empty. Prints
// a line for each case: the median of all rounds.
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "daemon/random.h"
#include "daemon/vod/answer_parser.h"
#include "daemon/vod/request_signer.h"
#include "tests/bench/ceiling_catalog.h"
#include "tests/bench/ceiling_image.h"
#include "tests/bench/image_frame.h"

namespace bench {
namespace {

constexpr std::size_t kRowsPerTransaction = 1'000;
constexpr std::size_t kImagesPerCall = 20;
constexpr std::chrono::seconds kGap{1};

double cpu_us() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

double cost_us(const std::function<void()>& work) {
    const double before = cpu_us();
    work();
    return cpu_us() - before;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// The answer to a call for images[first, first + count).
std::string body_of(const ImageFrame& frame, std::size_t first, std::size_t count,
                    std::uint64_t generation) {
    std::string body = R"({"RequestId":"AB99D4DF-FAFA-49DC-9C54-000000000000","ImageInfo":[)";
    for (std::size_t i = first; i < first + count; ++i) {
        if (i > first) body += ',';
        frame.append(i, generation, i * generation, body);
    }
    body += R"(],"NonExistImageIds":[]})";
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    return body;
}

/// A catalog of each side with the same images, all known, and what the cloud says next.
class Writers {
public:
    Writers(const std::filesystem::path& folder, std::size_t images)
        : images_(images), catalog_(folder / "catalog.db", now_) {
        account_ = catalog_.enroll("bench", "cn-shanghai", "http://127.0.0.1", now_);
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < images; ++i) {
            const auto id = id_of(i);
            ids.emplace_back(id.begin(), id.end());
        }
        const std::vector<std::string_view> views(ids.begin(), ids.end());
        (void)catalog_.track(account_, catalog::Source::file, views, catalog::Tier::cold, now_,
                             now_);
        say(0);
        (void)record();
        catalog_.checkpoint();
        std::filesystem::copy_file(folder / "catalog.db", folder / "ceiling.db");
        ceiling_ = std::make_unique<CeilingCatalog>(folder / "ceiling.db");
        rows_ = ceiling_->rows();
        (void)record_by_hand();  // its hashes are others
    }

    /// The answers from now on are those of `generation`.
    void say(std::uint64_t generation) {
        answers_.clear();
        by_hand_.clear();
        std::size_t count = 0;
        std::string request_id;
        for (std::size_t first = 0; first < images_; first += kImagesPerCall) {
            std::string body =
                body_of(frame_, first, std::min(kImagesPerCall, images_ - first), generation);
            by_hand_parser_.read(body, true, by_hand_, count, request_id);
            parser_.read_answer(body, answers_.emplace_back());
        }
    }

    /// CPU time an image, in us.
    double record() {
        std::vector<catalog::DueImage> due;
        catalog_.due(account_, catalog::Tier::cold, now_ + kGap, images_, {}, due);
        now_ += 2 * kGap;
        catalog::Recorded recorded;
        return cost_us([&] {
                   for (std::size_t first = 0; first < due.size(); first += kRowsPerTransaction) {
                       catalog::Recording recording = catalog_.record();
                       const std::size_t end = std::min(due.size(), first + kRowsPerTransaction);
                       for (std::size_t i = first; i < end; ++i)
                           record(recording, due[i], recorded);
                       recording.commit();
                   }
               }) /
               static_cast<double>(images_);
    }
    double record_by_hand() {
        std::vector<CeilingCatalog::Answer> answers;
        for (std::size_t i = 0; i < rows_.size(); ++i)
            answers.push_back({&rows_[i], &by_hand_[i], "AB99D4DF-FAFA-49DC-9C54-000000000000"});
        return cost_us([&] {
                   std::span<const CeilingCatalog::Answer> rest = answers;
                   while (!rest.empty()) {
                       const auto some = rest.first(std::min(rest.size(), kRowsPerTransaction));
                       ceiling_->record(some, catalog::to_ms(now_));
                       rest = rest.subspan(some.size());
                   }
               }) /
               static_cast<double>(images_);
    }

private:
    void record(catalog::Recording& recording, catalog::DueImage& asked,
                catalog::Recorded& recorded) {
        const auto key = static_cast<std::size_t>(asked.image_key - 1);
        const vodcatalog::Answer& answer = answers_[key / kImagesPerCall];
        const std::size_t at = key % kImagesPerCall;
        if (answer.content_hashes[at] != asked.content_hash) {
            recording.image(asked, answer.images[at], answer.content_hashes[at], answer.request_id,
                            now_, recorded);
        }
        asked.last_answered_at = now_;
        recording.reschedule(asked, catalog::Tier::cold, now_ + kGap);
    }

    const std::size_t images_;
    catalog::WallTime now_ = catalog::from_ms(1'767'225'600'000);
    ImageFrame frame_;
    vodcatalog::AnswerParser parser_;
    CeilingParser by_hand_parser_;
    std::vector<vodcatalog::Answer> answers_;
    std::vector<CeilingImage> by_hand_;
    std::int64_t account_ = 0;
    catalog::Catalog catalog_;
    std::unique_ptr<CeilingCatalog> ceiling_;
    std::vector<CeilingRow> rows_;
};

void print(const char* what, double us) {
    std::cout << "| " << std::left << std::setw(36) << what << " | " << std::right << std::setw(6)
              << std::fixed << std::setprecision(2) << us << " | | |" << std::endl;
}

void print(const char* what, double us, double by_hand) {
    std::cout << "| " << std::left << std::setw(36) << what << " | " << std::right << std::setw(6)
              << std::fixed << std::setprecision(2) << us << " | " << std::setw(6) << by_hand
              << " | " << us / by_hand << " |" << std::endl;
}

void measure_writers(const std::filesystem::path& folder, std::size_t images, std::size_t rounds) {
    Writers writers(folder, images);
    std::vector<double> changed, changed_by_hand, same, same_by_hand;
    for (std::uint64_t generation = 1; generation <= rounds; ++generation) {
        writers.say(generation);
        changed.push_back(writers.record());
        changed_by_hand.push_back(writers.record_by_hand());
        same.push_back(writers.record());
        same_by_hand.push_back(writers.record_by_hand());
    }
    print("record a changed image", median(changed), median(changed_by_hand));
    print("record an unchanged image", median(same), median(same_by_hand));
}

void measure_parser(std::size_t rounds) {
    constexpr std::size_t kTimes = 500;
    const ImageFrame frame;
    const std::string body = body_of(frame, 0, kImagesPerCall, 1);
    vodcatalog::AnswerParser parser;
    vodcatalog::Answer answer;
    CeilingParser by_hand_parser;
    std::vector<CeilingImage> images;
    std::string copy, request_id;
    volatile std::int64_t kept = 0;  // so that nothing of it is left out
    std::int64_t hashes = 0;
    std::vector<double> us, by_hand;
    for (std::size_t round = 0; round < rounds; ++round) {
        us.push_back(cost_us([&] {
            for (std::size_t i = 0; i < kTimes; ++i) parser.read_answer(copy.assign(body), answer);
        }));
        by_hand.push_back(cost_us([&] {
            for (std::size_t i = 0; i < kTimes; ++i) {
                std::size_t count = 0;
                by_hand_parser.read(body, true, images, count, request_id);
                for (const CeilingImage& image : images) hashes ^= image.hash();
            }
        }));
        kept = hashes;
    }
    (void)kept;
    const double calls = kTimes * kImagesPerCall;
    print("read an image of 20, and its hash", median(us) / calls, median(by_hand) / calls);
}

void measure_signer(const char* what, vodcatalog::SignatureVersion version, std::size_t rounds) {
    constexpr std::size_t kTimes = 5'000;
    vodcatalog::SystemRandom random;
    vodcatalog::RequestSigner signer(vodcatalog::parse_endpoint("https://vod.example.com"), version,
                                     std::chrono::seconds{10}, random);
    vodcatalog::Credentials credentials;
    credentials.access_key_id = "bench";
    credentials.access_key_secret = "bench-secret";
    const auto session = std::make_shared<const vodcatalog::Session>(
        vodcatalog::Session{credentials, std::nullopt, "static"});
    const vodcatalog::Parameters parameters{{"AuthTimeout", "3600"},
                                            {"ImageId", "bbc65bba53f94e4f8b6fed90de118a78"},
                                            {"OutputType", "cdn"}};
    catalog::WallTime now = catalog::from_ms(1'767'225'600'000);
    std::vector<double> us;
    for (std::size_t round = 0; round < rounds; ++round) {
        us.push_back(cost_us([&] {
            for (std::size_t i = 0; i < kTimes; ++i, now += std::chrono::milliseconds{1})
                (void)signer.sign("GetImageInfo", parameters, session, now);
        }));
    }
    print(what, median(us) / static_cast<double>(kTimes));
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) try {
    if (argc < 2 || argc > 4) {
        std::cerr << "usage: bench-parts FOLDER [IMAGES [ROUNDS]]\n";
        return 64;
    }
    const std::size_t images = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 50'000;
    const std::size_t rounds = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 5;
    std::cout << "| CPU us, medians of " << rounds
              << " rounds | daemon's code | by hand | ratio |\n| --- | ---: | ---: | ---: |\n";
    bench::measure_parser(rounds);
    bench::measure_signer("sign a call, V1", vodcatalog::SignatureVersion::v1, rounds);
    bench::measure_signer("sign a call, V3", vodcatalog::SignatureVersion::v3, rounds);
    bench::measure_writers(argv[1], images, rounds);
} catch (const std::exception& error) {
    std::cerr << "bench-parts: " << error.what() << "\n";
    return 1;
}

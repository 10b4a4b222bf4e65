#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace simulator {

using Milliseconds = std::chrono::milliseconds;

/// A scenario or a setting that cannot be; the message names file, line and key.
class BadScenario : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// How a member looks that a real image has only once its file is there.
enum class Unfinished { present, zero, absent, mixed };
enum class FileSizeForm { text, number, mixed };
enum class ListForm { flat, wrapped, mixed };
enum class MemberOrder { fixed, shuffled };
enum class FileNameForm { plain, signed_url, mixed };
enum class TitleProfile { plain, hostile };
enum class ThrottleHint { none, rate_limit, acs_retry_after, retry_after };

/// What one call in so many suffers: shares of 1, together at most 1.
struct Faults {
    double throttle = 0;
    double http_5xx = 0;             ///< 500 or 503 with JSON, 502 with HTML.
    double reset_before_answer = 0;  ///< The request is read, then the connection is reset.
    double reset_in_body = 0;        ///< Reset after half of the body.
    double truncated_body = 0;       ///< Content-Length promises more than is sent.
    double garbled_body = 0;         ///< Good HTTP around what is no JSON.
    double hang = 0;                 ///< No byte until `hang_for` is over or the client leaves.
    double drip = 0;                 ///< A byte every `drip_every`, never the last one.
    double empty_answer = 0;         ///< 200 without a body.

    int throttle_status = 400;  ///< 400 or 429.
    ThrottleHint throttle_hint = ThrottleHint::none;
    Milliseconds hint{2'000};
    Milliseconds hang_for{60'000};
    Milliseconds drip_every{500};
};

/// A token bucket per operation; no limit where it is absent.
struct RateLimit {
    double per_second = 0;
    double burst = 1;
};

struct Limits {
    std::optional<RateLimit> get_image_infos;
    std::optional<RateLimit> get_image_info;
};

/// In what ways answers differ from the documented sample. `mixed` is decided per image (lists: per
/// call); shares are of images, and an image keeps its lot.
struct Quirks {
    Unfinished uploading_mezzanine = Unfinished::present;
    Unfinished uploading_url = Unfinished::present;
    Unfinished uploading_sizes = Unfinished::present;
    FileSizeForm file_size = FileSizeForm::text;
    ListForm lists = ListForm::flat;
    MemberOrder member_order = MemberOrder::fixed;
    FileNameForm original_file_name = FileNameForm::plain;
    TitleProfile titles = TitleProfile::plain;
    bool legacy_members = false;  ///< RegionId and AuditStatus.
    bool empty_lists = true;      ///< False: an empty list is left out of the answer.
    double absent_members = 0;    ///< Chance of each member of each image.
    double null_members = 0;      ///< Chance of each member of each image.
    double extra_members = 0;     ///< Share of images with members no documentation knows.
    double status_absent = 0;     ///< Share of images that never show a Status.
    double unsigned_urls = 0;     ///< Share of images whose URLs need no signature.
};

/// How the images live.
struct Lives {
    Milliseconds arrive_over{0};  ///< Arrivals are spread over this time; 0: all are there at once.
    Milliseconds created_before{0};  ///< CreationTime lies up to this long before the arrival.
    Milliseconds uploading_median{10'000};
    double uploading_sigma = 0.5;  ///< Of the log-normal time in Uploading.
    double normal = 1;             ///< Outcomes, as weights.
    double upload_fail = 0;
    double never = 0;  ///< Stays Uploading.
    double edits_per_second = 0;
    double deletes_per_second = 0;
    std::optional<Milliseconds> freeze_after;  ///< Nothing changes by itself later than this.
};

/// All that can be set. What each key means and its default: example.yaml.
struct Scenario {
    std::optional<std::size_t> images;  ///< The command line counts more.
    Lives lives;
    Milliseconds clock_skew{0};  ///< By how much the server's clock is ahead.
    Milliseconds latency_fixed{0};
    Milliseconds latency_jitter{0};   ///< Up to this much more.
    Milliseconds keep_alive{25'000};  ///< An idle connection is closed after this time.
    Limits limits;
    Faults faults;
    Quirks quirks;
};

/// Reads `text` (YAML, thus JSON too) over `base`: keys that are not in it keep their value there.
/// `name` is for messages. Throws BadScenario for what is not YAML, an unknown or doubled key, a
/// value of the wrong kind or out of range.
[[nodiscard]] Scenario read_scenario(std::string_view text, const std::string& name,
                                     const Scenario& base = {});

/// Throws BadScenario also if the file cannot be read or has more than 1 MiB.
[[nodiscard]] Scenario load_scenario(const std::filesystem::path& file);

}  // namespace simulator

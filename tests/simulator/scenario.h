#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/fault.h"
#include "tests/simulator/fault_orders.h"

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
enum class CdnSigning { a, b, c, mixed };
enum class OssSigning { v1, v2, v4, mixed };

/// Which header tells a throttled client how long to wait.
enum class ThrottleHint { rate_limit, rate_limit_user, acs_retry_after, retry_after };

/// How a call over a limit is answered.
struct Throttle {
    int status = 400;  ///< 400 or 429.
    std::string code = "Throttling.User";
    std::set<ThrottleHint> hints;
    Milliseconds hint{2'000};
};

/// What some calls suffer within some time since the start.
struct FaultRule {
    CallFilter calls;
    Affliction affliction;
    double share = 1;
    Milliseconds from{0};
    std::optional<Milliseconds> until;
};

/// What one call of the image API in so many suffers, and how bad it is.
struct Faults {
    FaultShares shares;
    std::vector<FaultRule> rules;  ///< For any call; the first that fits and is drawn counts.
    Throttle throttle;
    Milliseconds hang_for{60'000};
    Milliseconds drip_every{500};
    Milliseconds slow_for{3'000};
    std::size_t huge_bytes = std::size_t{64} << 20;
    std::size_t bomb_bytes = std::size_t{256} << 20;
    std::string redirect_to = "http://127.0.0.1:9/";
};

/// A token bucket; 0 per second: no limit.
struct RateLimit {
    double per_second = 0;
    double burst = 1;
};

/// By action.
using Limits = std::map<std::string, RateLimit>;

/// In what ways answers differ from the documented sample. `mixed` is decided per image (lists and
/// URLs: per call); shares are of images, and an image keeps its lot.
struct Quirks {
    Unfinished uploading_mezzanine = Unfinished::present;
    Unfinished uploading_url = Unfinished::present;
    Unfinished uploading_sizes = Unfinished::present;
    FileSizeForm file_size = FileSizeForm::text;
    ListForm lists = ListForm::flat;
    MemberOrder member_order = MemberOrder::fixed;
    FileNameForm original_file_name = FileNameForm::plain;
    TitleProfile titles = TitleProfile::plain;
    CdnSigning cdn_urls = CdnSigning::a;
    OssSigning oss_urls = OssSigning::v1;
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

/// Whether an account's permanent key is taken, and with which code it is refused if not.
enum class KeyState { active, inactive, disabled, deleted };

/// One account of the cloud. What it leaves open is as for all.
struct AccountSettings {
    std::string name = "main";
    std::size_t images = 0;  ///< Of main: Scenario::images.
    std::string region = "cn-shanghai";
    std::string access_key_id;  ///< Empty: it follows from the seed, as the secret does.
    std::string access_key_secret;
    KeyState key = KeyState::active;
    std::vector<std::string> denied;  ///< Actions it may not call.
    std::string denied_code = "Forbidden.RAM";
    bool suspended = false;
    std::optional<Milliseconds> suspended_after;  ///< Since the start.
    std::optional<Milliseconds> clock_skew;
    Limits limits;
    std::optional<Throttle> throttle;

    /// Whether what cannot change while the simulator runs is the same.
    [[nodiscard]] bool same_from_start(const AccountSettings& other) const {
        return name == other.name && images == other.images && region == other.region &&
               access_key_id == other.access_key_id && access_key_secret == other.access_key_secret;
    }
};

/// The security token service and the metadata service of the machine.
struct Temporary {
    std::optional<Milliseconds> sts_life;  ///< Of a session, whatever was asked for.
    std::string oidc_token;                ///< The only good one; empty: any is.
    std::string role = "vod-reader";       ///< Of the machine; empty: it has none.
    std::string role_account = "main";
    Milliseconds role_life{6 * 3'600'000};
    bool token_required = false;  ///< The metadata service's.
};

/// All that can be set. What each key means and its default: example.yaml.
struct Scenario {
    std::optional<std::size_t> images;  ///< The command line counts more.
    Lives lives;
    Milliseconds clock_skew{0};  ///< By how much the server's clock is ahead.
    Milliseconds latency_fixed{0};
    Milliseconds latency_jitter{0};   ///< Up to this much more.
    Milliseconds keep_alive{25'000};  ///< An idle connection is closed after this time.
    /// How long a CDN takes a URL beyond the time in it.
    Milliseconds cdn_valid{1'800'000};
    Limits limits;
    Faults faults;
    Quirks quirks;
    Temporary temporary;
    std::vector<AccountSettings> accounts{AccountSettings{}};  ///< The first is main.
};

/// Reads `text` (YAML, thus JSON too) over `base`: keys that are not in it keep their value there,
/// accounts that are not in it too. `name` is for messages. Throws BadScenario for what is not
/// YAML, an unknown or doubled key, a value of the wrong kind or out of range.
[[nodiscard]] Scenario read_scenario(std::string_view text, const std::string& name,
                                     const Scenario& base = {});

/// A fault for the next `count` of some calls.
struct FaultOrder {
    Affliction affliction;
    CallFilter calls;
    std::size_t count = 1;
};
/// Throws BadScenario as above.
[[nodiscard]] FaultOrder read_fault_order(std::string_view text, const std::string& name);

/// Throws BadScenario also if the file cannot be read or has more than 1 MiB.
[[nodiscard]] Scenario load_scenario(const std::filesystem::path& file);

}  // namespace simulator

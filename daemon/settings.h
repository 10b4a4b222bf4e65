#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/error.h"
#include "daemon/alert_settings.h"
#include "daemon/log_line.h"
#include "daemon/logging.h"
#include "daemon/vod/credentials/credentials_settings.h"
#include "daemon/vod/endpoint.h"
#include "daemon/vod/proxy.h"
#include "daemon/vod/vod_client.h"
#include "daemon/web/listen_address.h"

/// What the operator wants, read once from one YAML file into plain values. config/vodcatalog.yaml
/// explains every key; the defaults here are the ones it shows. Reading needs the file, the secrets
/// and certificates it names and the environment; nothing is written, and no secret is kept. The ID
/// lists that `image_files` name are not opened: sync/image_files does.
namespace vodcatalog {

/// Calls a second the daemon may make of one account, per operation.
struct CallRates {
    double get_image_infos = 3;
    double get_image_info = 20;
};

struct AccountSettings {
    std::string name;    ///< [a-z0-9_-]{1,64}, unique.
    std::string was;     ///< Its name until now, if it was another.
    std::string region;  ///< Empty where only an endpoint is given that does not tell it.
    Endpoint endpoint;
    SignatureVersion signature = SignatureVersion::v3;
    OperationChoice operation = OperationChoice::automatic;
    std::string output_type = "cdn";           ///< "cdn" or "oss".
    std::chrono::seconds auth_timeout{3'600};  ///< How long URLs that the cloud signs are good.
    std::filesystem::path ca_file = "/etc/ssl/certs/ca-certificates.crt";
    std::optional<Proxy> proxy;                 ///< Its password as read when the settings were.
    std::chrono::milliseconds timeout{10'000};  ///< Of a whole call.
    CallRates calls_per_second;
    std::optional<double> calls_per_day;  ///< Of all operations together; nothing: no limit.
    bool compensate_clock = true;         ///< See CloudClock; of STS too.
    CredentialsSettings credentials;
    std::vector<std::string> images;       ///< Valid image IDs, each once, of no other account.
    std::vector<std::string> image_files;  ///< Absolute paths with shell patterns.
};

/// An Uploading image is asked again after root * sqrt(its age in seconds) seconds, at least min,
/// at most max.
struct UploadingSchedule {
    double root = 0.7;
    std::chrono::milliseconds min{std::chrono::seconds{2}};
    std::chrono::milliseconds max{std::chrono::hours{24}};
};

/// An image that has settled is asked again after fraction * (time since its last change), at least
/// min, at most max.
struct NormalSchedule {
    double fraction = 0.5;
    std::chrono::milliseconds min{std::chrono::hours{1}};
    std::chrono::milliseconds max{std::chrono::hours{20}};
};

struct ScheduleSettings {
    UploadingSchedule uploading;
    NormalSchedule normal;
    /// Uploading for longer is stuck. In the file it is `alerts.stuck_after`: people think of it as
    /// an alert.
    std::chrono::milliseconds stuck_after{std::chrono::minutes{60}};
};

struct CatalogSettings {
    std::filesystem::path path = "/var/lib/vodcatalog/catalog.db";
};

struct ControlSettings {
    static constexpr std::size_t kPathMax = 107;  ///< What sockaddr_un holds, unix(7).
    std::filesystem::path socket = "/run/vodcatalog/control.sock";
    bool named = false;  ///< The settings name it.
};

/// The daemon's own pages: health, metrics.
struct WebSettings {
    bool enabled = true;
    ListenAddress listen;
    bool named = false;              ///< The settings name where.
    std::vector<std::string> hosts;  ///< Names it may be called by; see AllowedHosts.
    bool operator==(const WebSettings&) const = default;
};

struct ReportingSettings {
    std::chrono::minutes utc_offset{0};  ///< Whose days reports count; east of UTC is positive.
};

struct LogSettings {
    LogLevel level = LogLevel::information;
    LogFormat format = LogFormat::automatic;
};

struct Settings {
    std::filesystem::path file;  ///< Where they were read from, absolute.
    std::vector<AccountSettings> accounts;
    ScheduleSettings schedule;
    AlertSettings alerts;
    CatalogSettings catalog;
    int fetchers = 8;  ///< Threads that call the cloud, of each account.
    std::chrono::milliseconds shutdown_timeout{8'000};  ///< What calls in flight get at a stop.
    ControlSettings control;
    WebSettings web;
    ReportingSettings reporting;
    LogSettings log;
};

/// Settings that cannot be used. what() is all of problems(), a line each.
class SettingsError : public catalog::Unusable {
public:
    explicit SettingsError(std::vector<std::string> problems);
    /// "FILE:LINE:COLUMN: what is wrong; what to do", in the file's order. Never empty.
    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
    std::vector<std::string> problems_;
};

/// Reads and checks the file as a whole. Throws SettingsError with all its problems.
[[nodiscard]] Settings load_settings(const std::filesystem::path& file);

/// Where the daemon with these settings listens for commands, if the file can be read that far;
/// else the default. Whoever may command the daemon need not be able to read its settings, nor its
/// secrets.
[[nodiscard]] std::filesystem::path control_socket_of(const std::filesystem::path& file);

/// As control_socket_of(): which catalog the daemon with these settings writes.
[[nodiscard]] std::filesystem::path catalog_of(const std::filesystem::path& file);

/// All problems load_settings() would throw; none: the settings are good.
[[nodiscard]] std::vector<std::string> check_settings(const std::filesystem::path& file);

/// Every key load_settings() knows, as "accounts[].credentials.access_key_id". The schema must have
/// the same.
[[nodiscard]] std::set<std::string> settings_keys();

}  // namespace vodcatalog

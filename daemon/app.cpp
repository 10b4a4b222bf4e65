#include "daemon/app.h"

#include <Poco/Exception.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/Timer.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "catalog/catalog.h"
#include "catalog/error.h"
#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/probe.h"
#include "daemon/random.h"
#include "daemon/run_mark.h"
#include "daemon/sd_notify.h"
#include "daemon/service.h"
#include "daemon/service_control.h"
#include "daemon/settings.h"
#include "daemon/signals.h"
#include "daemon/version.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/poco_http_client.h"
#include "daemon/vod/redactor.h"
#include "daemon/watchdog.h"
#include "daemon/web/control_socket.h"
#include "daemon/web/health.h"
#include "daemon/web/metrics.h"
#include "daemon/web/status_board.h"
#include "daemon/web/status_json.h"
#include "daemon/web/web_server.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kStatusEvery = seconds{5};
constexpr milliseconds kFilesEvery = seconds{5};

/// Credentials are told by those who fetch them.
void know_secrets(Redactor& redactor, const Settings& settings) {
    for (const AccountSettings& account : settings.accounts) {
        if (account.proxy) redactor.know(account.proxy->password);
    }
}

/// The daemon between its start and its end.
class Daemon {
public:
    Daemon(Settings settings, Log& log, Redactor& redactor)
        : settings_(std::move(settings)),
          log_(log),
          redactor_(redactor),
          watchdog_(clock_, check_every()),
          catalog_(settings_.catalog.path, clock_.wall()),
          run_mark_(settings_.catalog.path.string() + ".run", service_result_file(), clock_),
          board_(settings_.catalog.path, clock_) {}

    int run() {
        tell_last_run();
        try {
            const int code = live();
            run_mark_.ended(code);
            return code;
        } catch (const catalog::Unusable& error) {
            run_mark_.ended(error.exit_code());
            throw;
        }
    }

private:
    int live() {
        // Before a call is made: where they listen may be refused.
        open_control();
        open_web();
        start();
        notify_.ready();
        is_ready_ = true;
        log_.information("Ready.", {{"version", kVersionText},
                                    {"accounts", settings_.accounts.size()},
                                    {"catalog", settings_.catalog.path.string()}});
        schedule();
        const int code = serve();
        timer_.cancel(true);
        control_socket_.reset();
        web_server_.reset();
        service_.reset();
        log_.information("Ended.", {{"exit_code", code}});
        return code;
    }

    /// What the unit's ExecStopPost= writes.
    static std::filesystem::path service_result_file() {
        const char* const folder = std::getenv("STATE_DIRECTORY");
        if (folder == nullptr) return {};
        return std::filesystem::path(folder) / "last-stop";
    }

    void tell_last_run() {
        const LastRun& last = run_mark_.last();
        if (last.end == LastRun::End::unknown) return;
        const Log::Fields fields{
            {"exit_code", last.exit_code},
            {"started_at", catalog::to_iso(last.started_at.value_or(WallTime{}))},
            {"service_result", last.service_result}};
        if (last.end == LastRun::End::clean) {
            log_.information(sentence_of(last.end), fields);
        } else {
            log_.warning(sentence_of(last.end), fields);
        }
    }

    [[nodiscard]] milliseconds check_every() const {
        const auto interval = notify_.watchdog_interval();
        if (!interval) return kStatusEvery;
        return std::min(kStatusEvery, std::chrono::floor<milliseconds>(*interval / 3));
    }

    void start() {
        service_ = std::make_unique<Service>(
            settings_, catalog_, clock_, log_, redactor_, watchdog_,
            Service::Pages{board_, metrics_, [this] { return what_is_wrong(); }},
            [this] { signals_.notify(); });
    }

    /// A path that the settings name must work; the default one need not be there.
    void open_control() {
        try {
            control_socket_ =
                std::make_unique<ControlSocket>(settings_.control.socket, control_, log_);
        } catch (const catalog::Unusable& error) {
            if (settings_.control.named) throw;
            log_.warning("There is no control socket: commands that speak to the daemon will fail.",
                         {{"error", error.what()}});
        }
    }

    /// The same for where the pages are.
    void open_web() {
        if (!settings_.web.enabled) return;
        RouteTable routes;
        add_health_routes(
            routes, [this] { return what_is_wrong(); }, [this] { return what_is_missing(); });
        routes.add(
            {"GET", "/metrics", [this](const WebRequest&) {
                 return WebReply{200, std::string(Metrics::kContentType), metrics_.text(status())};
             }});
        routes.add({"GET", "/api/v1/status", [this](const WebRequest&) {
                        return WebReply{200, "application/json", to_json(status())};
                    }});
        try {
            const WebServer::Settings its{settings_.web.listen, settings_.web.hosts};
            web_server_ = std::make_unique<WebServer>(its, std::move(routes), clock_, log_);
            log_.information("The web server listens.",
                             {{"address", to_text(web_server_->address())}});
        } catch (const catalog::Unusable& error) {
            if (settings_.web.named) throw;
            log_.warning("There is no web server: no health page, no metrics.",
                         {{"error", error.what()}});
        }
    }

    // On the web server's threads.
    std::optional<std::string> what_is_wrong() {
        if (const auto silence = watchdog_.silent())
            return "the loop \"" + silence->loop + "\" makes no progress";
        if (const auto trouble = board_.trouble())
            return "the catalog cannot be written: " + trouble->message;
        return std::nullopt;
    }
    DaemonStatus status() {
        DaemonStatus status = board_.read();
        status.version = kVersionText;
        status.started_at = started_at_;
        status.missing = what_is_missing();
        status.wrong = what_is_wrong();
        status.last_exit = {std::string(to_string(run_mark_.last().end)),
                            std::string(sentence_of(run_mark_.last().end)),
                            run_mark_.last().exit_code, run_mark_.last().service_result};
        status.lost_lines = log_.lost_lines();
        return status;
    }
    std::optional<std::string> what_is_missing() const {
        if (is_ready_) return std::nullopt;
        return "the daemon is starting or ending";
    }

    void schedule() {
        const auto every = [](milliseconds time) { return static_cast<long>(time.count()); };
        timer_.schedule(Poco::Util::Timer::func([this] { check_progress(); }), 0,
                        every(check_every()));
        timer_.schedule(Poco::Util::Timer::func([this] { look_at_files(); }), every(kFilesEvery),
                        every(kFilesEvery));
    }

    /// For other threads: a reload may be replacing the service meanwhile.
    bool with_service(const std::function<void(Service&)>& work) {
        const std::lock_guard lock(mutex_);
        if (service_) work(*service_);
        return service_ != nullptr;
    }

    // On the timer's thread, as what follows.
    void check_progress() {
        const std::optional<std::string> wrong = what_is_wrong();
        with_service([this, &wrong](Service& service) {
            notify_.status(wrong ? "not healthy: " + *wrong : service.summary());
        });
        if (const auto silence = watchdog_.silent()) {
            log_.error("A loop makes no progress; systemd will end the process if it stays so.",
                       {{"loop", silence->loop}, {"for_ms", silence->lasted.count()}});
        } else {
            notify_.watchdog();
        }
    }
    void look_at_files() {
        with_service([](Service& service) { service.look_at_files(); });
    }

    int serve() {
        for (;;) {
            switch (signals_.wait()) {
                case Signals::Event::reload:
                    reload();
                    if (terminated_) return stop() ? 0 : failed();
                    break;
                case Signals::Event::notified:
                    return failed();
                case Signals::Event::terminate:
                    return stop() ? 0 : failed();
            }
        }
    }

    /// Waits for the service's end; a second signal ends the process. False if it ended by a
    /// failure.
    bool stop() {
        is_ready_ = false;
        run_mark_.stopping();
        notify_.stopping();
        log_.information("Stopping: calls that are under way are awaited and recorded.");
        service_->stop();
        for (;;) {
            switch (signals_.wait()) {
                case Signals::Event::notified:
                    return service_->failure() == nullptr;
                case Signals::Event::terminate:
                    Signals::die();
                case Signals::Event::reload:
                    break;
            }
        }
    }

    void reload() {
        notify_.reloading();
        try {
            Settings settings = load_settings(settings_.file);
            know_secrets(redactor_, settings);
            if (settings.catalog.path != settings_.catalog.path) {
                log_.warning("catalog.path changes only with a restart; the old one stays in use.",
                             {{"catalog", settings_.catalog.path.string()}});
                settings.catalog.path = settings_.catalog.path;
            }
            if (settings.control.socket != settings_.control.socket) {
                log_.warning(
                    "control.socket changes only with a restart; the old one stays in use.",
                    {{"socket", settings_.control.socket.string()}});
                settings.control = settings_.control;
            }
            if (settings.web != settings_.web) {
                log_.warning("web changes only with a restart; the old pages stay.");
                settings.web = settings_.web;
            }
            replace_service(std::move(settings));
            log_.information("The settings were read again and are in use.",
                             {{"file", settings_.file.string()}});
        } catch (const SettingsError& error) {
            for (const std::string& problem : error.problems()) log_.error(problem);
            log_.error("The new settings are not usable; the old ones stay in use.");
        }
        notify_.ready();
    }

    void replace_service(Settings settings) {
        service_->stop();
        for (auto event = signals_.wait(); event != Signals::Event::notified;
             event = signals_.wait()) {
            if (event != Signals::Event::terminate) continue;
            if (std::exchange(terminated_, true)) Signals::die();
        }
        if (service_->failure()) {
            signals_.notify();
            return;
        }
        const std::lock_guard lock(mutex_);
        service_.reset();
        settings_ = std::move(settings);
        log_.set_level(settings_.log.level);
        start();
    }

    /// The exit code of what ended the service, said in the log.
    int failed() {
        try {
            if (service_->failure()) std::rethrow_exception(service_->failure());
            return 0;
        } catch (const catalog::Unusable& error) {
            log_.error(error.what());
            return error.exit_code();
        } catch (const std::exception& error) {
            log_.error("This is a bug of vodcatalogd; please report it.",
                       {{"error", error.what()}});
            return App::kSoftware;
        }
    }

    Settings settings_;
    Log& log_;
    Redactor& redactor_;
    SystemClock clock_;
    SdNotify notify_;
    Signals signals_;
    Watchdog watchdog_;
    catalog::Catalog catalog_;
    RunMark run_mark_;
    StatusBoard board_;
    Metrics metrics_;
    const WallTime started_at_ = clock_.wall();
    bool terminated_ = false;  ///< A signal to end came during a reload.
    std::mutex mutex_;         // guards service_ between main, the timer and control
    std::unique_ptr<Service> service_;
    ServiceControl control_{
        [this](const std::function<void(Service&)>& work) { return with_service(work); }};
    std::unique_ptr<ControlSocket> control_socket_;
    std::atomic<bool> is_ready_ = false;
    std::unique_ptr<WebServer> web_server_;
    Poco::Util::Timer timer_;  // last, so ended first
};

}  // namespace

int App::start(int argc, char** argv) {
    try {
        init(argc, argv);
    } catch (const Poco::Exception& error) {
        std::cerr << "vodcatalogd: " << error.displayText() << "; see --help\n";
        return kUsage;
    }
    return run();
}

void App::initialize(Application&) {
    // Poco would set up subsystems and look for a properties file; the settings are YAML and ours.
}

void App::defineOptions(Poco::Util::OptionSet& options) {
    using Poco::Util::Option;
    options.addOption(
        Option("config", "c", "read the settings from FILE (default " + settings_file_ + ")")
            .argument("FILE"));
    options.addOption(
        Option("check-config", "", "tell all that is wrong with the settings, then end"));
    options.addOption(
        Option("probe", "", "make one call of each operation of each account, tell how it went"));
    options.addOption(Option("version", "", "tell the version, then end"));
    options.addOption(Option("help", "h", "tell this, then end"));
}

void App::handleOption(const std::string& name, const std::string& value) {
    if (name == "config") settings_file_ = value;
    if (name == "check-config") task_ = Task::check_config;
    if (name == "probe") task_ = Task::probe;
    if (name == "version") task_ = Task::version;
    if (name == "help") task_ = Task::help;
    if (name == "help" || name == "version") stopOptionsProcessing();
}

int App::print_help() const {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setCommand("vodcatalogd");
    formatter.setUsage("[--config FILE] [--check-config | --probe | --version | --help]");
    formatter.setHeader(
        "Keeps a local SQLite catalog of the images in ApsaraVideo VOD and tells what became of "
        "each. Runs in the "
        "foreground until SIGTERM; SIGHUP reads the settings again.");
    formatter.setUnixStyle(true);
    formatter.setAutoIndent();
    formatter.format(std::cout);
    return 0;
}

int App::check_config() const {
    const auto problems = check_settings(settings_file_);
    for (const std::string& problem : problems) std::cerr << problem << "\n";
    if (problems.empty()) std::cout << settings_file_ << ": good\n";
    return problems.empty() ? 0 : catalog::Unusable::kConfig;
}

int App::probe() const {
    try {
        const Settings settings = load_settings(settings_file_);
        const SystemClock clock;
        SystemRandom random;
        Redactor redactor;
        DeadlineWatch deadlines(clock);
        NameLookup names(clock);
        ProbeVerdict worst = ProbeVerdict::works;
        for (const AccountSettings& account : settings.accounts) {
            const std::string ca_file = account.ca_file.string();
            PocoHttpClient http(deadlines, names, clock, ca_file, account.proxy);
            PocoHttpClient metadata(deadlines, names, clock, ca_file);
            const AccountProbe probe =
                vodcatalog::probe(account, {http, metadata, clock, random, redactor});
            std::string text = to_text(probe);
            redactor(text);
            std::cout << text << std::flush;
            worst = std::max(worst, verdict_of(probe));
        }
        if (worst == ProbeVerdict::works) return 0;
        return worst == ProbeVerdict::later ? kUnavailable : kRefused;
    } catch (const SettingsError& error) {
        std::cerr << error.what() << "\n";
        return error.exit_code();
    }
}

int App::serve() const {
    const SystemClock clock;
    Redactor redactor;
    const auto redact = [&redactor](std::string& text) { redactor(text); };
    std::optional<Log> log;
    log.emplace(clock, LogLevel::information, LogFormat::automatic, redact);
    try {
        Settings settings = load_settings(settings_file_);
        know_secrets(redactor, settings);
        log.emplace(clock, settings.log.level, settings.log.format, redact);
        return Daemon(std::move(settings), *log, redactor).run();
    } catch (const SettingsError& error) {
        for (const std::string& problem : error.problems()) log->error(problem);
        return error.exit_code();
    } catch (const catalog::Unusable& error) {
        log->error(error.what());
        return error.exit_code();
    } catch (const catalog::Retryable& error) {
        // systemd starts us again; by then there may be room.
        log->error(error.what());
        return catalog::Unusable::kTemporary;
    }
}

int App::main(const ArgVec& arguments) {
    if (!arguments.empty()) {
        std::cerr << "vodcatalogd: " << arguments.front() << ": takes options only; see --help\n";
        return kUsage;
    }
    umask(0027);
    try {
        switch (task_) {
            case Task::help:
                return print_help();
            case Task::version:
                std::cout << "vodcatalogd " << kVersionText << "\n";
                return 0;
            case Task::check_config:
                return check_config();
            case Task::probe:
                return probe();
            case Task::serve:
                return serve();
        }
    } catch (const std::exception& error) {
        std::cerr << "vodcatalogd: a bug, please report it: " << error.what() << "\n";
    }
    return kSoftware;
}

}  // namespace vodcatalog

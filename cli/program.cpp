#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "catalog/error.h"
#include "cli/accept.h"
#include "cli/ack.h"
#include "cli/alert.h"
#include "cli/answer.h"
#include "cli/events.h"
#include "cli/export.h"
#include "cli/failure.h"
#include "cli/images.h"
#include "cli/incidents.h"
#include "cli/plan.h"
#include "cli/report.h"
#include "cli/screen.h"
#include "cli/silence.h"
#include "cli/snapshot.h"
#include "cli/status.h"
#include "cli/url.h"
#include "daemon/log_line.h"
#include "daemon/random.h"
#include "daemon/settings.h"
#include "daemon/version.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/poco_http_client.h"
#include "daemon/vod/redact.h"

namespace vodcatalog {
namespace {

std::string ask_cloud(const UrlCommand& command, const std::filesystem::path& settings_file) {
    const SystemClock clock;
    SystemRandom random;
    DeadlineWatch deadlines(clock);
    NameLookup names(clock);
    const auto connect = [&](const VodAccount& account) {
        return std::make_unique<PocoHttpClient>(deadlines, names, clock, account.ca_file,
                                                account.proxy);
    };
    return url(command, load_settings(settings_file), {connect, clock, random});
}

void complain(std::ostream& err, std::string message) {
    redact(message);
    err << "vodcatalog: " << escaped(message) << "\n";
}

int run_verb(const ChosenVerb& verb, const Screen& screen) {
    std::ostream& out = screen.out;
    std::ostream& err = screen.err;
    try {
        const int exit_code = verb(screen);
        if (out.flush()) return exit_code;
        complain(err, "the answer could not be written");
        return static_cast<int>(ExitCode::io);
    } catch (const Failure& failure) {
        complain(err, failure.what());
        return static_cast<int>(failure.code());
    } catch (const SettingsError& error) {
        for (const std::string& problem : error.problems()) complain(err, problem);
        return error.exit_code();
    } catch (const catalog::Unusable& error) {
        complain(err, error.what());
        return error.exit_code();
    } catch (const catalog::Retryable& error) {
        complain(err, error.what());
        return static_cast<int>(ExitCode::unavailable);
    } catch (const std::exception& error) {
        complain(err, std::string("a bug, please report it: ") + error.what());
        return static_cast<int>(ExitCode::software);
    }
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err,
        const Terminal& terminal) {
    CLI::App line("Asks and tells a vodcatalog.", "vodcatalog");
    std::string settings_file = "/etc/vodcatalog/vodcatalog.yaml";
    line.add_option("--config", settings_file, "Read the daemon's settings from this file")
        ->option_text("FILE")
        ->capture_default_str();
    std::filesystem::path catalog_file;
    line.add_option("--catalog", catalog_file,
                    "Read this catalog or snapshot (default: the settings')")
        ->option_text("FILE");
    line.set_version_flag("--version", std::string("vodcatalog ") + kVersionText);
    line.require_subcommand(1);
    line.fallthrough();
    ChosenAnswer answer;
    ChosenVerb verb;
    AcceptCommand accept;
    add_accept_gone(line, accept, answer);
    add_accept_untrack(line, accept, answer);
    SilenceCommand silence;
    add_silence(line, silence, answer);
    UnsilenceCommand unsilence;
    add_unsilence(line, unsilence, answer);
    AckCommand ack;
    add_ack(line, ack, answer);
    AlertTestCommand alert;
    add_alert(line, alert, answer);
    UrlCommand url;
    add_url(line, url).callback(
        [&] { answer = [&url](const auto& settings) { return ask_cloud(url, settings); }; });
    add_status(line, verb);
    add_images(line, verb);
    add_events(line, verb);
    add_incidents(line, verb);
    add_report(line, verb);
    add_plan(line, verb);
    add_export(line, verb);
    add_snapshot(line, verb);
    try {
        line.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return line.exit(error, out, err) == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    if (!verb) {
        verb = [&](const Screen& screen) {
            screen.out << answer(screen.settings_file);
            return 0;
        };
    }
    const SystemClock clock;
    const std::filesystem::path settings = settings_file;
    return run_verb(verb, {settings, catalog_file, out, err, terminal, clock});
}

}  // namespace vodcatalog

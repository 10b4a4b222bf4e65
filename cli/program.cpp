#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "catalog/error.h"
#include "cli/accept.h"
#include "cli/answer.h"
#include "cli/failure.h"
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

int run_verb(const ChosenAnswer& answer, const std::filesystem::path& settings_file,
             std::ostream& out, std::ostream& err) {
    try {
        out << answer(settings_file) << std::flush;
        if (out) return 0;
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
    } catch (const std::exception& error) {
        complain(err, std::string("a bug, please report it: ") + error.what());
        return static_cast<int>(ExitCode::software);
    }
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
    CLI::App line("Asks and tells a vodcatalog.", "vodcatalog");
    std::string settings_file = "/etc/vodcatalog/vodcatalog.yaml";
    line.add_option("--config", settings_file, "Read the daemon's settings from this file")
        ->option_text("FILE")
        ->capture_default_str();
    line.set_version_flag("--version", std::string("vodcatalog ") + kVersionText);
    line.require_subcommand(1);
    line.fallthrough();
    ChosenAnswer answer;
    AcceptCommand accept;
    add_accept_gone(line, accept, answer);
    add_accept_untrack(line, accept, answer);
    UrlCommand url;
    add_url(line, url).callback(
        [&] { answer = [&url](const auto& settings) { return ask_cloud(url, settings); }; });
    try {
        line.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return line.exit(error, out, err) == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    return run_verb(answer, settings_file, out, err);
}

}  // namespace vodcatalog

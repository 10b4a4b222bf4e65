#include "cli/status.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>

#include "catalog/catalog_lock.h"
#include "catalog/catalog_reader.h"
#include "catalog/error.h"
#include "cli/output.h"
#include "daemon/log_line.h"

namespace vodcatalog {
namespace {

enum class Level { ok, warning, critical, unknown };  // as monitoring plugins count

constexpr std::chrono::minutes kSilentTooLong{15};

const char* name_of(Level level) {
    switch (level) {
        case Level::ok:
            return "OK";
        case Level::warning:
            return "WARNING";
        case Level::critical:
            return "CRITICAL";
        case Level::unknown:
            break;
    }
    return "UNKNOWN";
}

struct Verdict {
    Level level = Level::ok;
    std::string reasons;

    void add(Level worse, const std::string& reason) {
        level = std::max(level, worse);
        (reasons += reasons.empty() ? "" : ", ") += reason;
    }
};

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

Verdict judge(const catalog::CatalogReader::Summary& summary, bool daemon_runs, WallTime now) {
    Verdict verdict;
    if (!daemon_runs) verdict.add(Level::critical, "the daemon is not running");
    if (summary.critical > 0) {
        verdict.add(Level::critical,
                    counted(summary.critical, "critical incident", "critical incidents"));
    }
    if (summary.down_accounts > 0) {
        verdict.add(Level::critical,
                    counted(summary.down_accounts, "account is down", "accounts are down"));
    }
    if (summary.warning > 0)
        verdict.add(Level::warning, counted(summary.warning, "warning", "warnings"));
    if (summary.dead_notices > 0) {
        verdict.add(Level::warning, counted(summary.dead_notices, "message was given up",
                                            "messages were given up"));
    }
    if (!summary.last_answer) {
        verdict.add(Level::warning, "the cloud has never answered");
    } else if (now - *summary.last_answer > kSilentTooLong) {
        verdict.add(Level::warning,
                    "no answer since " + catalog::to_iso_seconds(*summary.last_answer));
    }
    if (verdict.reasons.empty()) verdict.reasons = "nothing is wrong";
    return verdict;
}

void section(const char* title, bool is_json, const Screen& screen,
             const std::function<void(catalog::RowSink&)>& rows) {
    screen.out << (is_json ? std::string(",\n\"") + title + "\": "
                           : std::string("\n") + title + "\n");
    const auto output = make_output(is_json ? OutputFormat::json : OutputFormat::table, screen.out,
                                    screen.terminal);
    rows(*output);
    output->finish();
}

int status(bool is_json, const Screen& screen) {
    const std::filesystem::path file = catalog_of(screen);
    const WallTime now = screen.clock.wall();
    catalog::CatalogReader reader(file);
    const auto summary = reader.summary(now);
    const bool daemon_runs = catalog::is_locked(file);
    const Verdict verdict = judge(summary, daemon_runs, now);
    if (is_json) {
        screen.out << "{\"status\": " << json_string(name_of(verdict.level))
                   << ", \"reasons\": " << json_string(verdict.reasons)
                   << ", \"daemon_running\": " << (daemon_runs ? "true" : "false")
                   << ", \"notices_waiting\": " << summary.waiting_notices
                   << ", \"notices_dead\": " << summary.dead_notices;
    } else {
        screen.out << "VODCATALOG " << name_of(verdict.level) << " - " << verdict.reasons << "\n";
        screen.out << "catalog " << escaped(file.string()) << ", notices waiting "
                   << summary.waiting_notices << ", given up " << summary.dead_notices << "\n";
    }
    section("accounts", is_json, screen, [&](auto& sink) { reader.accounts(now, sink); });
    section("images", is_json, screen, [&](auto& sink) { reader.status_summary(sink); });
    section("incidents", is_json, screen, [&](auto& sink) {
        catalog::IncidentQuery query;
        query.limit = 10;
        reader.incidents(query, sink);
    });
    if (is_json) screen.out << "}\n";
    return static_cast<int>(verdict.level);
}

int status_or_unknown(bool is_json, const Screen& screen) {
    try {
        return status(is_json, screen);
    } catch (const catalog::Error& error) {
        screen.out << "VODCATALOG UNKNOWN - " << escaped(error.what()) << "\n";
        return static_cast<int>(Level::unknown);
    }
}

}  // namespace

void add_status(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const status_verb = line.add_subcommand(
        "status", "One screen: is all well? Exit status 0 yes, 1 warning, 2 critical, 3 unknown");
    const auto format = std::make_shared<OutputFormat>(OutputFormat::table);
    const std::map<std::string, OutputFormat> formats{{"table", OutputFormat::table},
                                                      {"json", OutputFormat::json}};
    status_verb->add_option("--output", *format, "table (default) or json")
        ->transform(CLI::CheckedTransformer(formats))
        ->option_text("table|json");
    status_verb->callback([&verb, format] {
        verb = [format](const Screen& screen) {
            return status_or_unknown(*format == OutputFormat::json, screen);
        };
    });
}

}  // namespace vodcatalog

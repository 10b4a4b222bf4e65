#include "cli/report.h"

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <ostream>

#include "catalog/catalog_reader.h"
#include "cli/failure.h"
#include "cli/output.h"

namespace vodcatalog {
namespace {

struct ReportOptions {
    std::string name;
    bool sql = false;
    OutputFormat format = OutputFormat::table;
};

int list(const ReportOptions& options, const Screen& screen) {
    const auto output = make_output(options.format, screen.out, screen.terminal);
    output->columns(std::array<std::string_view, 2>{"name", "question"});
    for (const catalog::Report& report : catalog::reports())
        output->row(std::array<catalog::Cell, 2>{report.name, report.question});
    output->finish();
    return 0;
}

int report(const ReportOptions& options, const Screen& screen) {
    if (options.name.empty()) return list(options, screen);
    const catalog::Report* const report = catalog::find_report(options.name);
    if (report == nullptr) {
        throw Failure(ExitCode::usage,
                      "report " + options.name + ": there is none; `vodcatalog report` lists them");
    }
    if (options.sql) {
        screen.out << "-- " << report->question << "\n" << report->sql;
        return 0;
    }
    catalog::CatalogReader reader(catalog_of(screen));
    const auto output = make_output(options.format, screen.out, screen.terminal);
    reader.run(*report, *output);
    output->finish();
    return 0;
}

}  // namespace

void add_report(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const report_verb =
        line.add_subcommand("report", "Answer one of the questions of docs/reporting.md");
    const auto options = std::make_shared<ReportOptions>();
    report_verb->add_option("NAME", options->name, "Which; without it, list them");
    report_verb->add_flag("--sql", options->sql, "Print the SQL instead of running it");
    add_output_option(*report_verb, options->format);
    report_verb->callback([&verb, options] {
        verb = [options](const Screen& screen) { return report(*options, screen); };
    });
}

}  // namespace vodcatalog

#include "cli/incidents.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "catalog/catalog_reader.h"
#include "cli/output.h"

namespace vodcatalog {
namespace {

struct IncidentsOptions {
    catalog::IncidentQuery query;
    OutputFormat format = OutputFormat::table;
};

int incidents(const IncidentsOptions& options, const Screen& screen) {
    catalog::CatalogReader reader(catalog_of(screen));
    const auto output = make_output(options.format, screen.out, screen.terminal);
    reader.incidents(options.query, *output);
    output->finish();
    return 0;
}

}  // namespace

void add_incidents(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const incidents_verb =
        line.add_subcommand("incidents", "What is wrong, the most severe first");
    const auto options = std::make_shared<IncidentsOptions>();
    incidents_verb->add_flag("--all", options->query.closed_too, "Those that are over too");
    incidents_verb->add_option("--account", options->query.account, "Of this account");
    incidents_verb->add_option("--rule", options->query.rule, "Of this rule: upload_failed ...");
    incidents_verb->add_option("--limit", options->query.limit, "At most so many")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    add_output_option(*incidents_verb, options->format);
    incidents_verb->callback([&verb, options] {
        verb = [options](const Screen& screen) { return incidents(*options, screen); };
    });
}

}  // namespace vodcatalog

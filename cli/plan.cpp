#include "cli/plan.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "catalog/catalog_reader.h"
#include "cli/output.h"

namespace vodcatalog {
namespace {

int plan(OutputFormat format, const Screen& screen) {
    catalog::CatalogReader reader(catalog_of(screen));
    const auto output = make_output(format, screen.out, screen.terminal);
    reader.plan(screen.clock.wall(), *output);
    output->finish();
    return 0;
}

}  // namespace

void add_plan(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const plan_verb = line.add_subcommand(
        "plan", "How many images are due now and soon, of each account and tier");
    const auto format = std::make_shared<OutputFormat>(OutputFormat::table);
    add_output_option(*plan_verb, *format);
    plan_verb->callback([&verb, format] {
        verb = [format](const Screen& screen) { return plan(*format, screen); };
    });
}

}  // namespace vodcatalog

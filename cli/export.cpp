#include "cli/export.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "catalog/catalog_reader.h"
#include "cli/output.h"

namespace vodcatalog {
namespace {

int export_images(OutputFormat format, const Screen& screen) {
    catalog::CatalogReader reader(catalog_of(screen));
    const auto output = make_output(format, screen.out, screen.terminal);
    reader.all_images(*output);
    output->finish();
    return 0;
}

}  // namespace

void add_export(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const export_verb = line.add_subcommand(
        "export", "Write all images, with all columns of the view `image`, as CSV or JSON");
    const auto format = std::make_shared<OutputFormat>(OutputFormat::csv);
    const std::map<std::string, OutputFormat> formats{
        {"csv", OutputFormat::csv}, {"json", OutputFormat::json}, {"ndjson", OutputFormat::ndjson}};
    export_verb->add_option("--output", *format, "csv (default), json or ndjson")
        ->transform(CLI::CheckedTransformer(formats))
        ->option_text("csv|json|ndjson");
    export_verb->callback([&verb, format] {
        verb = [format](const Screen& screen) { return export_images(*format, screen); };
    });
}

}  // namespace vodcatalog

#include "cli/images.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "catalog/catalog_reader.h"
#include "cli/failure.h"
#include "cli/fields_output.h"
#include "cli/moment.h"
#include "cli/output.h"

namespace vodcatalog {
namespace {

struct ImagesOptions {
    catalog::ImageQuery query;
    std::optional<std::string> since, until;
    OutputFormat format = OutputFormat::table;
    std::string image_id;
};

int list(ImagesOptions options, const Screen& screen) {
    options.query.created_since = moment("--since", options.since, screen.clock.wall());
    options.query.created_before = moment("--until", options.until, screen.clock.wall());
    const std::int64_t limit = options.query.limit++;  // one more tells whether there are more
    catalog::CatalogReader reader(catalog_of(screen));
    const auto output = make_output(options.format, screen.out, screen.terminal);
    LimitedSink limited(*output, limit);
    reader.images(options.query, limited);
    output->finish();
    if (limited.has_more()) {
        screen.err << "vodcatalog: there are more than " << limit
                   << " such images; --limit N shows more, `vodcatalog export` gives all\n";
    }
    return 0;
}

int show(const ImagesOptions& options, const Screen& screen) {
    catalog::CatalogReader reader(catalog_of(screen));
    catalog::EventQuery history;
    history.image_id = options.image_id;
    history.limit = 1'000;
    catalog::EventCursor cursor;
    const bool is_json =
        options.format == OutputFormat::json || options.format == OutputFormat::ndjson;
    if (is_json) screen.out << "{\"image\": ";
    FieldsOutput image(screen.out, is_json);
    reader.image(options.image_id, image);
    if (image.rows() == 0) {
        throw Failure(ExitCode::no_input,
                      "image " + options.image_id +
                          ": the catalog does not have it; check the ID, or watch it with "
                          "`vodcatalog track`");
    }
    screen.out << (is_json ? ",\n\"history\": " : "\n");
    const auto events = make_output(is_json ? OutputFormat::json : OutputFormat::table, screen.out,
                                    screen.terminal);
    reader.events(history, cursor, *events);
    events->finish();
    if (is_json) screen.out << "}\n";
    return 0;
}

}  // namespace

void add_images(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const images =
        line.add_subcommand("images", "List images, the last one that was tracked first");
    const auto options = std::make_shared<ImagesOptions>();
    images->add_option("--status", options->query.status,
                       "Uploading, Normal, UploadFail; pending (not answered yet); gone");
    images->add_option("--account", options->query.account, "Of this account");
    images->add_option("--tag", options->query.tag, "With this tag");
    images->add_option("--category", options->query.category, "Of this cate_id or cate_name");
    images->add_option("--since", options->since, "Created since then: 12h, 7d or 2026-01-02");
    images->add_option("--until", options->until, "Created before then");
    images->add_option("--limit", options->query.limit, "At most so many")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    add_output_option(*images, options->format);
    images->callback([&verb, options, images] {
        if (!images->get_subcommands().empty()) return;
        verb = [options](const Screen& screen) { return list(*options, screen); };
    });

    CLI::App* const one =
        images->add_subcommand("show", "Everything about one image, and its history");
    one->add_option("ID", options->image_id, "The image")->required();
    add_output_option(*one, options->format);
    one->callback([&verb, options] {
        verb = [options](const Screen& screen) { return show(*options, screen); };
    });
}

}  // namespace vodcatalog

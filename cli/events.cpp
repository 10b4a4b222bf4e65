#include "cli/events.h"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "catalog/catalog_reader.h"
#include "cli/line_output.h"
#include "cli/moment.h"

namespace vodcatalog {
namespace {

constexpr int kFollowEveryMs = 500;

/// Until the next look. False: nobody reads the output any more.
bool wait_a_little() {
    pollfd output{STDOUT_FILENO, 0, 0};  // errors and hang-ups are told unasked
    return poll(&output, 1, kFollowEveryMs) == 0;
}

struct EventsOptions {
    catalog::EventQuery query;
    std::optional<std::string> since;
    bool follow = false;
    OutputFormat format = OutputFormat::table;
};

/// Never ends but by a signal, or when nobody reads any more.
int follow(catalog::CatalogReader& reader, catalog::EventQuery query, catalog::EventCursor cursor,
           LineOutput& output, const Screen& screen) {
    query.limit = 10'000;
    while (screen.out.flush()) {
        if (!wait_a_little()) break;
        reader.events(query, cursor, output);
    }
    return 0;
}

int events(EventsOptions options, const Screen& screen) {
    options.query.since = moment("--since", options.since, screen.clock.wall());
    catalog::CatalogReader reader(catalog_of(screen));
    catalog::EventCursor cursor;
    if (options.follow) {
        LineOutput output(screen.out, options.format != OutputFormat::table);
        reader.events(options.query, cursor, output);
        return follow(reader, options.query, cursor, output, screen);
    }
    const auto output = make_output(options.format, screen.out, screen.terminal);
    reader.events(options.query, cursor, *output);
    output->finish();
    return 0;
}

}  // namespace

void add_events(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const events_verb = line.add_subcommand(
        "events", "What has happened: changes of images, incidents opened and closed");
    const auto options = std::make_shared<EventsOptions>();
    events_verb->add_option("--account", options->query.account, "Of this account");
    events_verb->add_option("--image", options->query.image_id, "Of this image");
    events_verb->add_option("--since", options->since, "Since then: 90m, 12h, 7d or 2026-01-02");
    events_verb->add_option("--limit", options->query.limit, "The last so many")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    events_verb->add_flag("--follow", options->follow,
                          "Go on with what happens from now; with --output json an object a line");
    add_output_option(*events_verb, options->format);
    events_verb->callback([&verb, options] {
        verb = [options](const Screen& screen) { return events(*options, screen); };
    });
}

}  // namespace vodcatalog

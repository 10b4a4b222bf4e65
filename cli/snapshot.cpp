#include "cli/snapshot.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "catalog/snapshot.h"
#include "daemon/log_line.h"

namespace vodcatalog {
namespace {

int snapshot(const std::string& file, const Screen& screen) {
    const std::filesystem::path catalog = catalog_of(screen);
    const std::filesystem::path target =
        file.empty() ? catalog.parent_path() / "snapshot.db" : std::filesystem::path(file);
    const catalog::SnapshotResult result = catalog::take_snapshot(catalog, target);
    screen.out << "snapshot " << escaped(target.string()) << ": " << result.bytes << " bytes"
               << (result.unchanged ? ", unchanged since the last time" : "") << "\n";
    return 0;
}

}  // namespace

void add_snapshot(CLI::App& line, ChosenVerb& verb) {
    CLI::App* const snapshot_verb = line.add_subcommand(
        "snapshot", "Copy the catalog as it is at this moment, beside the running daemon");
    const auto file = std::make_shared<std::string>();
    snapshot_verb->add_option("FILE", *file,
                              "Replaced in one step (default: snapshot.db beside the catalog)");
    snapshot_verb->callback(
        [&verb, file] { verb = [file](const Screen& screen) { return snapshot(*file, screen); }; });
}

}  // namespace vodcatalog

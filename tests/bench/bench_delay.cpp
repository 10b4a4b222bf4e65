#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <map>

#include "tests/bench/delay_bound.h"
#include "tests/bench/delay_rivals.h"
#include "tests/bench/delay_sync.h"
#include "tests/world/temp_folder.h"

namespace {

using bench::DelaySetup;
using bench::Rival;

void add_options(CLI::App& app, DelaySetup& setup) {
    const std::map<std::string, bench::Reveal> reveals{{"track", bench::Reveal::track_endpoint},
                                                       {"discovery", bench::Reveal::discovery}};
    app.add_option("--uploads", setup.uploads_per_s, "uploads a second");
    app.add_option("--median", setup.median_s, "of an upload's duration, seconds");
    app.add_option("--sigma", setup.sigma, "of its logarithm");
    app.add_option("--never", setup.never, "share of uploads that never end");
    app.add_option("--normal", setup.normal, "Normal images that are watched");
    app.add_option("--dead", setup.dead, "uploads that ended never, watched");
    app.add_option("--budget", setup.calls_per_s, "calls a second");
    app.add_option("--source", setup.reveal, "who tells of uploads: track, discovery")
        ->transform(CLI::CheckedTransformer(reveals));
    app.add_option("--hot-every", setup.hot_every_s, "discovery looks so often, seconds");
    app.add_option("--index-delay", setup.index_delay_s, "discovery finds so late, seconds");
    app.add_option("--errors", setup.errors, "share of calls that fail");
    app.add_option("--latency", setup.latency_ms, "of a call, milliseconds");
    app.add_option("--warm-up", setup.warm_up_s, "seconds that are not measured");
    app.add_option("--horizon", setup.horizon_s, "seconds that are");
    app.add_option("--seed", setup.seed, "of everything drawn at random");
}

/// Over a copy of `catalog`, or one made for it where that is empty.
bench::DelayResult run_over(const DelaySetup& setup, const std::filesystem::path& catalog) {
    const world::TempFolder folder(world::memory_folder());
    const auto file = folder / "catalog.db";
    if (catalog.empty()) {
        bench::prepare_catalog(setup, file);
    } else {
        std::filesystem::copy_file(catalog, file);
    }
    return bench::run_sync(setup, file);
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, Rival> rivals{{"each-minute", Rival::each_minute},
                                              {"each-minute-dead", Rival::each_minute_dead},
                                              {"sweep", Rival::sweep},
                                              {"flat", Rival::flat}};
    CLI::App app("One poller of the schedule laboratory; tests/bench/delay.py runs all.");
    DelaySetup setup;
    std::string policy = "sync";
    std::string catalog;
    double hot_places = 0;
    double quantile = 0.5;
    add_options(app, setup);
    app.add_option("--policy", policy,
                   "sync, each-minute, each-minute-dead, sweep, flat; bound; prepare");
    app.add_option("--catalog", catalog, "sync: a prepared catalog; prepare: where to write it");
    app.add_option("--hot-places", hot_places, "flat: places a second; bound: an upload");
    app.add_option("--quantile", quantile, "bound: of the delay");
    CLI11_PARSE(app, argc, argv);
    try {
        if (policy == "bound") {
            fmt::print("{:.3f}\n", bench::delay_bound_s(setup, hot_places, quantile));
            return 0;
        }
        if (policy == "prepare") {
            bench::prepare_catalog(setup, catalog);
            return 0;
        }
        const auto begun = std::chrono::steady_clock::now();
        bench::DelayResult result = policy == "sync"
                                        ? run_over(setup, catalog)
                                        : bench::run_rival(setup, rivals.at(policy), hot_places);
        result.wall_s =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        fmt::print("{}\n", bench::to_json(policy, setup, result));
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-delay: {}\n", error.what());
        return 1;
    }
    return 0;
}

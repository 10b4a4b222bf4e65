#!/usr/bin/python3
"""How late the end of an upload is known: the daemon's schedule beside others, on simulated time.

    scripts/bench.sh delay [--uploads 1] [--seeds 3] [--horizon 7200] [--picture delay.svg] ...

The daemon's step machine, plan, pacer and queue run over a real catalog on a clock that is moved by hand. Uploads
begin at random, take log-normal times, and some never end; beside them so many Normal images and dead uploads are
watched. The other policies have the same uploads, source, horizon and budget, are given what costs the daemon
effort, and spend as they please; the flat sweep gets as many places for uploads as the daemon took. All calls are
counted, those of discovery too. "No poller" is what nobody can do better with the daemon's places for uploads, or
with the whole budget; it holds where IDs come by the track endpoint. BIN: the folder of the executables.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

BIN = pathlib.Path(os.environ.get("BIN", pathlib.Path(__file__).parents[2] / "build/release/bin"))
NAMES = {
    "sync": "vodcatalog",
    "flat": "flat sweep of the uploads, same places",
    "each-minute": "each upload every 60 s",
    "each-minute-dead": "the same, dead ones too",
    "sweep": "everything in turn",
}
PLACES = 20
SHARES = (0.5, 0.95, 0.99)


def arguments():
    parser = argparse.ArgumentParser(description="The schedule laboratory.")
    parser.add_argument("--uploads", type=float, default=1, help="a second")
    parser.add_argument("--median", type=float, default=20, help="seconds an upload takes")
    parser.add_argument("--sigma", type=float, default=1.5)
    parser.add_argument("--never", type=float, default=0.02, help="share of uploads that never end")
    parser.add_argument("--normal", type=int, default=1_000_000, help="Normal images that are watched")
    parser.add_argument("--dead", type=int, default=50_000, help="uploads that ended never")
    parser.add_argument("--budget", type=float, default=10, help="calls a second")
    parser.add_argument("--source", choices=("track", "discovery"), default="track")
    parser.add_argument("--hot-every", type=float, default=30, help="seconds between looks of discovery")
    parser.add_argument("--index-delay", type=float, default=5, help="seconds until discovery finds an image")
    parser.add_argument("--errors", type=float, default=0, help="share of calls that fail")
    parser.add_argument("--latency", type=int, default=0, help="of a call, ms")
    parser.add_argument("--warm-up", type=int, default=3900, help="seconds that are not measured")
    parser.add_argument("--horizon", type=int, default=7200, help="seconds that are")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--policies", default=",".join(NAMES), help="of " + ", ".join(NAMES))
    parser.add_argument("--catalog", type=pathlib.Path, help="what is watched beside the uploads: made there if missing, "
                        "and kept for further runs with the same --normal and --dead")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--picture", type=pathlib.Path, help="where to draw the distributions, .svg")
    return parser.parse_args()


class Laboratory:
    def __init__(self, options, folder):
        self.options = options
        self.catalog = options.catalog or folder / "catalog.db"
        self.uploads = None

    def bench(self, policy, **more):
        settings = dict(
            uploads=self.options.uploads, median=self.options.median, sigma=self.options.sigma,
            never=self.options.never, normal=self.options.normal, dead=self.options.dead,
            budget=self.options.budget, source=self.options.source, hot_every=self.options.hot_every,
            index_delay=self.options.index_delay, errors=self.options.errors, latency=self.options.latency,
            warm_up=self.options.warm_up, horizon=self.options.horizon, policy=policy, **more)
        command = [BIN / "bench-delay"]
        for name, value in settings.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def prepare(self):
        if self.catalog.exists():
            return
        self.bench("prepare", catalog=self.catalog)

    def run(self, policy, seed, hot_places):
        extra = dict(catalog=self.catalog) if policy == "sync" else {}
        if policy == "flat":
            extra["hot_places"] = hot_places
        return json.loads(self.bench(policy, seed=seed, **extra))

    def run_seed(self, seed):
        """All policies under one seed, the daemon's first."""
        results = []
        for policy in self.options.policies.split(","):
            hot_places = results[0]["hot_places"] / results[0]["seconds"] if results else 0
            results.append(self.run(policy, seed, hot_places))
        return results

    def bound(self, places, share):
        return float(self.bench("bound", hot_places=places, quantile=share))


def quantile(result, share):
    return result["quantiles"][round(share * len(result["quantiles"]))]


def spread(values, form="{:.2f}"):
    """The median, and the least and the most where they differ."""
    middle, least, most = (form.format(it) for it in (statistics.median(values), min(values), max(values)))
    return middle if least == most else f"{middle} ({least} to {most})"


def row(name, results):
    def each(function, form="{:.2f}"):
        return spread([function(it) for it in results], form)

    return [
        name,
        each(lambda it: it["calls"] / it["seconds"]),
        each(lambda it: it["calls"] / max(it["changes"], 1)),
        each(lambda it: it["hot_places"] / PLACES / max(it["changes"], 1)),
        each(lambda it: it["dead_places"] / PLACES / max(it["changes"], 1)),
        *(each(lambda it, share=share: quantile(it, share)) for share in SHARES),
        each(lambda it: it["hot_lag_s"], "{:.0f}") if results[0]["policy"] == "sync" else "",
        each(lambda it: it["cold_lag_s"], "{:.0f}") if results[0]["policy"] == "sync" else "",
        each(lambda it: it["oldest_normal_s"] / 3600, "{:.1f}"),
        each(lambda it: it["normal_unasked"], "{:.0f}"),
    ]


def bounds(laboratory, ours):
    options = laboratory.options
    began = options.uploads * options.horizon
    places = statistics.median(it["hot_places"] for it in ours) / began
    for name, places_each in (("no poller, same places", places),
                              ("no poller, whole budget", options.budget * PLACES / options.uploads)):
        calls = places_each / PLACES
        yield [name, "", "", f"{calls / (1 - options.never):.2f}", "",
               *(f"{laboratory.bound(places_each, share):.2f}" for share in SHARES), "", "", "", ""]


def print_table(rows):
    heads = ["policy", "calls/s", "calls per change", "for uploads", "for dead ones", "p50 s", "p95 s", "p99 s",
             "hot lag s", "cold lag s", "oldest Normal h", "Normal not asked"]
    print("| " + " | ".join(heads) + " |")
    print("| --- |" + " ---: |" * (len(heads) - 1))
    for cells in rows:
        print("| " + " | ".join(cells) + " |")


def draw(results, file):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "delay"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for policy, its in results.items():
        middle = [statistics.median(values) for values in zip(*(it["quantiles"] for it in its))]
        axes.plot([max(value, 0.01) for value in middle], [i / len(middle) for i in range(len(middle))],
                  label=NAMES[policy])
    axes.set_xscale("log")
    axes.set_xlabel("seconds from an upload's end until it is recorded")
    axes.set_ylabel("share of uploads")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    options = arguments()
    policies = options.policies.split(",")
    if policies[0] != "sync" or not set(policies) <= set(NAMES):
        sys.exit("delay: --policies begins with sync; others are " + ", ".join(list(NAMES)[1:]))
    memory = pathlib.Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="vodcatalog.", dir=memory if memory.is_dir() else None) as folder:
        laboratory = Laboratory(options, pathlib.Path(folder))
        laboratory.prepare()
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            by_seed = list(pool.map(laboratory.run_seed, range(1, options.seeds + 1)))
        results = {policy: [its[i] for its in by_seed] for i, policy in enumerate(policies)}
        rows = [row(NAMES[policy], its) for policy, its in results.items()]
        if options.source == "track":
            rows += bounds(laboratory, results["sync"])
        print_table(rows)
        took = ", ".join(f"{it['wall_s']:.0f}" for it in results["sync"])
        print(f"\n{results['sync'][0]['changes']} changes and more a run; the daemon's took {took} s.")
    if options.picture:
        draw(results, options.picture)


if __name__ == "__main__":
    main()

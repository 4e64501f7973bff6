#!/usr/bin/env python3
"""Sextant side by side with other name servers. See README.md."""

import argparse
import datetime
import json
import os
import platform
import shutil
import signal
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# The servers as child processes are those of the conformance tests; who has which processor is said with the soak tests.
sys.path[1:1] = [os.path.join(os.path.dirname(HERE), folder) for folder in ("Conformance", "Soak")]

import chart  # noqa: E402
import large  # noqa: E402
import table  # noqa: E402
from contest import LOADS, Contest  # noqa: E402
from loading import loads  # noqa: E402
from peers import PEERS  # noqa: E402
from priority import Priority  # noqa: E402
from processors import CLIENTS, PROCESSORS  # noqa: E402
from queries import WORKLOADS  # noqa: E402
from reloading import reloads  # noqa: E402

PARTS = {"queries": None, "load": None, "reload": None}
# What is loaded: a title, and what makes it in a folder.
ZONES = {
    "million": ("a zone of 1,000,003 records", lambda folder: large.one(folder, 500_000)),
    "many": ("100,000 zones of 4 records", lambda folder: large.many(folder, 100_000)),
    "ten-million": ("a zone of 10,000,003 records", lambda folder: large.one(folder, 5_000_000))}
RELOADED = "million"
MADE = os.path.join(os.path.dirname(HERE), ".build", "bench")
DATABASE = os.path.join(MADE, "City.mmdb")
# In memory where that is possible, so that a disk is not measured: Sextant and Knot wait for what they write.
TEMPORARY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
RESULTS = os.path.join(MADE, "results")


def chosen(text: str, known: dict) -> list[str]:
    """Names from a list with commas, in the order of those that are known."""
    names = text.split(",")
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"no '{unknown[0]}'; there are {', '.join(known)}")
    return [name for name in known if name in names]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how many rounds are measured")
    parser.add_argument("--seconds", type=float, default=1, help="how long each run is")
    parser.add_argument("--only", type=lambda text: chosen(text, PEERS), default=list(PEERS), help="servers")
    parser.add_argument("--workloads", type=lambda text: chosen(text, WORKLOADS), default=list(WORKLOADS))
    parser.add_argument("--loads", type=lambda text: chosen(text, LOADS), default=LOADS,
                        help=f"of the queries: {', '.join(LOADS)}")
    parser.add_argument("--parts", type=lambda text: chosen(text, PARTS), default=list(PARTS), help="queries, load, reload")
    parser.add_argument("--zones", type=lambda text: chosen(text, ZONES), default=["million"],
                        help="what is loaded: million, many, ten-million (takes long)")
    parser.add_argument("--reloads", type=int, default=5, help="how often each server reloads in a round")
    parser.add_argument("--quick", action="store_true",
                        help="static, NXDOMAIN, geo and geo with client subnet; three rounds of one second")
    parser.add_argument("--results", default=RESULTS, help="the folder that the results are written to")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.workloads, options.parts = 3, 1, list(WORKLOADS)[:4], ["queries"]
    return options


def processor_name() -> str:
    """What the processor calls itself."""
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def main() -> int:
    options = arguments()
    if len(PROCESSORS) < 2:
        print("The server and its clients need a processor each, and there is one.", file=sys.stderr)
        return 2
    os.sched_setaffinity(0, {CLIENTS})
    # So that the children are ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = {
        "date": datetime.date.today().isoformat(), "rounds": options.rounds, "seconds": options.seconds,
        "machine": {"processor": processor_name(), "processors": len(PROCESSORS), "kernel": platform.release(),
                    "load": os.getloadavg()[0]},
        "versions": {name: PEERS[name].version() for name in options.only}, "queries": {}, "loading": {}, "reloading": {},
        "left out": []}
    folder = tempfile.mkdtemp(prefix="bench-", dir=TEMPORARY)
    try:
        with Priority():
            measure(options, folder, results)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    write(options.results, results)
    return 0


def measure(options: argparse.Namespace, folder: str, results: dict) -> None:
    """Runs the parts."""
    if "queries" in options.parts:
        Contest(folder, DATABASE, options.only, [WORKLOADS[name] for name in options.workloads], options.loads,
                options.rounds, options.seconds, results).run()
    if "load" in options.parts:
        for name in options.zones:
            title, make = ZONES[name]
            with tempfile.TemporaryDirectory(dir=folder) as own:
                loads(make(own), options.only, options.rounds, own, results["loading"].setdefault(title, {}),
                      results["left out"])
    if "reload" in options.parts:
        title, make = ZONES[RELOADED]
        with tempfile.TemporaryDirectory(dir=folder) as own:
            reloads(make(own), options.only, options.rounds, options.reloads, own,
                    results["reloading"].setdefault(title, {}), results["left out"])


def write(folder: str, results: dict) -> None:
    """Writes the results as JSON, as a page and as a chart, and prints the page."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "results.json"), "w") as file:
        json.dump(results, file, indent=1)
    titles = {name: workload.title for name, workload in WORKLOADS.items()}
    page = table.page(results, titles)
    if results["queries"]:
        chart.draw(results["queries"], titles, os.path.join(folder, "processor-time.svg"))
        page = page.replace("\n##", "\n![Processor time a query](processor-time.svg)\n\n##", 1)
    with open(os.path.join(folder, "README.md"), "w") as file:
        file.write(page)
    print(page)


if __name__ == "__main__":
    sys.exit(main())

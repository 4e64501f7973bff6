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

from contest import Contest  # noqa: E402
from peers import PEERS  # noqa: E402
from priority import Priority  # noqa: E402
from processors import CLIENTS, PROCESSORS  # noqa: E402
from queries import WORKLOADS  # noqa: E402
import table  # noqa: E402

MADE = os.path.join(os.path.dirname(HERE), ".build", "bench")
DATABASE = os.path.join(MADE, "City.mmdb")
RESULTS = os.path.join(MADE, "results")


def chosen(text: str, known: dict) -> list[str]:
    """Names from a list with commas, in the order of those that are known."""
    names = text.split(",")
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"no '{unknown[0]}'; there are {', '.join(known)}")
    return [name for name in known if name in names]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how many rounds are measured")
    parser.add_argument("--seconds", type=float, default=2, help="how long each run is")
    parser.add_argument("--only", type=lambda text: chosen(text, PEERS), default=list(PEERS), help="servers")
    parser.add_argument("--workloads", type=lambda text: chosen(text, WORKLOADS), default=list(WORKLOADS))
    parser.add_argument("--quick", action="store_true", help="three rounds of one second of the first four workloads")
    parser.add_argument("--results", default=RESULTS, help="the folder that the results are written to")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.workloads = 3, 1, list(WORKLOADS)[:4]
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
    folder = tempfile.mkdtemp(prefix="bench-")
    results = {
        "date": datetime.date.today().isoformat(), "rounds": options.rounds, "seconds": options.seconds,
        "machine": {"processor": processor_name(), "processors": len(PROCESSORS), "kernel": platform.release(),
                    "load": os.getloadavg()[0]},
        "versions": {name: PEERS[name].version() for name in options.only}, "queries": {}, "left out": []}
    try:
        with Priority():
            Contest(folder, DATABASE, options.only, [WORKLOADS[name] for name in options.workloads],
                    options.rounds, options.seconds, results).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(options.results, exist_ok=True)
    with open(os.path.join(options.results, "results.json"), "w") as file:
        json.dump(results, file, indent=1)
    page = table.page(results, {name: workload.title for name, workload in WORKLOADS.items()})
    with open(os.path.join(options.results, "README.md"), "w") as file:
        file.write(page)
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Proves Sextant's answers against NSD, Knot, dnspython and dig. See README.md."""

import argparse
import collections
import shutil
import signal
import sys
import tempfile
import time

import explanations
import protocol
from differential import Differential


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a subset that takes less than a minute")
    parser.add_argument("--set", help="only the sets of zones whose names contain this")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print of each kind")
    parser.add_argument("--list", action="store_true", help="list all differences, a line each")
    parser.add_argument("--keep", action="store_true", help="keep the folder with zones and logs")
    arguments = parser.parse_args()
    # So that the servers are ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = tempfile.mkdtemp(prefix="conformance-")
    start = time.monotonic()
    try:
        passed, failures = protocol.run(folder)
        print(f"protocol: {passed} passed, {len(failures)} failed", flush=True)
        differential = Differential(folder, arguments.quick, arguments.set)
        differential.run()
    finally:
        if arguments.keep:
            print(f"Zones and logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if arguments.list:
        for difference in differential.unexplained:
            print(difference.line())
    shown = collections.Counter()
    for difference in differential.unexplained:
        kind = (tuple(difference.aspects), difference.others_agree)
        shown[kind] += 1
        if shown[kind] <= arguments.show:
            print(difference)
    for failure in failures + differential.failures:
        print(failure)
    for reason, count in sorted(differential.explained.items()):
        print(f"explained by {reason}: {count}")
    unused = [rule.__name__ for rule in explanations.RULES if rule.__name__ not in differential.explained]
    if unused and not arguments.quick and arguments.set is None:
        failures.append(f"explains nothing any more: {', '.join(unused)}")
        print(failures[-1])
    print(f"{differential.asked} queries in {time.monotonic() - start:.0f} s")
    passed += differential.asked - len(differential.unexplained)
    failed = len(failures) + len(differential.unexplained) + len(differential.failures)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

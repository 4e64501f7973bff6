#!/usr/bin/env python3
"""Proves Sextant's answers against NSD, Knot, gdnsd, dnspython and dig. See README.md."""

import argparse
import collections
import shutil
import signal
import sys
import tempfile
import time

import explanations
import protocol
import steering_explanations
from differential import Differential
from steering import Steering


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a subset that takes less than a minute")
    parser.add_argument("--only", choices=("protocol", "differential", "steering"), help="one of the three parts")
    parser.add_argument("--set", help="of the differential test only the sets of zones whose names contain this")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print of each kind")
    parser.add_argument("--list", action="store_true", help="list all differences, a line each")
    parser.add_argument("--keep", action="store_true", help="keep the folder with zones and logs")
    arguments = parser.parse_args()
    # So that the servers are ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = tempfile.mkdtemp(prefix="conformance-")
    start = time.monotonic()
    passed, failures = 0, []
    parts = []
    if arguments.only in (None, "differential"):
        parts.append((Differential(folder, arguments.quick, arguments.set), explanations.rules))
    if arguments.only in (None, "steering"):
        parts.append((Steering(folder, arguments.quick), steering_explanations.rules))
    try:
        if arguments.only in (None, "protocol"):
            passed, failures = protocol.run(folder)
            print(f"protocol: {passed} passed, {len(failures)} failed", flush=True)
        for part, _ in parts:
            part.run()
    finally:
        if arguments.keep:
            print(f"Zones and logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    is_whole = not arguments.quick and arguments.set is None
    failed = 0
    for part, rules in parts:
        report(part, arguments)
        failures += part.failures
        if is_whole and (unused := rules.unused(part.explained)):
            failures.append(f"explains nothing any more: {', '.join(unused)}")
        passed += part.asked - len(part.unexplained)
        failed += len(part.unexplained)
    for failure in failures:
        print(failure)
    print(f"{sum(part.asked for part, _ in parts)} queries and clients in {time.monotonic() - start:.0f} s")
    failed += len(failures)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def report(part, arguments) -> None:
    """Prints the differences that nothing explains, and how many others each rule does."""
    if arguments.list:
        for difference in part.unexplained:
            print(difference.line())
    shown = collections.Counter()
    for difference in part.unexplained:
        shown[difference.kind()] += 1
        if shown[difference.kind()] <= arguments.show:
            print(difference)
    for reason, count in sorted(part.explained.items()):
        print(f"explained by {reason}: {count}")


if __name__ == "__main__":
    sys.exit(main())

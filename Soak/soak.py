#!/usr/bin/env python3
"""Hostile clients against the server as it is installed: what they cost others. See README.md."""

import argparse
import os
import shutil
import signal
import sys
import tempfile

# The servers as child processes are those of the conformance tests.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Conformance"))

import flood  # noqa: E402
import idle_connections  # noqa: E402
from processors import prefer  # noqa: E402
from report import Report  # noqa: E402

PARTS = {"idle-connections": idle_connections.run, "flood": flood.run}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="one part")
    arguments = parser.parse_args()
    # So that the children are ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    prefer()
    folder = tempfile.mkdtemp(prefix="soak-")
    report = Report()
    try:
        for name, run in PARTS.items():
            if arguments.only in (None, name):
                report.begin(name)
                run(os.path.join(folder, name), report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())

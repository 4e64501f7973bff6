"""Reloads under load: a server is asked at a steady rate while it reads a large zone with a new serial every two seconds."""

import os
import random
import struct
import subprocess
import time

import dns.message

from accounting import ProcessorTime
from generator import asker, seen
from large import Zones
from loading import in_turns, until, until_serial
from peers import Peer

RATE = 50_000
EVERY = 2  # seconds


def reloads(
        zones: Zones, names: list[str], rounds: int, times: int, folder: str, results: dict, left_out: list[str]) -> None:
    """Reloads so many times in each round. `results` takes a list of figures for each server: queries and
    microseconds."""
    queries = write_queries(zones, folder)

    def measure(server: Peer, zones: Zones) -> dict:
        name, address = zones.question
        until(server, name, "A", lambda text: text == address)
        # First at rest, to compare with.
        at_rest = _asked(server, queries, zones, 0, times)
        return {**{f"{key} at rest": value for key, value in at_rest.items()}, **_asked(server, queries, zones, times, times)}

    in_turns("reloading", measure, zones, names, rounds, folder, results, left_out)


def write_queries(zones: Zones, folder: str) -> str:
    """Writes queries for the names of the zones in a random order; the path."""
    path = os.path.join(folder, "reloading.queries")
    names = random.Random("names").sample(zones.names, len(zones.names))
    with open(path, "wb") as file:
        for name in names:
            wire = dns.message.make_query(name, "A", flags=0).to_wire()
            file.write(struct.pack("!H", len(wire)) + wire)
    return path


def _asked(server: Peer, queries: str, zones: Zones, reloads: int, times: int) -> dict:
    """Asks as long as so many times take, and has it reload meanwhile."""
    group = server.process.pid
    before = ProcessorTime.of(group).total
    generator = subprocess.Popen(asker(server, "udp", queries, times * EVERY, RATE), stdout=subprocess.PIPE, text=True)
    try:
        start = time.monotonic()
        for number in range(reloads):
            time.sleep(max(0, start + number * EVERY - time.monotonic()))
            zones.renew()
            server.reload(zones.origin)
        output, _ = generator.communicate(timeout=times * EVERY + 60)
    finally:
        generator.kill()
    load = seen(output, server.name)
    load.require("NOERROR", server.name)
    if reloads:
        until_serial(server, zones, zones.serial)
    return {"lost": load.sent - load.answered, **load.latencies, "late": load.late,
            "processor": (ProcessorTime.of(group).total - before) / load.answered * 1e6}

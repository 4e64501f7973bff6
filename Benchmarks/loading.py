"""Loading: the processor time until a server answers, its memory then, and at the most while it reloads."""

import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Callable

import dns.exception
import dns.message
import dns.rdatatype

from accounting import ProcessorTime, highest, memory, processes
from generator import LoadError
from large import Zones
from peers import PEERS, Peer

PATIENCE = 120  # seconds until it answers
SETTLED = 2  # seconds after which its memory is looked at


def until(server: Peer, name: str, type: str, right: Callable[[str], bool]) -> None:
    """Asks every two milliseconds until the answer is right."""
    deadline = time.monotonic() + PATIENCE
    query = dns.message.make_query(name, type, flags=0).to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.5)
        udp.connect((server.address, server.port))
        while time.monotonic() < deadline and server.running():
            try:
                udp.send(query)
                answer = dns.message.from_wire(udp.recv(4096)).answer
                if answer and right(answer[0][0].to_text()):
                    return
            except (OSError, dns.exception.DNSException):
                pass
            time.sleep(0.002)
    raise LoadError(f"{server.name} does not answer for {name} within {PATIENCE} s")


def until_serial(server: Peer, zones: Zones, serial: int) -> None:
    """The same for a serial of the zone that is renewed."""
    until(server, zones.origin, "SOA", lambda record: record.split()[2] == str(serial))


def loads(zones: Zones, names: list[str], rounds: int, folder: str, results: dict, left_out: list[str]) -> None:
    """What loading the zones takes. `results` takes a list of figures for each server: seconds, and megabytes."""
    in_turns("loading", _load, zones, names, rounds, folder, results, left_out)


def in_turns(
        what: str, measure: Callable[[Peer, Zones], dict], zones: Zones, names: list[str], rounds: int, folder: str,
        results: dict, left_out: list[str]) -> None:
    """Starts the servers one after the other, each in each round, and measures each. One that fails is left out."""
    draw = random.Random(what)
    names = list(names)
    for number in range(rounds):
        for name in draw.sample(names, len(names)):
            own = os.path.join(folder, what)
            os.makedirs(own)
            server = PEERS[name](own, zones.paths)
            try:
                results.setdefault(name, []).append(measure(server, zones))
            except LoadError as error:
                left_out.append(f"{what}: {error}")
                names.remove(name)
            finally:
                server.stop()
                shutil.rmtree(own)
        print(f"{what}: round {number + 1} of {rounds}", flush=True)


def _load(server: Peer, zones: Zones) -> dict:
    name, address = zones.question
    start = time.monotonic()
    until(server, name, "A", lambda text: text == address)
    wall = time.monotonic() - start
    group = server.process.pid
    processor = ProcessorTime.of(group).total
    time.sleep(SETTLED)
    figures = {"processor": processor, "wall": wall, "memory": memory(group)}
    with Peak(group) as peak:
        before = ProcessorTime.of(group).total
        serial = zones.renew()
        start = time.monotonic()
        server.reload(zones.origin)
        try:
            until_serial(server, zones, serial)
        except LoadError:
            return figures  # It has loaded all the same.
        figures["reload wall"] = time.monotonic() - start
        # Processes that a reload has ended are not in it.
        figures["reload processor"] = max(0, ProcessorTime.of(group).total - before)
        time.sleep(SETTLED)
    return {**figures, "peak": peak.value, "memory after a reload": memory(group)}


class Peak:
    """A context manager: the most memory of a process group, in megabytes. That of one process is kept by the kernel; where
    there are several, what they have together is looked at ten times a second."""

    def __init__(self, group: int):
        self.group = group
        self.value = 0.0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Peak":
        if len(processes(self.group)) > 1:
            self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        if self.thread.ident:
            self.thread.join()
        self.value = max(self.value, highest(self.group))

    def _watch(self) -> None:
        while not self.stopped.wait(0.1):
            self.value = max(self.value, memory(self.group))

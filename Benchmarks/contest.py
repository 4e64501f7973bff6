"""Queries: the servers in turns on the same work, at rates that are given and as fast as they answer."""

import dataclasses
import os
import random

from accounting import ProcessorTime, memory
from agreement import dissenters
from backends import Backends
from generator import LoadError, ask, ask_over_connections
from names import STATIC, static_zone, write
from peers import PEERS, Peer
from queries import Workload
from servers import Group

MAXIMUM, SHARE = "maximum", "70 %"
RATES = {"20 k/s": 20_000, "50 k/s": 50_000}
LOADS = [MAXIMUM, *RATES, SHARE]
# A rate is one that a server can keep up with when it is so much of its maximum at the most.
REACHABLE = 0.95


@dataclasses.dataclass
class Contest:
    """`results` takes what is measured."""

    folder: str
    database: str
    names: list[str]
    workloads: list[Workload]
    loads: list[str]
    rounds: int
    seconds: float
    results: dict

    def run(self) -> None:
        """Starts the servers, and measures round after round."""
        plain = {STATIC: write(self.folder, "example.com", static_zone())}
        # Apart, so that probes cost nothing where health plays no part.
        checked = [workload for workload in self.workloads if workload.needs == "fails_over"]
        others = [workload for workload in self.workloads if workload not in checked]
        if others:
            with self.servers("servers", self.names, plain, self.database) as group:
                self.measure_all(others, group.servers)
                self.results["memory"] = {server.name: memory(server.process.pid) for server in group.servers}
        if checked:
            able = [name for name in self.names if PEERS[name].fails_over]
            with Backends() as backends, self.servers("checked", able, plain, None, backends.port) as group:
                self.measure_all(checked, group.servers)

    def servers(self, folder: str, names: list[str], *arguments) -> Group:
        """Servers that run together."""
        return Group(os.path.join(self.folder, folder), *(
            lambda folder, kind=PEERS[name]: kind(folder, *arguments) for name in names))

    def measure_all(self, workloads: list[Workload], servers: list[Peer]) -> None:
        """Some of the workloads."""
        for workload in workloads:
            able = [server for server in servers if not workload.needs or getattr(server, workload.needs)]
            self.workload(workload, workload.write(self.folder), able)

    def workload(self, workload: Workload, queries: str, servers: list[Peer]) -> None:
        """All loads of one workload, in rounds in which each server has its turn at each."""
        wrong = dissenters(workload, servers)
        self.results["left out"] += [f"{workload.title}: {server.name}: {what}" for server, what in wrong.items()]
        # The first run of each is not counted; it warms up, and shows what can be asked.
        maximum = {}
        for server in servers:
            if server in wrong:
                continue
            try:
                maximum[server] = self.measure(workload, queries, server, None)["rate"]
            except LoadError as error:
                self.results["left out"].append(f"{workload.title}: {error}")
        rates = {MAXIMUM: None, **RATES, SHARE: round(max(maximum.values(), default=0) * 0.7)}
        draw = random.Random(workload.name)
        for number in range(self.rounds):
            for load in self.loads:
                rate = rates[load]
                turns = [server for server in maximum if rate is None or rate <= maximum[server] * REACHABLE]
                for server in draw.sample(turns, len(turns)):
                    try:
                        figures = self.measure(workload, queries, server, rate)
                    except LoadError as error:
                        self.results["left out"].append(f"{workload.title}, {load}: {error}")
                        del maximum[server]
                        continue
                    self.results["queries"].setdefault(workload.name, {}).setdefault(load, {}).setdefault(
                        server.name, []).append(figures)
            print(f"{workload.name}: round {number + 1} of {self.rounds}", flush=True)

    def measure(self, workload: Workload, queries: str, server: Peer, rate: int | None) -> dict:
        """One run: microseconds of processor time a query, queries a second, microseconds of latency."""
        before = ProcessorTime.of(server.process.pid)
        if workload.transport == "tcp":
            load = ask_over_connections(server, queries, self.seconds, rate, self.folder)
        else:
            load = ask(server, workload.transport.split("-")[0], queries, self.seconds, rate)
        used = ProcessorTime.of(server.process.pid) - before
        load.require(workload.code, f"{server.name}, {workload.title}")
        cost = used.total / load.answered * 1e6
        return {
            "rate": load.rate, "lost": load.sent - load.answered, "busy": used.total / self.seconds, "processor": cost,
            "user": cost * used.user_share, "system": cost * (1 - used.user_share), "late": load.late,
            # Without a rate they say no more than the rate does.
            **(load.latencies if rate else {})}

"""Queries: the servers in turns on the same work, at rates that are given and as fast as they answer."""

import dataclasses
import os
import random

from accounting import ProcessorTime, memory
from generator import LoadError, ask, ask_over_connections
from names import STATIC, static_zone, write
from peers import PEERS, Peer
from queries import Workload
from servers import Group

MAXIMUM, SHARE = "maximum", "70 %"
RATES = {"20 k/s": 20_000, "50 k/s": 50_000}
# A rate is one that a server can keep up with when it is so much of its maximum at the most.
REACHABLE = 0.95


@dataclasses.dataclass
class Contest:
    """`record` takes each measurement: workload, load, server, figures."""

    folder: str
    database: str
    servers: list[str]
    workloads: list[Workload]
    rounds: int
    seconds: float
    results: dict

    def run(self) -> None:
        """Starts all servers, and measures round after round."""
        zones = {STATIC: write(self.folder, "example.com", static_zone())}
        kinds = [lambda folder, kind=PEERS[name]: kind(folder, zones, self.database) for name in self.servers]
        with Group(os.path.join(self.folder, "servers"), *kinds) as group:
            queries = {workload.name: workload.write(self.folder) for workload in self.workloads}
            for workload in self.workloads:
                self.workload(workload, queries[workload.name], [
                    server for server in group.servers if server.steers or not workload.steered])
            self.results["memory"] = {server.name: memory(server.process.pid) for server in group.servers}

    def workload(self, workload: Workload, queries: str, servers: list[Peer]) -> None:
        """All loads of one workload, in rounds in which each server has its turn at each."""
        # The first run of each is not counted; it warms up, and shows what can be asked.
        maximum = {}
        for server in servers:
            try:
                maximum[server] = self.measure(workload, queries, server, None)["rate"]
            except LoadError as error:
                self.results["left out"].append(f"{workload.title}: {error}")
        loads = {MAXIMUM: None, **RATES, SHARE: round(max(maximum.values(), default=0) * 0.7)}
        draw = random.Random(workload.name)
        for number in range(self.rounds):
            for load, rate in loads.items():
                turns = [server for server in maximum if rate is None or rate <= maximum[server] * REACHABLE]
                for server in draw.sample(turns, len(turns)):
                    figures = self.measure(workload, queries, server, rate)
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

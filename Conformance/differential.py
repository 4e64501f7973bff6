"""The differential test: the same questions to Sextant, NSD and Knot."""

import collections
import os
import time

import dns.name

import explanations
from asking import Asker
from comparing import Difference, compare
from questions import questions
from servers import ServerError, Trio
from zones import ZoneSet, laboratory, random_set, real_sets


def plan(quick: bool) -> list[tuple[ZoneSet, int | None]]:
    """The sets of zones, and how many questions each gets at the most."""
    written, real = laboratory(), real_sets()
    if quick:
        return [(written[0], 1500), (written[1], 300), (written[2], 300), *((zones, 200) for zones in real[:1]),
                (random_set(1), 200)]
    return ([(written[0], 16000), (written[1], 2000), (written[2], 2000)]
            + [(zones, 1000) for zones in real] + [(random_set(seed), 400) for seed in range(1, 31)])


class Differential:
    """Runs the plan and keeps count."""

    def __init__(self, folder: str, quick: bool, only: str | None):
        self.folder = folder
        self.plan = [(zones, limit) for zones, limit in plan(quick) if only is None or only in zones.name]
        self.asked = 0
        self.explained = collections.Counter()
        self.unexplained: list[Difference] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Asks everything."""
        for number, (zones, limit) in enumerate(self.plan):
            start = time.monotonic()
            before = self.asked, len(self.unexplained)
            folder = os.path.join(self.folder, f"set{number}")
            paths = zones.write(folder)
            try:
                with Trio(os.path.join(folder, "servers"), paths) as trio:
                    self._ask(zones, limit, number, trio)
                    if trio.sextant.process.poll() is not None:
                        self.failures.append(f"{zones.name}: sextant ended:\n{trio.sextant.log_text()}")
            except ServerError as error:
                self.failures.append(f"{zones.name}: {error}")
            print(f"{zones.name}: {len(zones.texts)} zones, {self.asked - before[0]} queries, "
                  f"{len(self.unexplained) - before[1]} unexplained, {time.monotonic() - start:.1f} s", flush=True)

    def _ask(self, zones: ZoneSet, limit: int | None, seed: int, trio: Trio) -> None:
        queries = questions(zones, seed, limit, complete=zones.name in ("laboratory", "root", "signed"))
        apexes = frozenset(dns.name.from_text(origin) for origin in zones.texts)
        askers = [Asker(server.port) for server in trio.servers]
        for start in range(0, len(queries), 480):
            part = queries[start:start + 480]
            replies = [asker.ask(part) for asker in askers]
            for query, *wires in zip(part, *replies):
                self.asked += 1
                difference = compare(zones.name, query, wires, apexes)
                if difference is None:
                    continue
                reason = explanations.rules.explain(difference, apexes)
                if reason is None:
                    self.unexplained.append(difference)
                else:
                    self.explained[reason] += 1
        for asker in askers:
            asker.close()

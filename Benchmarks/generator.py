"""The load on the clients' processor, and what it saw: by `Asker`, and by dnsperf where queries share connections."""

import dataclasses
import json
import os
import re
import subprocess

from processors import CLIENTS, command_on
from servers import REPOSITORY, Server

ASKER = os.path.join(REPOSITORY, ".build", "bench", "asker")
CODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")
PERCENTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
# Of dnsperf: connections, and queries under way without a rate.
CONNECTIONS, OUTSTANDING = 8, 64


class LoadError(Exception):
    """A generator that fails, or answers that are not what they should be."""


@dataclasses.dataclass
class Load:
    """`rate` is in answers a second; `latencies` has PERCENTILES in microseconds, where they were measured; `late` is how
    late the generator itself was at the most, in microseconds."""

    sent: int
    answered: int
    rate: float
    codes: dict[str, int]
    latencies: dict[str, float]
    late: float = 0

    def require(self, code: str, whose: str) -> None:
        """Raises where not every answer has this code, or there is none."""
        if not self.answered or self.codes.get(code, 0) != self.answered:
            raise LoadError(f"{whose}: {self.codes or 'no answer'}")


def asker(server: Server, transport: str, messages: str, seconds: float, rate: float | None) -> list[str]:
    """The command that asks for so long at a rate, or without one as fast as the server answers; `transport` is udp, or
    tcp with a connection for each query."""
    return command_on(CLIENTS, [ASKER, transport, str(server.port), messages, str(seconds), str(rate or 0)])


def seen(output: str, whose: str) -> Load:
    """What the command of `asker` says; raises where it has failed."""
    if not output:
        raise LoadError(f"{whose}: the generator failed, as with a server that has ended")
    figures = json.loads(output)
    codes = {code: count for code, count in zip(CODES, figures["codes"]) if count}
    return Load(figures["sent"], figures["answered"], figures["rate"], codes, {name: figures[name] for name in PERCENTILES},
                figures["late"])


def ask(server: Server, transport: str, messages: str, seconds: float, rate: float | None) -> Load:
    """Runs the command of `asker`."""
    result = subprocess.run(
        asker(server, transport, messages, seconds, rate), stdout=subprocess.PIPE, text=True, timeout=seconds + 60)
    return seen(result.stdout, server.name)


def ask_over_connections(server: Server, names: str, seconds: float, rate: float | None, folder: str) -> Load:
    """The same with dnsperf over a few TCP connections."""
    path = os.path.join(folder, "answers")
    command = ["dnsperf", "-m", "tcp", "-s", server.address, "-p", str(server.port), "-d", names, "-l", str(seconds),
               "-c", str(CONNECTIONS), "-T", "1", "-t", "2", "-q", str(OUTSTANDING)]
    if rate:
        command += ["-Q", str(rate), "-v"]
    with open(path, "w+b") as file:
        result = subprocess.run(
            command_on(CLIENTS, command), stdout=file, stderr=subprocess.PIPE, timeout=seconds + 60)
        file.seek(0)
        output = file.read()
    if result.returncode:
        raise LoadError(f"dnsperf: {result.stderr.decode()}")
    waits = sorted(map(float, re.findall(rb"^> [A-Z]+ .* ([0-9.]+)$", output, re.MULTILINE)))
    text = output[output.rindex(b"\nStatistics:"):].decode()
    answered = int(re.search(r"Queries completed: +(\d+)", text)[1])
    return Load(
        sent=int(re.search(r"Queries sent: +(\d+)", text)[1]), answered=answered,
        rate=answered / float(re.search(r"Run time \(s\): +([0-9.]+)", text)[1]),
        codes={code: int(count) for code, count in re.findall(r"([A-Z]+) (\d+) \(", text)},
        latencies={name: waits[int(len(waits) * share)] * 1e6 for name, share in PERCENTILES.items() if waits})

"""The load: dnsperf on the clients' processor, and what it saw."""

import dataclasses
import os
import re
import subprocess

from processors import CLIENTS, command_on
from servers import Server

OUTSTANDING = 256  # queries under way without a rate
FRACTIONS = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}


class LoadError(Exception):
    """A generator that fails, or answers that are not what they should be."""


@dataclasses.dataclass
class Load:
    """`answered` in `seconds`; `latencies` in seconds, ascending."""

    sent: int
    answered: int
    seconds: float
    codes: dict[str, int]
    latencies: list[float]

    def latency(self, fraction: float) -> float:
        """The latency that so much of the answers are not above, in seconds."""
        return self.latencies[min(int(len(self.latencies) * fraction), len(self.latencies) - 1)]


def ask(server: Server, options: list[str], seconds: float, rate: int | None, folder: str) -> Load:
    """Asks at a rate, with as many queries under way as that takes; without one as fast as the server answers."""
    path = os.path.join(folder, "answers")
    command = ["dnsperf", "-s", server.address, "-p", str(server.port), "-l", str(seconds), "-c", "1", "-T", "1", "-t", "2",
               "-b", "4096", *options, *(["-Q", str(rate), "-q", "1000", "-v"] if rate else ["-q", str(OUTSTANDING)])]
    with open(path, "w+b") as file:
        result = subprocess.run(
            command_on(CLIENTS, command), stdout=file, stderr=subprocess.PIPE, timeout=seconds + 60)
        file.seek(0)
        output = file.read()
    if result.returncode:
        raise LoadError(f"{server.name}: {result.stderr.decode()}")
    latencies = sorted(map(float, re.findall(rb"^> [A-Z]+ .* ([0-9.]+)$", output, re.MULTILINE)))
    text = output[output.rindex(b"Statistics:"):].decode()
    return Load(
        sent=int(re.search(r"Queries sent: +(\d+)", text)[1]),
        answered=int(re.search(r"Queries completed: +(\d+)", text)[1]),
        seconds=float(re.search(r"Run time \(s\): +([0-9.]+)", text)[1]),
        codes={code: int(count) for code, count in re.findall(r"([A-Z]+) (\d+) \(", text)}, latencies=latencies)

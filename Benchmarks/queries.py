"""What is asked: files for the generator."""

import dataclasses
import os
import random
import struct
from collections.abc import Callable

import dns.edns
import dns.message

from names import DELEGATIONS, GEO, LARGE, NAMES, STATIC, STEERED, WEIGHTED
from places import FIRST_OCTETS

COUNT = 50_000


@dataclasses.dataclass
class Workload:
    """`question` draws a name; every answer has the code `code`. `mode` is the generator's, `connection` how many
    queries are asked over one connection."""

    name: str
    title: str
    question: Callable[[random.Random], str]
    type: str = "A"
    code: str = "NOERROR"
    steered: bool = False
    client_subnet: bool = False
    mode: str = "udp"
    connection: int | None = None

    def write(self, folder: str) -> list[str]:
        """Writes what is asked; the options of the generator for it."""
        draw = random.Random(self.name)
        path = os.path.join(folder, f"{self.name}.queries")
        with open(path, "wb") as file:
            for _ in range(COUNT):
                name = self.question(draw)
                if self.client_subnet:
                    wire = with_client_subnet(name, draw)
                    file.write(struct.pack("!H", len(wire)) + wire)
                else:
                    file.write(f"{name} {self.type}\n".encode())
        options = ["-d", path, "-m", self.mode]
        if self.client_subnet:
            options.append("-B")
        if self.connection:
            options += ["-O", f"num-queries-per-conn={self.connection}"]
        return options


def with_client_subnet(name: str, draw: random.Random) -> bytes:
    """A query for the A records of a name, on behalf of a /24 that has a place."""
    network = f"{draw.choice(FIRST_OCTETS)}.{draw.randrange(256)}.{draw.randrange(256)}.0"
    return dns.message.make_query(
        name, "A", use_edns=0, payload=1232, flags=0, options=[dns.edns.ECSOption(network, 24)], id=0).to_wire()


def numbered(prefix: str, count: int, origin: str) -> Callable[[random.Random], str]:
    """Draws of so many names."""
    return lambda draw: f"{prefix}{draw.randrange(count)}.{origin}"


def made_up(parent: str) -> Callable[[random.Random], str]:
    """Draws names that nobody has asked for before."""
    return lambda draw: f"{draw.getrandbits(40):010x}.{parent}"


WORKLOADS = {workload.name: workload for workload in (
    Workload("static", "static", numbered("h", NAMES, STATIC)),
    Workload("nxdomain", "NXDOMAIN", made_up(STATIC), code="NXDOMAIN"),
    Workload("geo", "geo", numbered("g", STEERED, GEO), steered=True),
    Workload("geo-ecs", "geo, client subnet", numbered("g", STEERED, GEO), steered=True, client_subnet=True),
    Workload("weighted", "weighted", numbered("w", STEERED, WEIGHTED), steered=True),
    Workload("wildcard", "wildcard", made_up(f"wild.{STATIC}")),
    Workload("referral", "referral", lambda draw: f"h.d{draw.randrange(DELEGATIONS)}.{STATIC}"),
    Workload("tcp-large", "15.7 kB over TCP", numbered("large", LARGE, STATIC), type="TXT", mode="tcp"),
    Workload("tcp-one", "TCP, a query a connection", numbered("h", NAMES, STATIC), mode="tcp", connection=1))}

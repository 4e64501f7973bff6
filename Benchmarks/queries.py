"""What is asked: files for the generator."""

import dataclasses
import os
import random
import struct
from collections.abc import Callable

import dns.edns
import dns.message

from names import DELEGATIONS, FAILOVER, GEO, LARGE, NAMES, PRIMARIES, STATIC, STEERED, WEIGHTED
from places import FIRST_OCTETS

COUNT = 50_000


@dataclasses.dataclass
class Workload:
    """`question` draws a name; every answer has the code `code`. It is asked over `transport`; `tcp-one` has
    a connection for each query. `needs` is what a peer has to be able to do. `drawn` says
    that answers differ."""

    name: str
    title: str
    question: Callable[[random.Random], str]
    type: str = "A"
    code: str = "NOERROR"
    needs: str | None = None
    drawn: bool = False
    client_subnet: bool = False
    transport: str = "udp"

    def write(self, folder: str) -> str:
        """Writes what is asked, for many queries a connection as dnsperf wants it, else as messages; the
        path."""
        draw = random.Random(self.name)
        path = os.path.join(folder, f"{self.name}.queries")
        with open(path, "wb") as file:
            for _ in range(COUNT):
                name = self.question(draw)
                file.write(f"{name} {self.type}\n".encode() if self.transport == "tcp" else self.message(name, draw))
        return path

    def message(self, name: str, draw: random.Random) -> bytes:
        """A query for a name behind its length."""
        options = {}
        if self.client_subnet:
            # On behalf of a /24 that has a place.
            network = f"{draw.choice(FIRST_OCTETS)}.{draw.randrange(256)}.{draw.randrange(256)}.0"
            options = {"use_edns": 0, "payload": 1232, "options": [dns.edns.ECSOption(network, 24)]}
        wire = dns.message.make_query(name, self.type, flags=0, **options).to_wire()
        return struct.pack("!H", len(wire)) + wire


def numbered(prefix: str, count: int, origin: str) -> Callable[[random.Random], str]:
    """Draws of so many names."""
    return lambda draw: f"{prefix}{draw.randrange(count)}.{origin}"


def made_up(parent: str) -> Callable[[random.Random], str]:
    """Draws names that nobody has asked for before."""
    return lambda draw: f"{draw.getrandbits(40):010x}.{parent}"


WORKLOADS = {workload.name: workload for workload in (
    Workload("static", "static", numbered("h", NAMES, STATIC)),
    Workload("nxdomain", "NXDOMAIN", made_up(STATIC), code="NXDOMAIN"),
    Workload("geo", "geo", numbered("g", STEERED, GEO), needs="steers"),
    Workload("geo-ecs", "geo, client subnet", numbered("g", STEERED, GEO), needs="steers", client_subnet=True),
    Workload("weighted", "weighted", numbered("w", STEERED, WEIGHTED), needs="steers", drawn=True),
    Workload("failover", "failover, ten changes a second", numbered("f", len(PRIMARIES), FAILOVER), needs="fails_over",
             drawn=True),
    Workload("wildcard", "wildcard", made_up(f"wild.{STATIC}")),
    Workload("referral", "referral", lambda draw: f"h.d{draw.randrange(DELEGATIONS)}.{STATIC}"),
    Workload("tcp-large", "15.7 kB over TCP", numbered("large", LARGE, STATIC), type="TXT", transport="tcp"),
    Workload("tcp-one", "TCP, a query a connection", numbered("h", NAMES, STATIC), transport="tcp-one"))}

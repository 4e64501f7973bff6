"""Clients as client subnet options: how they ask, and where they are drawn from."""

import random
import struct
from dataclasses import dataclass

from geography import WIDTHS, Geography, inside, text
from maps import IPV4_INSIDE, Map

A = 1


@dataclass(frozen=True)
class Client:
    """A client subnet option: the address is cut to the source prefix length."""

    family: int
    address: int
    source: int

    @classmethod
    def of(cls, family: int, address: int, source: int | None = None) -> "Client":
        width = WIDTHS[family]
        source = width if source is None else source
        return cls(family, address >> width - source << width - source, source)

    def within(self, length: int) -> tuple[int, int, int]:
        """The network of so many bits around the client: family, first address, length."""
        host = WIDTHS[self.family] - length
        return self.family, self.address >> host << host, length

    def option(self) -> bytes:
        """The option of RFC 7871 §6."""
        octets = self.address.to_bytes(WIDTHS[self.family] // 8, "big")[:(self.source + 7) // 8]
        return struct.pack("!2H", 8, 4 + len(octets)) + struct.pack("!HBB", self.family, self.source, 0) + octets

    def __str__(self) -> str:
        return text(self.family, self.address, self.source)


class SubnetQuery:
    """An A question with a client subnet."""

    transport = "udp"

    def __init__(self, question: bytes, option: bytes):
        self.question = question
        self.option = option

    def wire(self, id: int) -> bytes:
        """The message."""
        opt = struct.pack("!BHHIH", 0, 41, 1232, 0, len(self.option)) + self.option
        return struct.pack("!6H", id, 0, 1, 0, 0, 1) + self.question + opt

    def read(self, reply: bytes | None) -> tuple[int | None, int]:
        """The site of the only address and the scope; no site for NODATA. Raises ValueError for all else."""
        if reply is None:
            raise ValueError("no reply")
        at = 12 + len(self.question)
        answers, authority = struct.unpack_from("!2H", reply, 6)
        if reply[3] & 15 or answers > 1 or reply[12:at] != self.question:
            raise ValueError(reply.hex())
        site = None
        for _ in range(answers + authority):
            while reply[at] and reply[at] < 0xC0:
                at += reply[at] + 1
            at += 2 if reply[at] else 1
            type, length = struct.unpack_from("!H6xH", reply, at)
            at += 10 + length
            if type == A:
                site = reply[at - 1] - 1
        if reply[at:at + 3] != b"\0\0\x29":
            raise ValueError(reply.hex())
        at += 11
        while at < len(reply):
            code, length = struct.unpack_from("!2H", reply, at)
            end = at + 4 + length
            # All but the scope comes back as it was sent (RFC 7871 §7.2.1).
            if code == 8 and reply[at:at + 7] + reply[at + 8:end] == self.option[:7] + self.option[8:]:
                return site, reply[at + 7]
            at = end
        raise ValueError(f"not that client subnet: {reply.hex()}")


# IPv4 addresses inside IPv6 ones that both servers know: the first address, its prefix length, and how many bits
# lie behind the IPv4 address.
EMBEDDINGS = [(0xFFFF << 32, 96, 0), (0x0064_FF9B << 96, 96, 0), (0x2002 << 112, 16, 80)]


class Ground:
    """Where what a map says can change: at the edges of its own networks and of the database's."""

    def __init__(self, geography: Geography, map: Map):
        self.edges = {family: set(geography.edges[family] if map.uses_places else ()) for family in WIDTHS}
        for family, start, length in map.networks:
            self.edges[family] |= {start, start + (1 << WIDTHS[family] - length)}
        for base, length, _ in EMBEDDINGS:
            self.edges[2] |= {base, base + (1 << 128 - length)}
        self.edges = {family: sorted(edge for edge in edges if edge >> WIDTHS[family] == 0)
                      for family, edges in self.edges.items()}

    def parts(self, family: int, start: int, length: int):
        """The edges inside a network, in parts: a list, a range of its indexes, and how an address is made of one."""
        last = start + (1 << WIDTHS[family] - length) - 1
        yield self.edges[family], inside(self.edges[family], start, last), lambda edge: edge
        for base, base_length, shift in EMBEDDINGS if family == 2 else ():
            if start <= base + (1 << 128 - base_length) - 1 and base <= last:
                first = max(start, base) - base >> shift
                end = min(last, base + (1 << 128 - base_length) - 1) - base >> shift
                yield self.edges[1], inside(self.edges[1], first, end), lambda edge, base=base, shift=shift: (
                    base | edge << shift)

    def sample(self, draw: random.Random, network: tuple[int, int, int], count: int) -> list[Client]:
        """The first and last client of a network, some at edges inside it, and some anywhere."""
        family, start, length = network
        size = 1 << WIDTHS[family] - length
        found = {start, start + size - 1, *(start + draw.randrange(size) for _ in range(3))}
        for edges, indexes, address in self.parts(*network):
            for index in draw.sample(indexes, min(count, len(indexes))):
                found |= {address(edges[index]), max(start, address(edges[index]) - 1)}
        return [Client.of(family, number) for number in found]

    def all(self, network: tuple[int, int, int]):
        """A client at each edge inside a network: with the first, these tell all that the network has."""
        yield Client.of(*network[:2])
        for edges, indexes, address in self.parts(*network):
            for index in indexes:
                yield Client.of(network[0], address(edges[index]))


def clients(ground: Ground, count: int, draw: random.Random) -> list[Client]:
    """Random clients of all forms, half of them where something changes."""
    def address(family: int) -> int:
        if draw.random() < 0.5:
            return max(0, draw.choice(ground.edges[family]) - draw.randrange(2))
        if family == 1:
            return draw.getrandbits(32)
        return draw.choice(ground.edges[2]) ^ draw.getrandbits(draw.choice((32, 64, 80, 96)))

    def client() -> Client:
        form = draw.random()
        if form < 0.5:
            return Client.of(1, address(1), draw.choice((32, 24)))
        source = draw.choice((128, 56, 48))
        if form < 0.85:
            return Client.of(2, address(2), source)
        if form < 0.97:
            base, _, shift = draw.choice(EMBEDDINGS)
            return Client.of(2, base | address(1) << shift | draw.getrandbits(shift),
                             source if shift else draw.choice((128, 120)))
        if form < 0.99:
            return Client.of(2, draw.getrandbits(128), source)
        # The other networks that gdnsd takes for IPv4.
        return Client.of(2, int(draw.choice(IPV4_INSIDE).network_address) | address(1), 128)

    return [client() for _ in range(count)]

"""Which questions are asked of a set of zones, and in which ways."""

import itertools
import random

import dns.name
import dns.rdatatype

from asking import Query
from zones import ZoneSet, set_names

TYPES = [
    dns.rdatatype.from_text(text) for text in (
        "A", "AAAA", "NS", "SOA", "CNAME", "DNAME", "DS", "MX", "TXT", "SRV", "PTR", "ANY", "HTTPS",
        "TYPE65280", "NSEC", "RRSIG", "DNSKEY")]

# Transport, EDNS payload size, DO.
WAYS = [
    ("udp", None, False), ("udp", 512, False), ("udp", 1232, False), ("udp", 4096, True), ("udp", 1232, True),
    ("udp", 512, True), ("udp", 65535, False), ("tcp", None, False), ("tcp", 1232, False), ("tcp", 4096, True)]

RD, AD, CD = 0x0100, 0x0020, 0x0010


def around(names: set[dns.name.Name]) -> list[dns.name.Name]:
    """The names themselves, their ancestors, and names below and beside them that may not exist."""
    result = set()
    for name in names:
        result.add(name)
        for depth in range(2, min(len(name.labels), 6)):
            result.add(dns.name.Name(name.labels[-depth:]))
        labels = name.labels
        for prefix in ((b"zz",), (b"zz", b"yy"), (b"*",), (b"a",)):
            try:
                result.add(dns.name.Name(prefix + labels))
            except dns.name.NameTooLong:
                pass
        if len(labels) > 1:
            result.add(dns.name.Name((b"zz",) + labels[1:]))
        if labels[0] == b"*":
            result.add(dns.name.Name((b"zz", b"zz") + labels[1:]))
            result.add(dns.name.Name((b"zz", b"*") + labels[1:]))
        # As long as a name below it may be.
        left = 255 - sum(len(label) + 1 for label in labels)
        long = []
        while left > 1:
            length = min(63, left - 1)
            if left - 1 - length == 1:
                length -= 1
            long.append(b"z" * length)
            left -= length + 1
        if long:
            result.add(dns.name.Name(tuple(long) + labels))
    return sorted(result)


def mixed(name: dns.name.Name, generator: random.Random) -> dns.name.Name:
    """The name with each letter's case at random (0x20)."""
    return dns.name.Name([
        bytes(octet ^ 0x20 if chr(octet).isalpha() and octet < 128 and generator.random() < 0.5 else octet
              for octet in label) for label in name.labels])


def questions(zones: ZoneSet, seed: int, limit: int | None, complete: bool = False) -> list[Query]:
    """Queries about a set: each name and type in one way after another, or in every way where `complete`.

    Over `limit`, so many of them are drawn."""
    generator = random.Random(seed)
    types = list(TYPES)
    present = {
        rdataset.rdtype for zone in zones.parsed().values() for node in zone.nodes.values() for rdataset in node}
    types += sorted(present - set(types))
    asked = list(itertools.product(
        around(set_names(zones)), types, range(len(WAYS)) if complete else (None,)))
    if limit is not None and len(asked) > limit:
        asked = generator.sample(asked, limit)
    queries = []
    for index, (name, type, way) in enumerate(asked):
        transport, size, wants_signatures = WAYS[index % len(WAYS) if way is None else way]
        flags = generator.choice((0, 0, RD, RD | AD, CD))
        name = mixed(name, generator) if generator.random() < 0.5 else name
        queries.append(Query(name, type, transport, size, wants_signatures, flags))
    return queries

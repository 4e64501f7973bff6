#!/usr/bin/env python3
"""Writes a database of places of realistic size: about a million IPv4 networks and 60,000 IPv6 ones."""

import random
import sys

from mmdb_writer import MMDBWriter
from netaddr import IPNetwork, IPSet

# Country, continent, latitude, longitude.
COUNTRIES = [
    ("US", "NA", 39, -98), ("CA", "NA", 56, -106), ("MX", "NA", 23, -102), ("BR", "SA", -10, -55), ("AR", "SA", -34, -64),
    ("GB", "EU", 54, -2), ("DE", "EU", 51, 9), ("FR", "EU", 46, 2), ("NL", "EU", 52, 5), ("PL", "EU", 52, 20),
    ("ZA", "AF", -29, 24), ("NG", "AF", 10, 8), ("EG", "AF", 27, 30), ("JP", "AS", 36, 138), ("CN", "AS", 35, 105),
    ("IN", "AS", 20, 77), ("SG", "AS", 1.3, 103.8), ("AU", "OC", -27, 133), ("NZ", "OC", -41, 174)]
CITIES = 3000
IPV6_NETWORKS = 60_000
# First octets of IPv4 addresses that have a place.
FIRST_OCTETS = [octet for octet in range(1, 224) if octet not in (10, 127)]


def cities(draw: random.Random) -> list[dict]:
    """The records, as MaxMind's City database has them."""
    records = []
    for number in range(CITIES):
        country, continent, latitude, longitude = draw.choice(COUNTRIES)
        records.append({
            "continent": {"code": continent}, "country": {"iso_code": country},
            "location": {"latitude": round(latitude + draw.uniform(-8, 8), 3),
                         "longitude": round(longitude + draw.uniform(-8, 8), 3)},
            "city": {"names": {"en": f"City {number}"}}})
    return records


def split(draw: random.Random, base: int, length: int):
    """Cuts a network up at random, down to /24."""
    if length < 24 and (length < 11 or draw.random() < 0.8):
        yield from split(draw, base, length + 1)
        yield from split(draw, base | 1 << (31 - length), length + 1)
    else:
        yield IPNetwork((base, length))


def main(path: str) -> None:
    draw = random.Random(7)
    records = cities(draw)
    networks: list[list[IPNetwork]] = [[] for _ in records]
    for octet in FIRST_OCTETS:
        for network in split(draw, octet << 24, 8):
            draw.choice(networks).append(network)
    for _ in range(IPV6_NETWORKS):
        draw.choice(networks).append(IPNetwork((0x2400 << 112 | draw.getrandbits(32) << 80, 48)))
    # Where the clients of the benchmarks are.
    european = next(number for number, record in enumerate(records) if record["continent"]["code"] == "EU")
    networks[european].append(IPNetwork("127.0.0.0/8"))
    writer = MMDBWriter(6, "GeoIP2-City", languages=["en"], description="made up", ipv4_compatible=True)
    for record, those in zip(records, networks):
        writer.insert_network(IPSet(those), record)
    writer.to_db_file(path)


if __name__ == "__main__":
    main(sys.argv[1])

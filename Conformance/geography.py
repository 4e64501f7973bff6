"""Where clients are: a made-up world of a million networks, and MaxMind's test database."""

import bisect
import csv
import ipaddress
import json
import os
import random
import socket
import subprocess
from dataclasses import dataclass

from servers import REPOSITORY, SEXTANT
from zones import DATA

# City names are few, so that a country has several cities of one name.
CITIES = [first + second for first in ("Ash", "Brook", "Clay", "Dun", "Elm", "Fair", "Green", "Hill")
          for second in ("bury", "field", "ford", "ham", "port", "ton")]


@dataclass(frozen=True)
class Place:
    """What a record says; None and () for what it does not say."""

    continent: str | None = None
    country: str | None = None
    subdivisions: tuple[str, ...] = ()  # the widest first
    city: int | None = None  # GeoNames id
    city_name: str | None = None
    coordinates: tuple[float, float] | None = None


class Geography:
    """A database: its places, and where its networks begin."""

    def __init__(self, path: str, places: list[Place], networks: list[tuple[int, int, int]]):
        """`networks` are (family, first address, prefix length)."""
        self.path = path
        self.places = places
        self.size = len(networks)
        self.edges = {family: edges(networks, family) for family in (1, 2)}


WIDTHS = {1: 32, 2: 128}


def edges(networks: list[tuple[int, int, int]], family: int) -> list[int]:
    """The addresses at which networks of a family begin or have just ended, in ascending order."""
    result = {0}
    for other, start, length in networks:
        if other == family:
            result |= {start, start + (1 << WIDTHS[family] - length)}
    result.discard(1 << WIDTHS[family])
    return sorted(result)


def inside(sorted_edges: list[int], first: int, last: int) -> range:
    """The indexes of the edges in first…last."""
    return range(bisect.bisect_left(sorted_edges, first), bisect.bisect_right(sorted_edges, last))


def text(family: int, start: int, length: int) -> str:
    """A network as it is written."""
    octets = start.to_bytes(WIDTHS[family] // 8, "big")
    return f"{socket.inet_ntop(socket.AF_INET if family == 1 else socket.AF_INET6, octets)}/{length}"


class World:
    """Countries with their subdivisions and cities, drawn from a seed."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.countries = [self._country(row) for row in centres()]
        self.places = [Place(), Place(coordinates=(10.5, 20.25))]
        self.places += [Place(continent=code) for code in ("AF", "AN", "AS", "EU", "NA", "OC", "SA")]
        self.places += [place for country in self.countries for place in country]
        self.last = self.countries[0]

    def _country(self, row: dict) -> list[Place]:
        """Its places: cities in and outside of subdivisions, and what is known no closer than the country."""
        latitude, longitude = float(row["latitude"]), float(row["longitude"])

        def near() -> tuple[float, float]:
            return (round(min(90, max(-90, latitude + self.random.gauss(0, 4))), 4),
                    round((longitude + self.random.gauss(0, 6) + 180) % 360 - 180, 4))

        where = {"continent": row["continent"], "country": row["country"]}
        places = [Place(**where), Place(**where, coordinates=(latitude, longitude))]
        for number in range(self.random.choice((0, 0, 3, 8, 15))):
            inside = {**where, "subdivisions": (f"{number:02}" if number % 2 else chr(65 + number) + "X",)}
            places += [Place(**inside), Place(**inside, coordinates=near())]
            for _ in range(self.random.randrange(6)):
                places.append(self._city(inside, near()))
        for _ in range(self.random.randrange(5)):
            places.append(self._city(where, near() if self.random.random() < 0.9 else None))
        return places

    def _city(self, where: dict, coordinates: tuple[float, float] | None) -> Place:
        return Place(**where, city=self.random.randrange(1, 1 << 31), city_name=self.random.choice(CITIES),
                     coordinates=coordinates)

    def place(self) -> Place:
        """A place for a network, most often one in the country of the network before."""
        if self.random.random() < 0.1:
            return self.random.choice(self.places)
        if self.random.random() < 0.3:
            self.last = self.random.choice(self.countries)
        return self.random.choice(self.last)


def centres() -> list[dict]:
    """The countries with continent and centre."""
    with open(os.path.join(REPOSITORY, "geoip/country-centres.csv"), newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def generated(folder: str, count: int, seed: int = 1) -> Geography:
    """A database of so many networks, three in five of them IPv4."""
    world = World(seed)
    draw = world.random
    networks: list[tuple[int, int, int]] = []

    def cut(family: int, start: int, length: int, share: int, limit: int) -> None:
        """Makes `share` networks inside a prefix, by halves of unlike share; some lie around others."""
        if share == 0:
            return
        if share == 1 or length == limit:
            networks.append((family, start, length))
            return
        if draw.random() < 0.04:
            networks.append((family, start, length))
            share -= 1
        half = round(share * draw.betavariate(2, 2))
        cut(family, start, length + 1, half, limit)
        cut(family, start + (1 << WIDTHS[family] - length - 1), length + 1, share - half, limit)

    cut(1, 0, 0, count * 6 // 10, 32)
    cut(2, 0x2000 << 112, 3, count * 4 // 10 - 2000, 64)
    cut(2, 0x20010DB8 << 96, 64, 1000, 128)
    cut(2, 0xFD00 << 112, 8, 1000, 64)
    networks = list(dict.fromkeys(networks))
    path = os.path.join(folder, "world.csv")
    with open(path, "w") as file:
        file.write("network,continent,country,subdivision,city,city_name,latitude,longitude\n")
        for network in networks:
            place = world.place()
            latitude, longitude = place.coordinates or ("", "")
            file.write(f"{text(*network)},{place.continent or ''},{place.country or ''},"
                       f"{''.join(place.subdivisions)},{place.city or ''},{place.city_name or ''},"
                       f"{latitude},{longitude}\n")
    database = os.path.join(folder, "world.mmdb")
    # gdnsd takes coordinates from databases that have City in their type.
    subprocess.run([SEXTANT, "geoip", "build", path, "-o", database, "--type", "City"],
                   check=True, stdout=subprocess.DEVNULL)
    return Geography(database, world.places, networks)


def maxmind() -> Geography | None:
    """MaxMind's test database, with two levels of subdivisions; None without the shared data."""
    path = os.path.join(DATA, "mmdb/test-data/GeoIP2-City-Test.mmdb")
    if not os.path.exists(path):
        return None
    with open(os.path.join(DATA, "mmdb/source-data/GeoIP2-City-Test.json")) as file:
        records = [item for entry in json.load(file) for item in entry.items()]
    networks, places = [], {}
    for written, record in records:
        network = ipaddress.ip_network(written)
        start, length = int(network.network_address), network.prefixlen
        if network.version == 6 and start >> 32 == 0:
            networks.append((1, start, length - 96))
        else:
            networks.append((1 if network.version == 4 else 2, start, length))
        location = record.get("location", {})
        places[Place(
            continent=record.get("continent", {}).get("code"), country=record.get("country", {}).get("iso_code"),
            subdivisions=tuple(part["iso_code"] for part in record.get("subdivisions", [])),
            city=record.get("city", {}).get("geoname_id"),
            city_name=record.get("city", {}).get("names", {}).get("en"),
            coordinates=(location["latitude"], location["longitude"]) if "latitude" in location else None)] = None
    return Geography(path, list(places), networks)

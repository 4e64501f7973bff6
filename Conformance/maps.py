"""Maps, from which clients get which sites, written in the zone language and as gdnsd's configuration."""

import functools
import ipaddress
import random
from dataclasses import dataclass, field

from geography import Geography, Place

# Name and coordinates; two stand at one place. An answer's last octet is 1 + the index.
SITES = [("ashburn", (39.04, -77.49)), ("dublin", (53.35, -6.26)), ("twin", (53.35, -6.26)),
         ("mumbai", (19.08, 72.88)), ("sydney", (-33.87, 151.21)), ("bahia", (-12.97, -38.5))]
EVERY = tuple(range(len(SITES)))
# Stands for the order by distance.
AUTO = "auto"
# What gdnsd takes at the most of an order by distance, and Sextant puts in front.
NEAREST = 3

Choice = tuple[int, ...] | str


@dataclass
class Region:
    """A level of gdnsd's nested map: what is inside by code or name, and what all else there gets."""

    default: Choice | None = None
    inside: dict[str, "Region | Choice"] = field(default_factory=dict)


@dataclass
class Map:
    """Rules of one map; `world.default` is that of all clients that nothing else is for."""

    name: str
    world: Region
    nets: dict[str, Choice] = field(default_factory=dict)
    uses_places: bool = True

    @property
    def is_automatic(self) -> bool:
        """Whether any client is sent by distance."""
        def found(region: Region) -> bool:
            return region.default == AUTO or any(
                found(part) if isinstance(part, Region) else part == AUTO for part in region.inside.values())

        return found(self.world)

    @property
    def order(self) -> tuple[int, ...]:
        """The order as written where it is by distance: gdnsd's is that of the map's default."""
        return EVERY if self.world.default == AUTO else self.world.default

    @functools.cached_property
    def networks(self) -> list[tuple[int, int, int]]:
        """The networks of `nets`: family, first address, prefix length."""
        parsed = [ipaddress.ip_network(network) for network in self.nets]
        return [(1 if network.version == 4 else 2, int(network.network_address), network.prefixlen)
                for network in parsed]

    @functools.cached_property
    def is_around_6to4(self) -> bool:
        """Whether one of `nets` has all of 2002::/16 in it."""
        return any(family == 2 and length <= 16 and start >> 128 - length == 0x2002 >> 16 - length
                   for family, start, length in self.networks)

    # The zone language: flat rules, of which the most specific place wins.

    def rules(self, places: list[Place]) -> dict[tuple, Choice]:
        """The choice by matcher (kind and value) that the nested map comes to for these places."""
        rules: dict[tuple, Choice] = {}
        for place in places if self.uses_places else []:
            matcher, choice = self._found(place)
            if matcher and rules.setdefault(matcher, choice) != choice:
                raise ValueError(f"{self.name}: the nested map is not to be written with {matcher}")
        return rules

    def _found(self, place: Place) -> tuple[tuple | None, Choice]:
        """Which level decides for a place; levels below the country may be skipped."""
        levels = [("continent", place.continent, place.continent), ("country", place.country, place.country)]
        levels += [("subdivision", code, f"{place.country}-{code}") for code in place.subdivisions]
        levels += [("city", place.city_name, place.city)]
        region, matcher = self.world, None
        choice = region.default
        for depth, (kind, key, value) in enumerate(levels):
            part = region.inside.get(key) if key else None
            if part is None:
                if depth < 2:
                    break
                continue
            if not isinstance(part, Region):
                return (kind, value), part
            region = part
            if part.default is not None:
                matcher, choice = (kind, value), part.default
        return matcher, choice

    def zone_lines(self, places: list[Place]) -> list[str]:
        """The map as a `$MAP`."""
        def written(choice: Choice) -> str:
            by_distance = choice == AUTO
            names = " ".join(SITES[site][0] for site in (self.order if by_distance else choice))
            return f"nearest {names}" if by_distance else names

        by_choice: dict[tuple, list[str]] = {}
        for (kind, value), choice in self.rules(places).items():
            by_choice.setdefault((kind, choice), []).append(str(value))
        for network, choice in self.nets.items():
            by_choice.setdefault(("net", choice), []).append(network)
        lines = [f"$MAP {self.name} ("]
        for (kind, choice), values in by_choice.items():
            lines += [f"  {kind}:{','.join(values[start:start + 50])} -> {written(choice)}"
                      for start in range(0, len(values), 50)]
        return lines + [f"  default -> {written(self.world.default)} )"]

    # gdnsd.

    def configuration(self, database: str) -> str:
        """The map in gdnsd's `maps`."""
        def names(choice: Choice) -> str:
            return choice if choice == AUTO else f"[{', '.join(SITES[site][0] for site in choice)}]"

        def nested(region: Region) -> str:
            parts = [f'"{key}" => {nested(part) if isinstance(part, Region) else names(part)}'
                     for key, part in region.inside.items()]
            if region.default is not None:
                parts.append(f"default => {names(region.default)}")
            return "{ " + ", ".join(parts) + " }"

        lines = [f"datacenters => {names(EVERY)}"]
        if self.uses_places:
            lines += [f'geoip2_db => "{database}"', f"map => {nested(self.world)}"]
        if self.is_automatic:
            where = ", ".join(f"{name} => [{at[0]}, {at[1]}]" for name, at in SITES)
            lines.append(f"auto_dc_coords => {{ {where} }}")
        if self.nets:
            nets = ", ".join(f'"{network}" => {names(choice)}' for network, choice in self.nets.items())
            lines.append(f"nets => {{ {nets} }}")
        return f"{self.name} => {{ " + ", ".join(lines) + " }"


class MapMaker:
    """Draws maps for the places and networks of a database."""

    def __init__(self, geography: Geography, seed: int):
        self.geography = geography
        self.random = random.Random(seed)
        # Of a few lists, so that neighbours often have the same.
        self.lists = [tuple(self.random.sample(EVERY, length)) for length in (1, 1, 2, 2, 3, 4, 4, 5, 6, 6)]

    def maps(self) -> list[Map]:
        """One by distance alone, one of places alone, one of networks alone, and one of all together."""
        # Where a list of three stood beside an order by distance, gdnsd would take both for the same.
        together = MapMaker(self.geography, self.random.random())
        together.lists = [choice for choice in together.lists if len(choice) != NEAREST]
        mixed = Map("mixed", together.world(together.random.choice((AUTO, together.lists[-1])), automatic=True),
                    together.nets(min(1500, self.geography.size // 8)))
        return [
            Map("distance", Region(AUTO)),
            Map("places", self.world(self.lists[-1])),
            Map("networks", Region(EVERY), self.nets(3000) | {"2000::/8": self.lists[0]}, uses_places=False),
            mixed]

    def choice(self, automatic: bool = False) -> Choice:
        """One of the lists, or by distance."""
        return AUTO if automatic and self.random.random() < 0.3 else self.random.choice(self.lists)

    def world(self, default: Choice, automatic: bool = False) -> Region:
        """Nested rules for about half of what the database has at each level."""
        tree: dict = {}
        for place in self.geography.places:
            if place.country and place.continent:
                level = tree.setdefault(place.continent, {}).setdefault(place.country, {})
                for code in place.subdivisions:
                    level = level.setdefault(code, {})
                if place.city_name:
                    level.setdefault(place.city_name, {})

        def region(names: dict) -> Region | Choice:
            if not names or self.random.random() < 0.3:
                return self.choice(automatic)
            own = self.choice(automatic) if self.random.random() < 0.7 else None
            result = Region(own, {name: region(inside) for name, inside in sorted(names.items())
                                  if self.random.random() < 0.5})
            return result if result.inside else self.choice(automatic)

        inside = {name: region(names) for name, names in sorted(tree.items()) if name != "AN"}
        # Cities of a country, wherever in it they lie.
        for continent, part in inside.items():
            for country, nation in (part.inside.items() if isinstance(part, Region) else ()):
                names = sorted({place.city_name for place in self.geography.places
                                if place.country == country and place.city_name})
                if isinstance(nation, Region) and names:
                    for name in self.random.sample(names, min(2, len(names))):
                        nation.inside.setdefault(name, self.choice(automatic))
        return Region(default, inside)

    def nets(self, count: int) -> dict[str, Choice]:
        """Networks of all lengths, some in others. No two are halves of one network: gdnsd would make that
        network of them, and which of two equal ones it keeps is arbitrary (gdnsd-plugin-geoip(8), nets)."""
        chosen: dict = {}
        while len(chosen) < count:
            family = self.random.choice((1, 1, 2))
            width = 32 if family == 1 else 128
            kind = self.random.random()
            if kind < 0.4:
                address = self.random.choice(self.geography.edges[family])
            elif kind < 0.7 and chosen:
                address = int(self.random.choice(list(chosen)).network_address)
                address ^= self.random.getrandbits(width // 4) << self.random.randrange(3 * width // 4)
            else:
                address = self.random.getrandbits(width) if family == 1 else (
                    0x2 << 124 | self.random.getrandbits(124))
            length = self.random.choice((8, 16, 20, 24, 25, 28, 32) if family == 1 else (20, 32, 40, 48, 56, 64, 128))
            if address >> width:
                continue
            kind = ipaddress.IPv4Network if family == 1 else ipaddress.IPv6Network
            network = kind((address >> width - length << width - length, length))
            sibling = kind((int(network.network_address) ^ 1 << width - length, length))
            forbidden = family == 2 and any(network.overlaps(other) for other in IPV4_INSIDE)
            if not forbidden and network not in chosen and sibling not in chosen:
                chosen[network] = self.random.choice(self.lists)
        return {str(network): choice for network, choice in chosen.items()}


# IPv6 networks with an IPv4 address inside, as gdnsd has them; no nets may lie there.
IPV4_INSIDE = [ipaddress.IPv6Network(text) for text in (
    "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "2001::/32", "2002::/16")]

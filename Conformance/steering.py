"""The steering test: the same clients to Sextant and gdnsd, with the same database and the same rules.

Of each client the whole list of sites is found: the first by a name for which all sites are up, the next by one for
which those found so far are down. So two servers agree where their lists and the scopes of their answers do.
"""

import collections
import functools
import itertools
import os
import random
import struct
import time
from dataclasses import dataclass, field

import dns.name

from asking import Asker
from clients import A, Client, Ground, SubnetQuery, clients
from geography import WIDTHS, Geography, generated, maxmind, text
from maps import SITES, Map, MapMaker
from servers import GDNSD, Group, SextantWithPlaces, ServerError
from steering_explanations import rules

ORIGIN = "steering.test."
BATCH = 5000


@dataclass
class Found:
    """What a server says of a client: its sites in order, and the scope that came with each; or what went wrong."""

    sites: list[int] = field(default_factory=list)
    scopes: list[int] = field(default_factory=list)
    error: str = ""


@dataclass
class Difference:
    """A client of whom the two say different things."""

    set: str
    map: Map
    client: Client
    sextant: Found
    gdnsd: Found

    def scopes_agree(self) -> bool:
        """Whether each of the two says the same scope all along, and Sextant one that is no narrower."""
        ours, theirs = set(self.sextant.scopes), set(self.gdnsd.scopes)
        return len(ours) == len(theirs) == 1 and min(ours) <= min(theirs)

    def kind(self) -> tuple:
        """What is alike in differences of one kind."""
        return self.set, self.map.name

    def line(self) -> str:
        """The difference in one line."""
        def short(found: Found) -> str:
            return f"{named(found.sites)} {sorted(set(found.scopes))} {found.error}".rstrip()

        return f"{self.set} {self.map.name}: {self.client}: {short(self.sextant)} | {short(self.gdnsd)}"

    __str__ = line


class Lists:
    """Finds clients' lists by asking a server."""

    def __init__(self, port: int, questions: list[bytes], starts_over: bool):
        """`questions` has one for each set of sites that are down, by the set as bits. Where all of a list are down,
        the server answers with the first if it `starts_over`, else with NODATA."""
        self.asker = Asker(port)
        self.questions = questions
        self.starts_over = starts_over

    def find(self, clients: list[Client]) -> list[Found]:
        """The lists of clients, in their order."""
        founds = [Found() for _ in clients]
        active = [(client.option(), found) for client, found in zip(clients, founds)]
        while active:
            queries = [SubnetQuery(self.questions[sum(1 << site for site in found.sites)], option)
                       for option, found in active]
            left = []
            for (option, found), query, reply in zip(active, queries, self.asker.ask(queries)):
                try:
                    site, scope = query.read(reply)
                except ValueError as error:
                    found.error = str(error)
                    continue
                if site == (found.sites[0] if self.starts_over and found.sites else None):
                    continue
                if site is None or site in found.sites:
                    found.error = f"answers with {'nothing' if site is None else SITES[site][0]}"
                    continue
                found.sites.append(site)
                found.scopes.append(scope)
                if len(found.sites) < len(SITES):
                    left.append((option, found))
            active = left
        return founds


class Steering:
    """Runs all and keeps count."""

    def __init__(self, folder: str, quick: bool):
        self.folder = folder
        self.quick = quick
        self.draw = random.Random(5)
        self.asked = 0
        self.wider = 0
        self.proven = 0
        self.explained = collections.Counter()
        self.unexplained: list[Difference] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Asks everything, with both databases."""
        folder = os.path.join(self.folder, "steering")
        os.makedirs(folder)
        start = time.monotonic()
        world = generated(folder, 50_000 if self.quick else 1_010_000)
        print(f"steering world: {world.size} networks made in {time.monotonic() - start:.0f} s", flush=True)
        self._run("world", world, 2, 1000 if self.quick else 25_000)
        if real := maxmind():
            # With this seed a subdivision that lies in another has a rule of its own.
            self._run("maxmind", real, 146, 500 if self.quick else 5_000)

    def _run(self, name: str, geography: Geography, seed: int, count: int) -> None:
        start = time.monotonic()
        maps = MapMaker(geography, seed).maps()
        try:
            with servers(os.path.join(self.folder, "steering", name), geography, maps) as group:
                print(f"steering {name}: {geography.size} networks, served after {time.monotonic() - start:.0f} s",
                      flush=True)
                for map in maps:
                    self._pass(name, geography, map, group, count * 4 if map.name == "mixed" else count)
        except ServerError as error:
            self.failures.append(f"steering {name}: {error}")

    def _pass(self, name: str, geography: Geography, map: Map, group: Group, count: int) -> None:
        start = time.monotonic()
        before = self.asked, len(self.unexplained) + len(self.failures), self.wider, self.proven
        Pass(self, name, geography, map, group).run(count)
        print(f"steering {name} {map.name}: {self.asked - before[0]} clients, "
              f"{len(self.unexplained) + len(self.failures) - before[1]} unexplained, "
              f"{self.wider - before[2]} scopes wider than gdnsd's, {self.proven - before[3]} scopes proven, "
              f"{time.monotonic() - start:.1f} s", flush=True)


def servers(folder: str, geography: Geography, maps: list[Map]) -> Group:
    """Sextant and gdnsd with the same maps; a name sN.MAP for each set N of sites that are down, but for all."""
    sets = range((1 << len(SITES)) - 1)
    head = "$TTL 60\n@ SOA ns.other.test. hostmaster.other.test. 1 7200 1800 1209600 300\n@ NS ns.other.test.\n"
    ours = [f"$ORIGIN {ORIGIN}\n{head}"]
    ours += [f"$SITE {name} location={at[0]},{at[1]}" for name, at in SITES]
    ours += [f"$POOL p{down}@{name} ( 192.0.2.{site + 1}{' state=down' if down >> site & 1 else ''} )"
             for down in sets for site, (name, _) in enumerate(SITES)]
    theirs, resources, forced = [head], [], []
    addresses = ", ".join(f"{name} => 192.0.2.{site + 1}" for site, (name, _) in enumerate(SITES))
    for map in maps:
        ours += map.zone_lines(geography.places)
        for down in sets:
            ours.append(f"s{down}.{map.name} 60 STEER geo map={map.name} pools=p{down} when-down=nodata")
            theirs.append(f"s{down}.{map.name} 60 DYNA geoip!{map.name}_{down}")
            resources.append(f"{map.name}_{down} => {{ map => {map.name}, dcmap => {{ {addresses} }} }}")
            forced += [f"geoip/{map.name}_{down}/{name}" for site, (name, _) in enumerate(SITES) if down >> site & 1]
    os.makedirs(folder)
    paths = [os.path.join(folder, name) for name in ("sextant.zone", "gdnsd.zone")]
    for path, lines in zip(paths, (ours, theirs)):
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
    plugin = (f"maps => {{ {', '.join(map.configuration(geography.path) for map in maps)} }}\n"
              f"resources => {{ {', '.join(resources)} }}")
    return Group(
        os.path.join(folder, "servers"),
        functools.partial(SextantWithPlaces, zones={ORIGIN: paths[0]}, database=geography.path),
        functools.partial(GDNSD, zones={ORIGIN: paths[1]}, plugin=plugin, down=forced))


class Pass:
    """One map of one database."""

    def __init__(self, whole: Steering, name: str, geography: Geography, map: Map, group: Group):
        self.whole = whole
        self.name = name
        self.map = map
        self.ground = Ground(geography, map)
        questions = [dns.name.from_text(f"s{down}.{map.name}.{ORIGIN}").to_wire() + struct.pack("!2H", A, 1)
                     for down in range((1 << len(SITES)) - 1)]
        sextant, gdnsd = group.servers
        self.sextant = Lists(sextant.port, questions, starts_over=False)
        self.gdnsd = Lists(gdnsd.port, questions, starts_over=True)

    def run(self, count: int) -> None:
        """Compares so many clients; proves the scopes that are wider than gdnsd's, and some of all."""
        scopes: dict[tuple, tuple] = {}
        wider = set()
        asked = clients(self.ground, count, self.whole.draw)
        for start in range(0, count, BATCH):
            for client, ours, theirs in self.compare(asked[start:start + BATCH]):
                if ours.sites:
                    network = client.within(ours.scopes[0])
                    if scopes.setdefault(network, tuple(ours.sites)) != tuple(ours.sites):
                        self.fail(network, f"{client} gets {named(ours.sites)}, others {named(scopes[network])}")
                    if theirs.scopes and ours.scopes[0] < theirs.scopes[0]:
                        wider.add(network)
        self.whole.wider += len(wider)
        # The widest networks in which all get the same list never lie in one another.
        for network, following in itertools.pairwise(sorted(scopes)):
            if Client(*following).within(network[2]) == network:
                self.fail(network, f"{text(*following)} in it is a scope, too")
        # Where a scope is wider, gdnsd has to answer alike in all of it.
        samples = [client for network in sorted(wider) for client in self.sample(network, 32)]
        for start in range(0, len(samples), BATCH):
            self.compare(samples[start:start + BATCH])
        others = sorted(scopes.keys() - wider)
        chosen = sorted(wider) + self.whole.draw.sample(others, min(len(others), 50 if self.whole.quick else 1000))
        for start in range(0, len(chosen), 100):
            self.prove({network: scopes[network] for network in chosen[start:start + 100]})
        self.whole.proven += len(chosen)

    def compare(self, part: list[Client]) -> list[tuple[Client, Found, Found]]:
        """Asks both; what they say, client by client. Differences are noted."""
        self.whole.asked += len(part)
        result = list(zip(part, self.sextant.find(part), self.gdnsd.find(part)))
        for client, ours, theirs in result:
            difference = Difference(self.name, self.map, client, ours, theirs)
            if ours.error or theirs.error:
                self.whole.unexplained.append(difference)
            elif ours.sites != theirs.sites or not difference.scopes_agree():
                if (reason := rules.explain(difference)) is None:
                    self.whole.unexplained.append(difference)
                else:
                    self.whole.explained[reason] += 1
        return result

    def prove(self, scopes: dict[tuple, tuple]) -> None:
        """Of networks that were scopes: all in them get the same list, and somebody in one that is wider does not."""
        samples = {network: self.sample(network, 10) for network in scopes}
        for network, client, sites in self.ask(samples):
            if sites != scopes[network]:
                self.fail(network, f"{client} gets {named(sites)}, others {named(scopes[network])}")
        siblings = {beside(network): network for network in scopes if network[2] > 0}
        left = set(siblings)
        for network, _, sites in self.ask({network: self.sample(network, 2) for network in left}):
            if sites != scopes[siblings[network]]:
                left.discard(network)
        for network in left:
            everybody = list(self.ground.all(network))
            if all(sites == scopes[siblings[network]] for _, _, sites in self.ask({network: everybody})):
                self.fail(siblings[network], f"{text(*network)} beside it has the same list")

    def sample(self, network: tuple[int, int, int], count: int) -> list[Client]:
        """Clients of a network, so many of them at edges inside it."""
        return self.ground.sample(self.whole.draw, network, count)

    def ask(self, samples: dict[tuple, list[Client]]):
        """Asks Sextant: network, client and list."""
        pairs = [(network, client) for network, part in samples.items() for client in part]
        for (network, client), found in zip(pairs, self.sextant.find([client for _, client in pairs])):
            yield network, client, tuple(found.sites)

    def fail(self, network: tuple[int, int, int], reason: str) -> None:
        """Notes a scope that is not what it should be."""
        self.whole.failures.append(f"{self.name} {self.map.name}: scope {text(*network)}: {reason}")


def beside(network: tuple[int, int, int]) -> tuple[int, int, int]:
    """The other half of the network that is one bit wider."""
    family, start, length = network
    return family, start ^ 1 << WIDTHS[family] - length, length


def named(sites) -> str:
    """Sites by name."""
    return " ".join(SITES[site][0] for site in sites) or "nothing"

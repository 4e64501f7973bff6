"""The servers, each set up as who knows it would for one processor: one thread that answers, no log of queries, no rate
limit, answers as short as its settings allow."""

import os
import re
import shutil
import signal
import subprocess
import time

from accounting import processes
from names import (
    CONTINENTS, ELSEWHERE, FAILOVER, GEO, HEAD, PRIMARIES, SECONDARIES, SITES, STEERED, WEIGHTED, WEIGHTS, write)
from processors import SERVER, command_on
from servers import SEXTANT, Sextant, Server


class Peer(Server):
    """A server that has a processor to itself."""

    patience = 180
    # What it can do.
    steers = True
    fails_over = False

    def __init__(
            self, folder: str, plain: dict[str, str], database: str | None = None, health_port: int | None = None):
        """`plain` is a dict of origin to master file; besides, where it can, it serves the zones of `names` that are steered
        by a database of places, and the one that is steered by what targets say at a port."""
        self.health_port = health_port
        self.control: subprocess.Popen | None = None
        self.database = None
        if database and self.steers:
            # A copy, or servers that map it would share its memory.
            os.makedirs(own := os.path.join(folder, f"{self.name}-places"))
            self.database = shutil.copy(database, own)
        super().__init__(folder, dict(plain))

    def command(self) -> list[str]:
        return command_on(SERVER, self.serve())

    def serve(self) -> list[str]:
        """Writes the configuration; the command that serves with it."""
        raise NotImplementedError

    def write(self, name: str, text: str) -> str:
        """Writes a file of its own; its path."""
        return write(self.folder, name, text)

    @classmethod
    def version(cls) -> str:
        """What it calls its version."""
        output = subprocess.run(cls.version_command, capture_output=True, text=True)
        return re.search(r"\d+(\.\d+)+\S*|Sextant.*", output.stdout + output.stderr)[0]

    def reload(self, origin: str) -> None:
        """Has it read a zone again, or all, where there is nothing else; as soon as it is done with the last time."""
        if self.control:
            self.control.wait()
        self.control = subprocess.Popen(self.reload_command(origin), stdout=self.log, stderr=self.log)

    def reload_command(self, origin: str) -> list[str]:
        """What tells it to."""
        raise NotImplementedError

    def running(self) -> bool:
        """Whether a process of it is there; a reload may have ended the first."""
        return self.process.poll() is None or bool(processes(self.process.pid))

    def stop(self) -> int:
        """Ends all its processes, also those that have taken the place of the first."""
        status = super().stop()
        deadline = time.monotonic() + 10
        while left := processes(self.process.pid):
            for process in left:
                try:
                    os.kill(process, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.1)
        if self.control:
            self.control.wait()
        return status


class SextantPeer(Peer, Sextant):
    fails_over = True
    settings = """
rate-limit:
  answers-per-second: off
  octets-per-second: off
"""
    version_command = [SEXTANT, "version"]

    def serve(self) -> list[str]:
        if self.database:
            rules = " ".join(f"continent:{continent} -> {' '.join(sites)}" for continent, sites in CONTINENTS.items())
            self.zones[GEO] = self.write("geo", HEAD + "".join([
                *(f"$SITE {site}\n" for site in SITES),
                f"$MAP world ( {rules} default -> {' '.join(ELSEWHERE)} )\n",
                *(f"$POOL g{number}@{site} ( {network}.{number} )\n"
                  for number in range(STEERED) for site, network in SITES.items()),
                *(f"g{number} STEER geo map=world pools=g{number}\n" for number in range(STEERED))]))
            self.zones[WEIGHTED] = self.write("weighted", HEAD + "".join(
                f"$POOL w{number} select=weighted answers=1 ( "
                + " ".join(f"{network}.{number} weight={weight}" for network, weight in WEIGHTS.items())
                + f" )\nw{number} STEER failover w{number}\n" for number in range(STEERED)))
        if self.health_port:
            check = f"$CHECK web http port={self.health_port} interval=2s timeout=1s fall=1 rise=1\n"
            self.zones[FAILOVER] = self.write("failover", HEAD + check + "".join(
                f"$POOL p{number} check=web ( {primary} )\n$POOL s{number} check=web ( {secondary} )\n"
                f"f{number} STEER failover p{number} s{number}\n"
                for number, (primary, secondary) in enumerate(zip(PRIMARIES, SECONDARIES))))
        places = ["--geoip", self.database] if self.database else []
        return Sextant.command(self) + places

    def reload(self, origin: str) -> None:
        self.process.send_signal(signal.SIGHUP)


class GdnsdPeer(Peer):
    name = "gdnsd"
    fails_over = True
    version_command = ["/usr/sbin/gdnsd", "version"]

    def serve(self) -> list[str]:
        plugins = self.plugins() if self.database else self.checks() if self.health_port else ""
        for origin, path in self.zones.items():
            os.makedirs(os.path.join(self.folder, "zones"), exist_ok=True)
            os.symlink(path, os.path.join(self.folder, "zones", origin.rstrip(".")))
        self.write("config", f"""
options => {{
  listen => 127.0.0.1
  dns_port => {self.port}
  run_dir => "{self.folder}/run"
  state_dir => "{self.folder}/state"
  udp_threads => 1
  tcp_threads => 1
  udp_rcvbuf => 1048576
}}
{plugins}
""")
        return ["/usr/sbin/gdnsd", "-c", self.folder, "start"]

    def plugins(self) -> str:
        """Writes the steered zones; what the configuration says of them."""
        self.zones[GEO] = self.write(
            "geo.zone", HEAD + "".join(f"g{number} DYNA geoip!g{number}\n" for number in range(STEERED)))
        self.zones[WEIGHTED] = self.write(
            "weighted.zone", HEAD + "".join(f"w{number} DYNA weighted!w{number}\n" for number in range(STEERED)))
        continents = ", ".join(f"{continent} => [{', '.join(sites)}]" for continent, sites in CONTINENTS.items())
        places = "\n".join(
            f"g{number} => {{ map => world, service_types => up, dcmap => {{ "
            + ", ".join(f"{site} => {network}.{number}" for site, network in SITES.items()) + " } }"
            for number in range(STEERED))
        weights = "\n".join(
            f"w{number} => {{ " + ", ".join(f"t{index} => [ {network}.{number}, {weight} ]"
                                            for index, (network, weight) in enumerate(WEIGHTS.items())) + " }"
            for number in range(STEERED))
        return f"""plugins => {{
  geoip => {{
    maps => {{ world => {{
      geoip2_db => "{self.database}", datacenters => [{', '.join(SITES)}],
      map => {{ {continents}, default => [{', '.join(ELSEWHERE)}] }} }} }}
    resources => {{
{places}
    }}
  }}
  weighted => {{ service_types => up
{weights}
  }}
}}"""

    def checks(self) -> str:
        """Writes the zone that is steered by health; what the configuration says of it."""
        self.zones[FAILOVER] = self.write(
            "failover.zone", HEAD + "".join(f"f{number} DYNA simplefo!f{number}\n" for number in range(len(PRIMARIES))))
        pairs = "\n".join(f"f{number} => {{ primary => {primary}, secondary => {secondary} }}"
                          for number, (primary, secondary) in enumerate(zip(PRIMARIES, SECONDARIES)))
        # A timeout has a second at least, and is below the interval.
        return f"""service_types => {{ web => {{
  plugin => http_status, port => {self.health_port}, interval => 2, timeout => 1,
  up_thresh => 1, ok_thresh => 1, down_thresh => 1 }} }}
plugins => {{ simplefo => {{ service_types => web
{pairs}
}} }}"""

    def reload_command(self, origin: str) -> list[str]:
        return ["gdnsdctl", "-c", self.folder, "reload-zones"]


class NSDPeer(Peer):
    name = "nsd"
    steers = False
    version_command = ["/usr/sbin/nsd", "-v"]

    def serve(self) -> list[str]:
        zones = "".join(f'zone:\n  name: "{origin}"\n  zonefile: "{path}"\n' for origin, path in self.zones.items())
        self.configuration = self.write("nsd.conf", f"""
server:
  server-count: 1
  ip-address: 127.0.0.1@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{self.folder}"
  database: ""
  pidfile: ""
  xfrdfile: ""
  zonelistfile: "{self.folder}/zone.list"
  xfrdir: "{self.folder}"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  minimal-responses: yes
  tcp-count: 1000
remote-control:
  control-enable: yes
  control-interface: "{self.folder}/control"
{zones}""")
        return ["/usr/sbin/nsd", "-d", "-c", self.configuration]

    def reload_command(self, origin: str) -> list[str]:
        return ["nsd-control", "-c", self.configuration, "reload", origin]


class KnotPeer(Peer):
    name = "knot"
    version_command = ["/usr/sbin/knotd", "--version"]

    def serve(self) -> list[str]:
        steered = self.modules() if self.database else ""
        modules = {GEO: "mod-geoip/geo", WEIGHTED: "mod-geoip/weighted"}
        zones = "".join(
            f'  - domain: "{origin}"\n    file: "{path}"\n'
            + (f"    module: {modules[origin]}\n" if origin in modules else "") for origin, path in self.zones.items())
        self.configuration = self.write("knot.conf", f"""
server:
  rundir: "{self.folder}"
  user: root:root
  listen: 127.0.0.1@{self.port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  edns-client-subnet: on
database:
  storage: "{self.folder}"
log:
  - target: stderr
    any: warning
{steered}
template:
  - id: default
    storage: "{self.folder}"
    semantic-checks: off
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
zone:
{zones}""")
        return ["/usr/sbin/knotd", "-c", self.configuration]

    def modules(self) -> str:
        """Writes the steered zones; what the configuration says of them."""
        geo = "".join(f"g{number}.{GEO}:\n" + "".join(
            f'  - geo: "{continent};*"\n    A: {SITES[sites[0]]}.{number}\n' for continent, sites in CONTINENTS.items())
            for number in range(STEERED))
        weighted = "".join(f"w{number}.{WEIGHTED}:\n" + "".join(
            f"  - weight: {weight}\n    A: {network}.{number}\n" for network, weight in WEIGHTS.items())
            for number in range(STEERED))
        self.zones[GEO] = self.zones[WEIGHTED] = self.write("steered.zone", HEAD)
        return f"""mod-geoip:
  - id: geo
    config-file: {self.write("geo.conf", geo)}
    ttl: 300
    mode: geodb
    geodb-file: {self.database}
    geodb-key: [ continent/code, country/iso_code ]
  - id: weighted
    config-file: {self.write("weighted.conf", weighted)}
    ttl: 300
    mode: weighted
"""

    def reload_command(self, origin: str) -> list[str]:
        return ["knotc", "-c", self.configuration, "zone-reload", origin]


class PowerDNSPeer(Peer):
    """The plain zones with the bind backend, the steered ones with the geoip backend."""

    name = "pdns"
    version_command = ["/usr/sbin/pdns_server", "--version"]

    def serve(self) -> list[str]:
        plain = "".join(f'zone "{origin.rstrip(".")}" {{ type master; file "{path}"; }};\n'
                        for origin, path in self.zones.items())
        steered = self.steered() if self.database else ""
        self.write("pdns.conf", f"""
launch=bind{",geoip" if self.database else ""}
bind-config={self.write("named.conf", plain)}
{steered}
local-address=127.0.0.1
local-port={self.port}
receiver-threads=1
distributor-threads=1
socket-dir={self.folder}
daemon=no
guardian=no
disable-syslog=yes
loglevel=3
""")
        return ["/usr/sbin/pdns_server", f"--config-dir={self.folder}"]

    def steered(self) -> str:
        """Writes the steered zones; what the configuration says of them."""
        domains = "domains:\n"
        for origin in (GEO, WEIGHTED):
            self.zones[origin] = ""
            name = origin.rstrip(".")
            domains += (f"- domain: {name}\n  ttl: 300\n  records:\n    {name}:\n"
                        f"      - soa: ns1.{name} hostmaster.{name} 1 7200 1800 1209600 300\n      - ns: ns1.{name}\n")
            if origin == GEO:
                domains += "".join(f"    g{number}-{continent.lower()}.{name}:\n      - a: {SITES[sites[0]]}.{number}\n"
                                   for continent, sites in CONTINENTS.items() for number in range(STEERED))
                domains += "  services:\n" + "".join(
                    f"    g{number}.{name}: g{number}-%cn.{name}\n" for number in range(STEERED))
            else:
                domains += "".join(f"    w{number}.{name}:\n" + "".join(
                    f"      - a: {{ content: {network}.{number}, weight: {weight} }}\n"
                    for network, weight in WEIGHTS.items()) for number in range(STEERED))
        return f"""geoip-database-files=mmdb:{self.database}
geoip-zones-file={self.write("steered.yaml", domains)}
edns-subnet-processing=yes
"""

    def reload_command(self, origin: str) -> list[str]:
        return ["pdns_control", f"--config-dir={self.folder}", "bind-reload-now", origin.rstrip(".")]


PEERS = {kind.name: kind for kind in (SextantPeer, GdnsdPeer, KnotPeer, NSDPeer, PowerDNSPeer)}

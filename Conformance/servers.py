"""The servers, each a child process on a loopback port of its own with its files in a temporary folder."""

import functools
import os
import signal
import socket
import subprocess
import time

import dns.message

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SEXTANT = os.environ.get("SEXTANT", os.path.join(REPOSITORY, ".build/release/sextant"))


class ServerError(Exception):
    """A server that does not start or does not answer."""


def free_port() -> int:
    """A port that is free for UDP and TCP on 127.0.0.1."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                try:
                    udp.bind(("127.0.0.1", port))
                except OSError:
                    continue
            return port


class Server:
    """A name server that serves `zones`, a dict of origin to path, from construction until `stop`."""

    name = ""
    address = "127.0.0.1"
    patience = 20  # seconds until it answers

    def __init__(self, folder: str, zones: dict[str, str]):
        self.folder = os.path.join(folder, self.name)
        os.makedirs(self.folder)
        self.zones = zones
        self.port = free_port()
        self.log = open(os.path.join(self.folder, "log"), "wb+")
        # A process group of its own, by which those that it starts are found.
        self.process = subprocess.Popen(
            self.command(), cwd=self.folder, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, process_group=0)

    def command(self) -> list[str]:
        """Writes the configuration; the command that serves with it."""
        raise NotImplementedError

    def wait(self) -> None:
        """Returns when every zone is answered for; raises with the log where one never is."""
        deadline = time.monotonic() + self.patience
        for origin in self.zones:
            query = dns.message.make_query(origin, "SOA")
            query.flags = 0
            wire = query.to_wire()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.settimeout(0.3)
                udp.connect((self.address, self.port))
                while True:
                    try:
                        udp.send(wire)
                        reply = udp.recv(4096)
                        if reply[:2] == wire[:2] and reply[3] & 15 == 0:
                            break
                    except OSError:
                        pass
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        raise ServerError(f"{self.name} does not serve {origin}:\n{self.log_text()}")
                    time.sleep(0.05)

    def log_text(self) -> str:
        """The end of what the server has written."""
        with open(self.log.name, "rb") as log:
            return log.read().decode("utf-8", "replace")[-4000:]

    def stop(self) -> int:
        """Ends the server; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        return self.process.returncode


class Sextant(Server):
    """`settings` is YAML that follows what every server here has in its settings file."""

    name = "sextant"
    settings = 'identity: "sextant of the tests"\n'

    def command(self) -> list[str]:
        folder = os.path.join(self.folder, "zones")
        os.makedirs(folder)
        for origin, path in self.zones.items():
            os.symlink(path, os.path.join(folder, "root.zone" if origin == "." else origin + "zone"))
        path = os.path.join(self.folder, "sextant.yaml")
        with open(path, "w") as file:
            file.write(f"""
listen: ["{self.address}:{self.port}"]
workers: 1
zones: {folder}
state: {os.path.join(self.folder, "state")}
{self.settings}""")
        return [SEXTANT, "serve", "--config", path]


class NSD(Server):
    name = "nsd"

    def command(self) -> list[str]:
        path = os.path.join(self.folder, "nsd.conf")
        with open(path, "w") as file:
            # Rate limiting would drop answers; a rotating order or an old cookie secret would not be repeatable.
            file.write(f"""
server:
  server-count: 1
  ip-address: 127.0.0.1@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{self.folder}"
  database: ""
  pidfile: ""
  xfrdfile: "{self.folder}/xfrd.state"
  zonelistfile: "{self.folder}/zone.list"
  xfrdir: "{self.folder}"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  round-robin: no
  minimal-responses: no
  refuse-any: no
  ipv4-edns-size: 1232
  nsid: "ascii_nsd"
  answer-cookie: yes
  cookie-secret: "000102030405060708090a0b0c0d0e0f"
  tcp-count: 200
remote-control:
  control-enable: no
""")
            for origin, zone in self.zones.items():
                file.write(f'zone:\n  name: "{origin}"\n  zonefile: "{zone}"\n')
        return ["/usr/sbin/nsd", "-d", "-c", path]


class Knot(Server):
    name = "knot"

    def command(self) -> list[str]:
        path = os.path.join(self.folder, "knot.conf")
        with open(path, "w") as file:
            file.write(f"""
server:
  rundir: "{self.folder}"
  listen: 127.0.0.1@{self.port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  udp-max-payload: 1232
  identity: "knot"
  nsid: "knot"
  tcp-remote-io-timeout: 0
database:
  storage: "{self.folder}"
log:
  - target: stderr
    any: warning
mod-cookies:
  - id: default
    secret: 0x000102030405060708090a0b0c0d0e0f
template:
  - id: default
    storage: "{self.folder}"
    global-module: mod-cookies/default
    semantic-checks: off
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
zone:
""")
            for origin, zone in self.zones.items():
                file.write(f'  - domain: "{origin}"\n    file: "{zone}"\n')
        return ["/usr/sbin/knotd", "-c", path]


class SextantWithPlaces(Sextant):
    """Sextant with a database of places."""

    patience = 120

    def __init__(self, folder: str, zones: dict[str, str], database: str):
        self.database = database
        super().__init__(folder, zones)

    def command(self) -> list[str]:
        return super().command() + ["--geoip", self.database]


class GDNSD(Server):
    """gdnsd with the geoip plugin."""

    name = "gdnsd"
    patience = 120

    def __init__(self, folder: str, zones: dict[str, str], plugin: str, down: list[str]):
        """`plugin` is what stands in the plugin's hash, `down` the keys of its admin_state."""
        self.plugin = plugin
        self.down = down
        super().__init__(folder, zones)

    def command(self) -> list[str]:
        for origin, path in self.zones.items():
            os.makedirs(os.path.join(self.folder, "zones"), exist_ok=True)
            os.symlink(path, os.path.join(self.folder, "zones", origin.rstrip(".")))
        os.makedirs(os.path.join(self.folder, "state"))
        with open(os.path.join(self.folder, "state", "admin_state"), "w") as file:
            file.writelines(f"{key} => DOWN\n" for key in self.down)
        with open(os.path.join(self.folder, "config"), "w") as file:
            file.write(f"""
options => {{
  listen => 127.0.0.1
  dns_port => {self.port}
  run_dir => "{self.folder}/run"
  state_dir => "{self.folder}/state"
  udp_threads => 1
  tcp_threads => 1
}}
plugins => {{ geoip => {{ {self.plugin} }} }}
""")
        return ["/usr/sbin/gdnsd", "-c", self.folder, "start"]


class Group:
    """Servers that run together: a context manager."""

    def __init__(self, folder: str, *kinds):
        """Each of `kinds` makes a server in the folder that it is handed."""
        os.makedirs(folder)
        self.servers = []
        try:
            for kind in kinds:
                self.servers.append(kind(folder))
            for server in self.servers:
                server.wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends all of them, by their process IDs."""
        for server in self.servers:
            server.stop()

    def __enter__(self) -> "Group":
        return self

    def __exit__(self, *_) -> None:
        self.stop()


class Trio(Group):
    """Sextant, NSD and Knot on the same zones."""

    def __init__(self, folder: str, zones: dict[str, str]):
        super().__init__(folder, *(functools.partial(kind, zones=zones) for kind in (Sextant, NSD, Knot)))
        self.sextant, self.nsd, self.knot = self.servers

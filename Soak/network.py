"""A network of this process's own: it cannot be seen from outside, and ends with it.

    clients' namespace (this process)                  server's namespace
      flood0  198.18.0.2  ──────── a link ────────  flood1  198.18.0.1
      other0  198.18.1.2  ──────── a link ────────  other1  198.18.1.1
                                                    lo      198.18.2.1, where the server listens
                                                    flooded, a bridge to nowhere: what is sent to the flooded
                                                    network is counted there, and costs nobody any time
"""

import ctypes
import json
import os
import subprocess

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
LINKS = {"flood": "198.18.0", "other": "198.18.1"}
SERVER_ADDRESS = "198.18.2.1"


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


class Network:
    """Moves this process to a network namespace, and makes a second one for the server."""

    def __init__(self, flooded: str, others: str):
        """`flooded` and `others` are networks that the server has a route to."""
        if os.geteuid() != 0:
            user, group = os.getuid(), os.getgid()
            _unshare(CLONE_NEWUSER)
            for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
                with open(f"/proc/self/{name}", "w") as file:
                    file.write(text)
        _unshare(CLONE_NEWNET)
        # The server's namespace lives as long as this process, which does nothing.
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            pass
        self._ip("link set lo up")
        self._ip("link set lo up", at_server=True)
        for link, prefix in LINKS.items():
            self._ip(f"link add {link}0 type veth peer name {link}1 netns {self.holder.pid}")
            for end, at_server in (0, False), (1, True):
                self._ip(f"address add {prefix}.{2 - end}/24 dev {link}{end}", at_server)
                self._ip(f"link set {link}{end} up", at_server)
        self._ip(f"address add {SERVER_ADDRESS}/32 dev lo", at_server=True)
        self._ip("link add flooded type bridge", at_server=True)
        self._ip("address add 198.18.3.1/24 dev flooded", at_server=True)
        self._ip("link set flooded up addrgenmode none", at_server=True)
        self._ip("neighbour add 198.18.3.2 lladdr 02:00:00:00:00:02 dev flooded nud permanent", at_server=True)
        self._ip(f"route add {flooded} via 198.18.3.2", at_server=True)
        self._ip(f"route add {others} via {LINKS['other']}.2", at_server=True)
        # Who binds to a link takes it; all others take the first.
        for metric, link in enumerate(("other", "flood")):
            self._ip(f"route add {SERVER_ADDRESS} via {LINKS[link]}.1 metric {metric + 1}")

    def end(self) -> None:
        """Ends the server's namespace."""
        self.holder.terminate()
        self.holder.wait()

    def add(self, address: str) -> None:
        """Gives the clients an address more."""
        self._ip(f"address add {address}/32 dev other0")

    def command(self, command: list[str]) -> list[str]:
        """A command that runs a command at the server."""
        return ["nsenter", "--target", str(self.holder.pid), "--net", *command]

    def sent(self) -> tuple[int, int]:
        """How many packets have been sent to the flooded network, and the octets of DNS in them."""
        output = subprocess.run(
            self.command(["ip", "-statistics", "-json", "link", "show", "flooded"]), capture_output=True, text=True,
            check=True)
        seen = json.loads(output.stdout)[0]["stats64"]["tx"]
        # Ethernet, IPv4, UDP.
        return seen["packets"], seen["bytes"] - seen["packets"] * (14 + 20 + 8)

    def overflows(self) -> int:
        """How many datagrams the server's sockets had no room for."""
        with open(f"/proc/{self.holder.pid}/net/snmp") as file:
            names, values = (line.split() for line in file if line.startswith("Udp:"))
        return int(values[names.index("RcvbufErrors")])

    def _ip(self, arguments: str, at_server: bool = False) -> None:
        command = ["ip", *arguments.split()]
        subprocess.run(self.command(command) if at_server else command, check=True)

"""Zones that are large, or many. Their serials have ten digits, so that a new one takes the old one's place."""

import os

FIRST_SERIAL = 2_000_000_000
HEAD = "$TTL 300\n@ SOA ns1 hostmaster {serial} 7200 1800 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n"


class Zones:
    """Files, and what has to be answered when all of them are served."""

    def __init__(self, paths: dict[str, str], question: tuple[str, str], names: list[str]):
        """`paths` is a dict of origin to file, `question` the last name and its address, `names` a sample to ask for."""
        self.paths = paths
        self.question = question
        self.names = names
        self.serial = FIRST_SERIAL
        self.origin, self.path = list(paths.items())[-1]

    def renew(self) -> int:
        """Gives the last of the zones a new serial; that."""
        self.serial += 1
        with open(self.path, "r+b") as file:
            start = file.read(200)
            file.seek(start.index(str(self.serial - 1).encode()))
            file.write(str(self.serial).encode())
        return self.serial


def address(number: int) -> str:
    """The address of a host."""
    return f"198.{51 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def one(folder: str, hosts: int) -> Zones:
    """A zone of so many names, each with an A and an AAAA record, and three records more."""
    path = os.path.join(folder, "large.example")
    with open(path, "w") as file:
        file.write(HEAD.format(serial=FIRST_SERIAL))
        for number in range(hosts):
            file.write(f"host-{number:07} A {address(number)}\n"
                       f"host-{number:07} AAAA 2001:db8:{number >> 16:x}::{number & 65535:x}\n")
    names = [f"host-{number:07}.large.example." for number in range(0, hosts, max(1, hosts // 50_000))]
    return Zones({"large.example.": path}, (f"host-{hosts - 1:07}.large.example.", address(hosts - 1)), names)


def many(folder: str, zones: int) -> Zones:
    """So many zones of four records."""
    paths = {}
    os.makedirs(os.path.join(folder, "many"))
    for number in range(zones):
        path = os.path.join(folder, "many", f"{number}")
        with open(path, "w") as file:
            file.write(HEAD.format(serial=FIRST_SERIAL) + f"www A {address(number)}\n")
        paths[f"zone-{number:07}.example."] = path
    return Zones(paths, (f"www.zone-{zones - 1:07}.example.", address(zones - 1)), [f"www.{origin}" for origin in paths])

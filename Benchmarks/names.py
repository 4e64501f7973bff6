"""What is served.

    example.com         10,000 names with an address, a wildcard, 100 delegations with glue, 20 names with large texts
    geo.example         100 names, each with an address at three sites, by the continent of the client
    weighted.example    100 names, each with four addresses of which one is drawn by weight
    failover.example    20 names, each with a primary and a secondary address whose health is checked
"""

import os

NAMES, STEERED, DELEGATIONS, LARGE = 10_000, 100, 100, 20
STATIC, GEO, WEIGHTED, FAILOVER = "example.com.", "geo.example.", "weighted.example.", "failover.example."
SITES = {"us": "203.0.113", "eu": "198.18.0", "ap": "198.19.0"}
# The sites for the clients of a continent, the one to try first at the front.
CONTINENTS = {
    "NA": ("us", "eu", "ap"), "SA": ("us", "eu", "ap"), "EU": ("eu", "us", "ap"), "AF": ("eu", "us", "ap"),
    "AS": ("ap", "us", "eu"), "OC": ("ap", "us", "eu")}
ELSEWHERE = ("us", "eu", "ap")
WEIGHTS = {"192.0.2": 60, "198.51.100": 25, "203.0.113": 10, "198.18.0": 5}
# The targets of the names of failover.example.
PRIMARIES = [f"127.1.0.{number}" for number in range(1, 21)]
SECONDARIES = [f"127.2.0.{number}" for number in range(1, 21)]
HEAD = """$TTL 300
@ SOA ns1 hostmaster 1 7200 1800 1209600 300
@ NS ns1
@ NS ns2
ns1 A 192.0.2.53
ns2 A 192.0.2.54
"""


def address(number: int) -> str:
    """The address of the static name of this number."""
    return f"198.51.{number // 256}.{number % 256}"


def static_zone() -> str:
    """A master file without an $ORIGIN, as all here."""
    # 60 texts of 250 octets are 15.7 kB.
    text = "x" * 250
    return HEAD + "".join([
        *(f"h{number} A {address(number)}\n" for number in range(NAMES)),
        "*.wild A 192.0.2.1\n",
        *(f"d{number} NS ns1.d{number}\nd{number} NS ns2.d{number}\n"
          f"ns1.d{number} A 192.0.2.{number}\nns2.d{number} A 198.51.100.{number}\n" for number in range(DELEGATIONS)),
        *(f'large{number} TXT "{line:03}{text}"\n' for number in range(LARGE) for line in range(60))])


def write(folder: str, name: str, text: str) -> str:
    """Writes a file and the folders above it; its path."""
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path

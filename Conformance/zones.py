"""The zones: real ones from the shared data, a laboratory in which every situation is met, and random ones."""

import json
import os
import random
import re

import dns.name
import dns.node
import dns.rdatatype
import dns.zone

from servers import REPOSITORY

DATA = os.environ.get("SEXTANT_TEST_DATA", os.path.join(REPOSITORY, "../shared/data"))

SOA = "3600 SOA ns1.{0} hostmaster.{0} 1 7200 1800 1209600 300"


class ZoneSet:
    """Zones that are served together: a dict of origin to text."""

    def __init__(self, name: str, texts: dict[str, str]):
        self.name = name
        self.texts = texts

    def write(self, folder: str) -> dict[str, str]:
        """Writes the master files; a dict of origin to path."""
        os.makedirs(folder)
        paths = {}
        for origin, text in self.texts.items():
            paths[origin] = os.path.join(folder, "root.zone" if origin == "." else origin + "zone")
            with open(paths[origin], "w") as file:
                file.write(f"$ORIGIN {origin}\n{text}")
        return paths

    def parsed(self) -> dict[str, dns.zone.Zone]:
        """The zones as dnspython reads them, names absolute."""
        return {
            origin: dns.zone.from_text(
                f"$ORIGIN {origin}\n{text}", origin, relativize=False, check_origin=False)
            for origin, text in self.texts.items()}


def real_sets() -> list[ZoneSet]:
    """The zones of the shared data; those that lie in one another in sets of their own, because each was
    written to be served alone and NSD refuses some of them beside others."""
    if not os.path.isdir(DATA):
        print(f"{DATA} is not there (SEXTANT_TEST_DATA): the real zones are left out")
        return []

    def read(path: str) -> str:
        with open(os.path.join(DATA, path)) as file:
            return file.read()

    sets: list[dict[str, str]] = []

    def place(origin: str, text: str) -> None:
        for texts in sets:
            if not any(f".{origin}".endswith(f".{other}") or f".{other}".endswith(f".{origin}") for other in texts):
                texts[origin] = text
                return
        sets.append({origin: text})

    with open(os.path.join(DATA, "ferret/tests.json")) as file:
        cases = {case["zone"]: case["origin"] for case in json.load(file)}
    for path, origin in sorted(cases.items()):
        place(origin, read(f"ferret/{path}"))
    result = [ZoneSet(f"ferret {index}", texts) for index, texts in enumerate(sets)]
    rfc = {
        "rfc-zones/rfc1034-6-1-root.zone": ("rfc 1034", "."),
        "rfc-zones/rfc1034-6-1-edu.zone": ("rfc 1034", "edu."),
        "rfc-zones/nsd-example.txt": ("nsd-example", "example.com."),
        "rfc-zones/big.example.com.txt": ("big", "example.com."),
        "rfc-zones/rfc4035-appendix-A.zone": ("rfc 4035", "example."),
        "rfc-zones/rfc5155-appendix-A.zone": ("rfc 5155", "example."),
    }
    named: dict[str, dict[str, str]] = {}
    for path, (name, origin) in rfc.items():
        named.setdefault(name, {})[origin] = read(path)
    return result + [ZoneSet(name, texts) for name, texts in named.items()]


TYPES = r"""
types   A 192.0.2.1
types   AAAA 2001:db8::1
types   MX 10 mail
types   TXT "a text" "with \"quotes\" and \000\255 octets"
types   HINFO "PDP-11" "RSX"
types   RP mbox.lab.test. txt.lab.test.
types   AFSDB 1 afs
types   RT 2 relay
types   KX 10 kx
types   LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
types   SRV 1 2 5060 sip
types   NAPTR 100 50 "s" "http+N2L" "" www.example.com.
types   CERT 1 12179 3 dGVzdA==
types   APL 1:192.0.2.0/24 !2:2001:db8::/32
types   SSHFP 2 1 123456789abcdef67890123456789abcdef67890
types   TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
types   SMIMEA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
types   DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
types   OPENPGPKEY AQMFCQ==
types   SPF "v=spf1 -all"
types   NID 10 0014:4fff:ff20:ee64
types   L32 10 10.1.2.0
types   L64 10 2001:0db8:1140:1000
types   LP 10 l64-subnet
types   EUI48 00-00-5e-00-53-2a
types   EUI64 00-00-5e-ef-10-00-00-2a
types   URI 10 1 "ftp://ftp.example.com/public"
types   CAA 0 issue "ca.example.net"
types   SVCB 1 svc alpn=h2,h3 port=8443 ipv4hint=192.0.2.1
types   HTTPS 1 . alpn=h3
types   CDS 12345 8 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
types   CDNSKEY 257 3 13 dGVzdA==
types   CSYNC 1 3 A NS AAAA
types   TYPE65280 \# 3 010203
types   TYPE731 \# 0
ptr     PTR types
mail    A 192.0.2.25
mail    AAAA 2001:db8::25
sip     A 192.0.2.60
svc     A 192.0.2.61
svc     AAAA 2001:db8::61
afs     A 192.0.2.62
kx      A 192.0.2.63
"""

SITUATIONS = r"""
@            NS ns1
@            NS ns2.other.test.
@            NS ns.gone.test.
@            MX 10 mail
@            A 192.0.2.99
@            TXT "the apex"
ns1          A 192.0.2.53
ns1          AAAA 2001:db8::53
; delegations and their glue
in           NS ns.in
ns.in        A 192.0.2.70
ns.in        AAAA 2001:db8::70
sibling      NS ns.in
sibling      NS ns1
outside      NS ns.example.net.
outside      NS ns.elsewhere.test.
mixed        NS ns.mixed
mixed        NS ns.in
mixed        NS ns.example.net.
ns.mixed     A 192.0.2.71
noglue       NS ns.noglue
secure       NS ns.secure
secure       DS 12345 8 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ns.secure    A 192.0.2.72
atcut        NS atcut
atcut        A 192.0.2.73
deep.a.b     NS ns.deep.a.b
ns.deep.a.b  A 192.0.2.74
; names below a cut are not this zone's
occluded.in  TXT "occluded"
x.y.in       A 192.0.2.75
cut.in       NS ns.cut.in
ns.cut.in    A 192.0.2.76
*.in         A 192.0.2.77
mx.in        MX 10 ns.in
mxtocut      MX 10 ns.in
srvtocut     SRV 0 0 1 x.y.in
underwild.w  NS ns.underwild.w
ns.underwild.w A 192.0.2.78
; wildcards
*.w          A 192.0.2.10
*.w          MX 10 mail
*.w          TXT "a wildcard"
here.w       AAAA 2001:db8::11
sub.*.w      TXT "an asterisk inside"
*.*.w2       TXT "two asterisks"
ent.below.w  A 192.0.2.12
*.c          CNAME types
*.loopwild   CNAME x.loopwild
*.cc         CNAME y.c
*.cgone      CNAME nothing
*.cout       CNAME www.example.org.
*.ent.e      A 192.0.2.13
a.*.inner    A 192.0.2.14
*.srv        SRV 0 0 80 mail
*x.plain     A 192.0.2.15
x*.plain     A 192.0.2.16
** .plain2   TXT "no wildcard"
; aliases
cname        CNAME types
chain1       CNAME chain2
chain2       CNAME chain3
chain3       CNAME mail
loop1        CNAME loop2
loop2        CNAME loop3
loop3        CNAME loop1
self         CNAME self
togone       CNAME nothing
toent        CNAME b
tocut        CNAME www.in
tocutitself  CNAME in
toout        CNAME www.example.org.
toother      CNAME www.other.test.
toothergone  CNAME nothing.other.test.
toothercut   CNAME www.cut.other.test.
toothercname CNAME back.other.test.
tochild      CNAME www.child
towild       CNAME any.w
todname      CNAME x.dn
toapex       CNAME @
; DNAME
dn           DNAME tree
dn           TXT "beside a DNAME"
x.tree       A 192.0.2.20
y.tree       CNAME mail
*.tree2      A 192.0.2.21
dn2          DNAME dn
dnout        DNAME example.org.
dnother      DNAME other.test.
dnchild      DNAME child
dncut        DNAME in
dnself       DNAME x.dnself
dnw          DNAME w
dngone       DNAME nothing
dnroot       DNAME .
ddn1         DNAME ddn2
ddn2         DNAME ddn1
; many kinds of target with addresses
manymx       MX 10 mail
manymx       MX 20 ns1
manymx       MX 30 nothing
manymx       MX 40 cname
manymx       MX 50 any.w
manymx       MX 60 www.other.test.
nullmx       MX 0 .
manysrv      SRV 1 1 1 mail
manysrv      SRV 1 1 2 ns.in
nosrv        SRV 0 0 0 .
alias.svc2   HTTPS 0 svc
naptr        NAPTR 1 1 "a" "" "" mail
Case.MiXeD   TXT "capitals"
; TTLs
zero         0 A 192.0.2.30
longttl      2147483647 A 192.0.2.31
ttls         30 A 192.0.2.32
ttls         60 TXT "another TTL"
; odd octets
\000         TXT "NUL"
a\.b         TXT "a dot in a label"
\032space\009tab TXT "white"
\127\128\255 TXT "octets"
\"q\;\(\)\\\@\$ TXT "escapes"
under_score  A 192.0.2.33
xn--bcher-kva A 192.0.2.34
"""


def _laboratory() -> str:
    lines = ["@ " + SOA.format("lab.test."), SITUATIONS.replace("** .plain2", "**.plain2"), TYPES]
    # 255 octets: the origin has 10, so 245 are left for whole labels.
    long = ".".join(["l" * 60] * 4)
    lines.append(f"{long} A 192.0.2.40")
    lines.append("dnlong DNAME " + ".".join(["d" * 62] * 3) + ".lab.test.")
    lines.append(".".join(["m"] * 122) + " A 192.0.2.41")
    lines.append(".".join(["w"] * 60 + ["*"] + ["w"] * 60) + " A 192.0.2.42")
    lines += [f"a40 A 192.0.2.{number}" for number in range(1, 41)]
    lines += [f"a28 A 192.0.2.{number}" for number in range(1, 29)]
    lines += [f"a29 A 192.0.2.{number}" for number in range(1, 30)]
    lines += [f"aaaa30 AAAA 2001:db8::{number:x}" for number in range(1, 31)]
    lines += [f'text200 TXT "{number:03}{"t" * 240}"' for number in range(1, 200)]
    lines += [f'text4 TXT "{number:03}{"t" * 240}"' for number in range(1, 5)]
    lines += [f"mx60 MX {number} host{number}" for number in range(1, 61)]
    lines += [f"host{number} A 192.0.2.{number}" for number in range(1, 61)]
    lines += [f"host{number} AAAA 2001:db8::{number:x}" for number in range(1, 61)]
    lines += [f"biglist NS ns{number}.biglist" for number in range(1, 14)]
    lines += [f"ns{number}.biglist A 192.0.2.{number}" for number in range(1, 14)]
    lines += [f"ns{number}.biglist AAAA 2001:db8::{number:x}" for number in range(1, 14)]
    lines += [f"hugelist NS ns{number}.hugelist" for number in range(1, 40)]
    lines += [f"ns{number}.hugelist A 192.0.2.{number}" for number in range(1, 40)]
    lines += [f"long{number} CNAME long{number + 1}" for number in range(1, 25)]
    lines.append("long25 A 192.0.2.43")
    lines += ["child NS ns.child", "ns.child A 192.0.2.80",
              "child DS 1 8 2 " + "0123456789abcdef" * 4]
    return "\n".join(lines) + "\n"


CHILD = f"""
@          {SOA.format("child.lab.test.")}
@          NS ns
ns         A 192.0.2.81
www        A 192.0.2.82
up         CNAME mail.lab.test.
*.w        TXT "the child's"
grand      NS ns.grand
ns.grand   A 192.0.2.83
grand.x    NS ns.example.net.
"""

OTHER = f"""
@          {SOA.format("other.test.")}
@          NS ns2
ns2        A 192.0.2.90
www        A 192.0.2.91
back       CNAME mail.lab.test.
cut        NS ns.cut
ns.cut     A 192.0.2.92
x          A 192.0.2.93
"""

ROOT = """
@          86400 SOA ns.root. host.root. 1 7200 1800 1209600 300
@          NS ns.root.
ns.root.   A 192.0.2.1
test.      NS ns.test.
ns.test.   A 192.0.2.2
com.       NS ns.com.
com.       NS ns.net.
com.       DS 1 8 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ns.com.    A 192.0.2.3
net.       NS ns.net.
ns.net.    A 192.0.2.4
*.wild.    A 192.0.2.5
arpa.      DNAME wild.
one.       CNAME x.wild.
"""

TEST = f"""
@          {SOA.format("test.")}
@          NS ns
ns         A 192.0.2.2
a          CNAME www.com.
b          CNAME x.wild.
c.b        TXT "text"
"""

SIGNED = f"""
@          {SOA.format("signed.test.")}
@          NS ns
ns         A 192.0.2.1
*.w        A 192.0.2.2
a.b        TXT "text"
cn         CNAME ns
dn         DNAME w
cut        NS ns.cut
cut        DS 1 8 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ns.cut     A 192.0.2.3
open       NS ns.cut
"""


def signed(origin: str, text: str) -> str:
    """`text` with NSEC and RRSIG records of the right form; the signatures themselves are made up."""
    zone = dns.zone.from_text(f"$ORIGIN {origin}\n$TTL 3600\n{text}", origin, relativize=False)
    names = sorted(zone.nodes)
    cuts = [name for name in names if name != zone.origin and zone.get_rdataset(name, "NS")]
    own = [name for name in names if not any(name != cut and name.is_subdomain(cut) for cut in cuts)]
    lines = [f"$TTL 3600\n{text}", "@ DNSKEY 257 3 13 dGVzdA=="]

    def sign(name, type):
        labels = len(name.labels) - 1 - (name.labels[0] == b"*")
        lines.append(f"{name} RRSIG {type} 13 {labels} 3600 20300101000000 20200101000000 1 {origin} dGVzdA==")

    for index, name in enumerate(own):
        types = {dns.rdatatype.to_text(rdataset.rdtype) for rdataset in zone[name]}
        if name == zone.origin:
            types.add("DNSKEY")
        lines.append(
            f"{name} 300 NSEC {own[(index + 1) % len(own)]} {' '.join(sorted(types | {'NSEC', 'RRSIG'}))}")
        for type in types & {"DS"} if name in cuts else types:
            sign(name, type)
        sign(name, "NSEC")
    return "\n".join(lines) + "\n"


def laboratory() -> list[ZoneSet]:
    """Every situation, written down."""
    return [
        ZoneSet("laboratory", {
            "lab.test.": "$TTL 3600\n" + _laboratory(), "child.lab.test.": "$TTL 3600\n" + CHILD,
            "other.test.": "$TTL 3600\n" + OTHER}),
        ZoneSet("root", {".": "$TTL 3600\n" + ROOT, "test.": "$TTL 3600\n" + TEST}),
        ZoneSet("signed", {"signed.test.": signed("signed.test.", SIGNED)}),
    ]


LABELS = ["a", "b", "c", "*", "A", "x-y"]


def random_set(seed: int) -> ZoneSet:
    """Three random zones, one nested in another, over few labels, so that their names meet."""
    generator = random.Random(seed)
    origins = ["a.test.", f"{generator.choice('abc')}.a.test.", "b.test."]
    zones = {origin: _random_records(generator, origin) for origin in origins}
    # No data below a DNAME (RFC 6672 §2.4), nor below one of another zone: NSD keeps one tree for all.
    dnames = {owner for records in zones.values() for owner, types in records.items() if "DNAME" in types}
    dnames -= {owner for owner in dnames if any(origin.endswith(owner) for origin in origins)}
    texts = {}
    for origin, records in zones.items():
        lines = [f"$TTL 300\n@ {SOA.format(origin)}", "@ NS ns.example.net.", f"@ NS ns.{origin}", "ns A 192.0.2.53"]
        for owner, types in records.items():
            if any(owner.endswith("." + above) for above in dnames):
                continue
            for type, values in types.items():
                if type != "DNAME" or owner in dnames:
                    lines += [f"{owner} {type} {value}" for value in sorted(values)]
        texts[origin] = "\n".join(lines) + "\n"
    return ZoneSet(f"random {seed}", texts)


def _random_records(generator: random.Random, origin: str) -> dict[str, dict[str, set[str]]]:
    def name(depth: int) -> str:
        return ".".join(generator.choice(LABELS) for _ in range(generator.randint(1, depth))) + "." + origin

    def target() -> str:
        kind = generator.random()
        if kind < 0.75:
            return name(3)
        return generator.choice(["a.test.", "b.test.", "a.b.test.", "c.a.a.test.", "www.example.net.", origin])

    records: dict[str, dict[str, set[str]]] = {}
    for _ in range(generator.randint(6, 24)):
        owner = name(3).lower()
        own = records.setdefault(owner, {})
        type = generator.choice(
            ["A", "A", "AAAA", "TXT", "MX", "NS", "NS", "CNAME", "CNAME", "DNAME", "SRV", "PTR", "TYPE65280"])
        # RFC 2181 §10.1, RFC 6672 §2.3, RFC 4592 §4.2: what no server has to take.
        if "CNAME" in own or type == "CNAME" and own or type == "DNAME" and ("DNAME" in own or "NS" in own):
            continue
        if type == "NS" and ("DNAME" in own or "*" in owner.split(".")) or type == "DNAME" and owner[0] == "*":
            continue
        value = {
            "A": lambda: f"192.0.2.{generator.randint(1, 9)}",
            "AAAA": lambda: f"2001:db8::{generator.randint(1, 9)}",
            "TXT": lambda: f'"{generator.randint(1, 9)}"',
            "MX": lambda: f"{generator.randint(1, 9)} {target()}",
            "SRV": lambda: f"1 1 {generator.randint(1, 9)} {target()}",
            "TYPE65280": lambda: f"\\# 1 0{generator.randint(1, 9)}",
        }.get(type, target)()
        own.setdefault(type, set()).add(value)
    return records


NUMBERED = re.compile(rb"(?:host|ns)[1-9][0-9]+$")


def set_names(texts: ZoneSet) -> set[dns.name.Name]:
    """Every owner and every name in RDATA; of numbered ones only the first nine."""
    names = set()
    for zone in texts.parsed().values():
        for name, node in zone.nodes.items():
            names.add(name)
            for rdataset in node:
                for rdata in rdataset:
                    for slot in ("target", "exchange", "mname"):
                        if hasattr(rdata, slot):
                            value = getattr(rdata, slot)
                            if isinstance(value, dns.name.Name):
                                names.add(value)
    return {name for name in names if not NUMBERED.match(name.labels[0])}

"""Protocol tests: messages that the differential test does not ask, and TCP as a stream."""

import re
import socket
import struct
import subprocess
import time

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype

from servers import Server, Trio
from zones import ZoneSet, laboratory

NAME = "www.child.lab.test."
TESTS = []


class Failed(Exception):
    """What was seen instead."""


def test(source: str):
    """Registers a test; `source` is the text that decides."""

    def register(function):
        TESTS.append((function.__name__.replace("_", " "), source, function))
        return function

    return register


def expect(condition: bool, text: object) -> None:
    """Fails with what was seen where the condition does not hold."""
    if not condition:
        raise Failed(str(text))


def udp(server: Server, wire: bytes, wait: float = 2) -> bytes | None:
    """Sends octets; the reply, None where none comes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait)
        sock.connect(("127.0.0.1", server.port))
        sock.send(wire)
        try:
            return sock.recv(65535)
        except TimeoutError:
            return None


def header(id=0x4242, flags=0, counts=(1, 0, 0, 0)) -> bytes:
    """A header."""
    return struct.pack("!6H", id, flags, *counts)


def question(name: str = NAME, type: int = 1, record_class: int = 1) -> bytes:
    """A question section of one question."""
    return dns.name.from_text(name).to_wire() + struct.pack("!2H", type, record_class)


def opt(options: bytes = b"", size=1232, version=0, flags=0, owner=b"\0") -> bytes:
    """An OPT record."""
    return owner + struct.pack("!HHBBHH", 41, size, 0, version, flags, len(options)) + options


# An A record.
RECORD = b"\1x\0" + struct.pack("!HHIH", 1, 1, 0, 4) + bytes(4)


def option(code: int, data: bytes) -> bytes:
    """An EDNS option."""
    return struct.pack("!HH", code, len(data)) + data


def with_option(code: int, data: bytes, **fields) -> bytes:
    """A query for NAME with an EDNS option."""
    return header(counts=(1, 0, 0, 1)) + question() + opt(option(code, data), **fields)


def ask(server: Server, wire: bytes) -> dns.message.Message:
    """A reply over UDP, strictly decoded."""
    reply = udp(server, wire)
    expect(reply is not None, "no reply")
    return dns.message.from_wire(reply)


def rcode(server: Server, wire: bytes) -> str:
    """The response code of a reply from its octets (replies without a question included), "-" for none."""
    reply = udp(server, wire, 0.5)
    if reply is None:
        return "-"
    message = dns.message.from_wire(reply)
    return dns.rcode.to_text(message.rcode())


def expect_code(trio: Trio, wire: bytes, *codes: str) -> None:
    """Sextant's code is one of these; what NSD and Knot do stands in a failure."""
    ours = rcode(trio.sextant, wire)
    if ours not in codes:
        raise Failed(f"{ours}, not {' or '.join(codes)}; NSD {rcode(trio.nsd, wire)}, Knot {rcode(trio.knot, wire)}")


def expect_same_code(trio: Trio, wire: bytes) -> None:
    """Sextant and NSD answer with the same RCODE, without its EDNS bits."""
    ours, other = udp(trio.sextant, wire), udp(trio.nsd, wire)
    expect(ours and other and (ours[3] ^ other[3]) & 15 == 0, f"{ours and ours.hex()}, NSD {other and other.hex()}")


@test("RFC 8906 §8.1.1, §8.1.2")
def plain_dns(trio):
    for type in (1, 6, 666):
        message = ask(trio.sextant, header() + question(type=type))
        expect(message.rcode() == 0 and message.flags & dns.flags.AA and message.edns < 0, message)


@test("RFC 8906 §8.1.3: header bits")
def header_bits(trio):
    for bit in (0x0040, 0x0020, 0x0010, 0x0080, 0x0400, 0x0200):
        message = ask(trio.sextant, header(flags=bit) + question())
        expect(message.rcode() == 0 and message.answer and message.flags == 0x8400, hex(message.flags))
    expect(ask(trio.sextant, header(flags=0x0100) + question()).flags == 0x8500, "RD is copied, RA clear")


@test("RFC 8906 §8.1.4: opcodes; RFC 1996 §3.12, RFC 2136 §2.2, RFC 8490 §5.1")
def opcodes(trio):
    for opcode in range(1, 16):
        for wire in (
                header(flags=opcode << 11 | 0x0400) + question("lab.test.", 6),
                header(flags=opcode << 11, counts=(0, 0, 0, 0))):
            reply = udp(trio.sextant, wire)
            # No section is repeated (RFC 2136 §3.8), AA is clear.
            expected = struct.pack("!6H", 0x4242, 0x8000 | opcode << 11 | 4, 0, 0, 0, 0)
            expect(reply == expected, f"opcode {opcode}: {reply and reply.hex()}")
            # NSD and Knot implement NOTIFY, and Knot UPDATE.
            if opcode not in (4, 5):
                expect_same_code(trio, wire)


@test("RFC 6891 §6.1.1: NOTIFY and UPDATE get an OPT where they have one")
def other_opcodes_with_edns(trio):
    for opcode in (4, 5):
        for wire in (
                header(flags=opcode << 11, counts=(1, 0, 0, 1)) + question("lab.test.", 6) + opt(),
                header(flags=opcode << 11, counts=(1, 1, 1, 1)) + question("lab.test.", 6) + RECORD * 2 + opt()):
            expect(udp(trio.sextant, wire) == header(
                flags=0x8000 | opcode << 11 | 4, counts=(0, 0, 0, 1)) + opt(), f"opcode {opcode}")


# What RFC 8906 asks with `dig` beside the server and the zone, and what has to stand, or not stand, in its output.
RFC_8906 = [
    ("§8.1.1", "+noedns +noad +norec soa", "NOERROR aa SOA"),
    ("§8.1.2", "+noedns +noad +norec type1000", "NOERROR aa -ANSWER"),
    ("§8.1.3.1", "+noedns +noad +norec +cd soa", "NOERROR aa SOA"),
    ("§8.1.3.2", "+noedns +norec +ad soa", "NOERROR aa SOA"),
    ("§8.1.3.3", "+noedns +noad +norec +zflag soa", "NOERROR aa SOA -MBZ"),
    ("§8.1.3 (RD)", "+noedns +noad +rec soa", "NOERROR aa rd -ra SOA"),
    ("§8.1.4", "+noedns +noad +opcode=15 +norec +header-only", "NOTIMP -aa -SOA"),
    ("§8.1.5", "+noedns +noad +norec +tcp soa", "NOERROR aa SOA"),
    ("§8.2.1", "+nocookie +edns=0 +noad +norec soa", "NOERROR aa SOA OPT"),
    ("§8.2.2", "+nocookie +edns=1 +noednsneg +noad +norec soa", "BADVERS -aa -SOA OPT"),
    ("§8.2.3", "+nocookie +edns=0 +noad +norec +ednsopt=100 soa", "NOERROR aa SOA OPT -OPT=100"),
    ("§8.2.4", "+nocookie +edns=0 +noad +norec +ednsflags=0x40 soa", "NOERROR aa SOA OPT -MBZ"),
    ("§8.2.5", "+nocookie +edns=1 +noednsneg +noad +norec +ednsflags=0x40 soa", "BADVERS -aa -SOA OPT -MBZ"),
    ("§8.2.6", "+nocookie +edns=1 +noednsneg +noad +norec +ednsopt=100 soa", "BADVERS -aa -SOA OPT -OPT=100"),
    ("§8.2.7", "+norec +dnssec +bufsize=512 +ignore dnskey", "NOERROR OPT"),
    ("§8.2.8", "+nocookie +edns=0 +noad +norec +dnssec soa", "NOERROR aa do SOA OPT"),
    ("§8.2.9", "+nocookie +edns=1 +noednsneg +noad +norec +dnssec soa", "BADVERS -aa do -SOA OPT"),
    ("§8.2.10", "+edns=0 +noad +norec +cookie +nsid +expire +subnet=0.0.0.0/0 soa", "NOERROR aa SOA OPT"),
    # What §3.2.7 adds: EDNS over TCP as over UDP.
    ("§3.2.7", "+nocookie +edns=0 +noad +norec +tcp soa", "NOERROR aa SOA OPT"),
    ("§3.2.7", "+nocookie +edns=1 +noednsneg +noad +norec +tcp soa", "BADVERS -aa -SOA OPT"),
]


@test("RFC 8906 §3, §8: each of its tests")
def rfc_8906(trio):
    def seen(server: Server, options: str) -> set[str]:
        zone = [] if "+header-only" in options else ["lab.test."]
        text = subprocess.run(
            ["dig", "@127.0.0.1", "-p", str(server.port), "+tries=1", "+time=3", *options.split(), *zone],
            capture_output=True, text=True, timeout=20).stdout
        found = set(re.findall(r"status: (\w+)", text))
        found |= set(" ".join(re.findall(r";; flags:([^;]*);|flags:([^;]*); udp", text, re.M)[0]).split())
        found |= set(" ".join(re.findall(r"; EDNS: version: 0, flags:([^;]*);", text)).split())
        found |= {word for word, mark in (
            ("OPT", "; EDNS: version: 0,"), ("ANSWER", ";; ANSWER SECTION:"), ("MBZ", "MBZ"), ("OPT=100", "OPT=100"),
        ) if mark in text}
        return found | ({"SOA"} if re.search(r"\tIN\tSOA\t", text.split(";; AUTHORITY")[0]) else set())

    for section, options, expected in RFC_8906:
        ours = seen(trio.sextant, options)
        for word in expected.split():
            expect((word[1:] not in ours) if word[0] == "-" else (word in ours),
                   f"{section} {options}: {word} in {ours}; NSD {seen(trio.nsd, options)}")


@test("RFC 8906 §8.1.5; RFC 7766 §5")
def tcp_queries(trio):
    with stream(trio.sextant) as tcp:
        tcp.send(header() + question())
        expect(tcp.message().answer, "no answer")


@test("RFC 6891 §6.1.3; RFC 8906 §8.2.2, §8.2.8")
def edns_versions(trio):
    for version in (1, 2, 100, 255):
        for options in (b"", option(100, b"")):
            wire = header(counts=(1, 0, 0, 1)) + question() + opt(options, version=version)
            message = ask(trio.sextant, wire)
            expect(message.rcode() == dns.rcode.BADVERS and message.edns == 0 and not message.answer, message)
            expect(not message.options, "no option is echoed")


@test("RFC 6891 §6.1.2; RFC 8906 §8.2.3, §8.2.4, §8.2.7")
def edns_options_and_flags(trio):
    for code in (100, 1001, 65001, 4, 5, 6, 7, 9, 12, 13, 14, 15, 16, 17, 18, 26946):
        message = ask(trio.sextant, with_option(code, b"\1\2\3"))
        expect(message.rcode() == 0 and message.answer and not message.options, f"option {code}: {message}")
    for flags in (0x4000, 0x0040, 0x7FFF):
        message = ask(trio.sextant, header(counts=(1, 0, 0, 1)) + question() + opt(flags=flags))
        expect(message.rcode() == 0 and message.ednsflags & 0xFFFF == 0, hex(message.ednsflags))
    message = ask(trio.sextant, header(counts=(1, 0, 0, 1)) + question() + opt(flags=0x8000))
    expect(message.ednsflags & 0xFFFF == 0x8000, "DO is copied (RFC 3225 §3)")


@test("RFC 6891 §6.1.1: at most one OPT, at the root, in the additional section, whole")
def malformed_opt(trio):
    two = header(counts=(1, 0, 0, 2)) + question() + opt() + opt()
    expect_code(trio, two, "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 1)) + question() + opt(owner=b"\1a\0"), "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 1)) + question() + opt(b"\0\3\0"), "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 1)) + question() + opt(b"\0\3\0\5\0"), "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 1)) + question() + opt()[:-1], "FORMERR")
    expect_code(trio, header(counts=(1, 1, 0, 0)) + question() + opt(), "FORMERR")
    expect_code(trio, header(counts=(1, 0, 1, 0)) + question() + opt(), "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 2)) + question() + opt(), "FORMERR")


@test("RFC 6891 §6.2.3: sizes under 512 are 512")
def small_payload_sizes(trio):
    for size in (0, 1, 511):
        wire = header(counts=(1, 0, 0, 1)) + question("a28.lab.test.") + opt(size=size)
        reply = udp(trio.sextant, wire)
        expect(reply is not None and len(reply) <= 512, reply and len(reply))
        expect(dns.message.from_wire(reply).rcode() == 0, "an answer")


@test("RFC 1035 §4.1.2, RFC 9619: one question")
def question_counts(trio):
    expect_code(trio, header(counts=(0, 0, 0, 0)), "FORMERR")
    expect_code(trio, header(counts=(0, 0, 0, 1)) + opt(), "FORMERR")
    expect_code(trio, header(counts=(2, 0, 0, 0)) + question() + question(), "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 0)), "FORMERR")
    expect_code(trio, header(counts=(65535, 0, 0, 0)) + question(), "FORMERR")


@test("RFC 1035 §4.1: a query has no answer, and nothing behind its end")
def trailing_octets_and_records(trio):
    record = question()[:-4] + struct.pack("!HHIH", 1, 1, 0, 4) + b"\1\2\3\4"
    expect_code(trio, header() + question() + b"\0", "FORMERR", "-")
    expect_code(trio, header() + question() + b"x" * 400, "FORMERR", "-")
    expect_code(trio, header(counts=(1, 1, 0, 0)) + question() + record, "FORMERR")
    expect_code(trio, header(counts=(1, 0, 1, 0)) + question() + record, "FORMERR")
    expect_code(trio, header(counts=(1, 0, 0, 1)) + question() + record, "NOERROR", "FORMERR")


@test("RFC 1035 §4.1.4: a question's name has nothing to point to")
def pointers_in_the_question(trio):
    for name in (b"\xc0\x0c", b"\xc0\x00", b"\1a\xc0\x0c", b"\xff\xff", b"\3www\xc0\x0e", b"\x40abc\0", b"\x80\0"):
        expect_code(trio, header() + name + struct.pack("!2H", 1, 1), "FORMERR")
    expect_code(trio, header() + (b"\x3f" + b"a" * 63) * 4 + b"\0" + struct.pack("!2H", 1, 1), "FORMERR")


@test("RFC 1035 §4.1.1, RFC 5625 §6.3: responses and scraps are never answered")
def responses_are_dropped(trio):
    for flags in (0x8000, 0x8180, 0xFFFF):
        expect(udp(trio.sextant, header(flags=flags) + question(), 0.3) is None, hex(flags))
    for length in (0, 1, 2, 11):
        expect(udp(trio.sextant, (header() + question())[:length], 0.3) is None, f"{length} octets")


@test("RFC 5936 §4.2, RFC 1995 §2: AXFR never over UDP; neither is served")
def transfers(trio):
    soa = question("lab.test.")[:-4] + struct.pack("!HHIH", 6, 1, 0, 22) + b"\0\0" + struct.pack("!5I", 1, 0, 0, 0, 0)
    axfr = header() + question("lab.test.", 252)
    ixfr = header(counts=(1, 0, 1, 0)) + question("lab.test.", 251) + soa
    for wire in (axfr, ixfr):
        expect_code(trio, wire, "REFUSED", "NOTIMP", "FORMERR")
        with stream(trio.sextant) as tcp:
            tcp.send(wire)
            code = tcp.message().rcode()
            expect(code in (dns.rcode.REFUSED, dns.rcode.NOTIMP), dns.rcode.to_text(code))
    for type in (253, 254, 249, 250):
        expect_code(trio, header() + question("lab.test.", type), "NOTIMP", "REFUSED", "FORMERR")
    expect_code(trio, header() + question("lab.test.", 41), "FORMERR")


def tsig(key=b"\3key\0", algorithm=b"\x0bhmac-sha256\0", record_class=255, ttl=0, mac=b"m" * 32, error=0, behind=b""):
    """A TSIG record."""
    data = algorithm + struct.pack("!HIHH", 0, 0x6B0B5F51, 300, len(mac)) + mac + struct.pack(
        "!HHH", 0x4242, error, 0) + behind
    return key + struct.pack("!HHIH", 250, record_class, ttl, len(data)) + data


SIGNED = {"counts": (1, 0, 0, 1)}
SIGNED_WITH_OPT = {"counts": (1, 0, 0, 2)}


@test("RFC 8945 §5.2.1, §5.3.2: NOTAUTH and BADKEY for a key that is not known")
def unknown_keys(trio):
    def check(wire: bytes, with_opt: bool, expected: bytes, compares=True) -> None:
        reply = udp(trio.sextant, wire)
        expect(reply is not None and reply[3] & 15 == 9 and reply[2] & 2 == 0, reply and reply[:12].hex())
        expect(reply[6:12] == struct.pack("!3H", 0, 0, 2 if with_opt else 1), reply[:12].hex())
        expect(reply.endswith(expected), reply.hex())
        if compares:
            other = udp(trio.nsd, wire)
            expect(other is not None and other[3] == reply[3] and other.endswith(expected), f"NSD: {other and other.hex()}")

    empty = tsig(mac=b"", error=17)
    for name, type in (("lab.test.", 6), ("nothing.lab.test.", 1), ("elsewhere.", 1), ("lab.test.", 252)):
        check(header(**SIGNED) + question(name, type) + tsig(), False, empty)
        check(header(**SIGNED_WITH_OPT) + question(name, type) + opt() + tsig(), True, opt() + empty)
    for key, algorithm, mac in ((b"\3key\4name\0", b"\4none\0", b""), (b"\3KEY\0", b"\x0bHMAC-SHA256\0", b"x")):
        check(header(**SIGNED) + question() + tsig(key, algorithm, mac=mac), False,
              tsig(key, algorithm, mac=b"", error=17), compares=key.islower())
    check(header(**SIGNED_WITH_OPT) + question() + opt(version=1) + tsig(), True, opt() + empty, compares=False)
    check(header(**SIGNED) + question() + tsig(b"\3key\xc0\x10"), False,
          tsig(b"\3key\5child\3lab\4test\0", mac=b"", error=17))
    check(header(flags=0x2000, **SIGNED) + question("lab.test.", 6) + tsig(), False, empty)
    check(header(flags=0x2800, **SIGNED) + question("lab.test.", 6) + tsig(), False, empty, compares=False)
    with stream(trio.sextant) as tcp:
        tcp.send(header(**SIGNED) + question("lab.test.", 252) + tsig())
        expect((tcp.octets() or b"").endswith(empty), "over TCP")
    output = subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(trio.sextant.port), "-y", "hmac-sha256:key:c2VjcmV0", "+tries=1", "lab.test.", "SOA"],
        capture_output=True, text=True, timeout=20).stdout
    expect("status: NOTAUTH" in output and "BADKEY" in output, output)


@test("RFC 8945 §4.2, §5.2: a TSIG that is malformed or not the last record")
def malformed_signatures(trio):
    for wire, others in (
            (header(**SIGNED_WITH_OPT) + question() + tsig() + opt(), True),
            (header(**SIGNED_WITH_OPT) + question() + tsig() + tsig(), True),
            (header(**SIGNED) + question() + tsig(record_class=1), True),
            (header(**SIGNED) + question() + tsig(ttl=1), True),
            (header(counts=(1, 1, 0, 0)) + question() + tsig(), True),
            (header(**SIGNED) + question() + tsig()[:-1], True),
            (header(**SIGNED) + question() + tsig(behind=b"x"), False),
            (header(**SIGNED) + question() + tsig(key=b"\xc0\x27"), False)):
        reply = udp(trio.sextant, wire)
        expect(reply == header(flags=0x8001, counts=(0, 0, 0, 0)), reply and reply.hex())
        if others:
            expect_same_code(trio, wire)


@test("RFC 8482 §4.1: ANY")
def any_queries(trio):
    message = ask(trio.sextant, header() + question("types.lab.test.", 255))
    expect(message.rcode() == 0 and len(message.answer) == 1, message)
    expect_code(trio, header() + question("nothing.lab.test.", 255), "NXDOMAIN")


@test("RFC 4892 §3, RFC 1035 §3.2.4: other classes")
def classes(trio):
    message = ask(trio.sextant, header() + question("version.server.", 16, 3))
    expect(message.rcode() == 0 and len(message.answer) == 1, message)
    message = ask(trio.sextant, header() + question("VERSION.bind.", 16, 3))
    expect(message.rcode() == 0 and len(message.answer) == 1, message)
    for record_class in (0, 2, 3, 4, 254, 255, 256, 65535):
        message = ask(trio.sextant, header() + question(NAME, 1, record_class))
        expect(record_class == 255 and message.rcode() == 0 or message.rcode() in (
            dns.rcode.REFUSED, dns.rcode.NOTIMP, dns.rcode.FORMERR), f"class {record_class}: {message}")


@test("RFC 7873 §5.2, RFC 9018 §4")
def cookies(trio):
    client = bytes(range(8))
    message = ask(trio.sextant, with_option(10, client))
    cookie = [item for item in message.options if item.otype == 10]
    expect(len(cookie) == 1, message)
    data = cookie[0].to_wire()
    expect(len(data) == 24 and data[:8] == client and data[8:12] == b"\1\0\0\0", data.hex())
    expect(abs(int.from_bytes(data[12:16], "big") - time.time()) < 5, "the time of RFC 9018 §4.3")
    again = ask(trio.sextant, with_option(10, data))
    expect(again.rcode() == 0 and again.answer, again)
    expect([item.to_wire() for item in again.options if item.otype == 10] == [data], "a fresh cookie is kept")
    for length in (0, 1, 7, 9, 15, 41, 100):
        expect_code(trio, with_option(10, b"x" * length), "FORMERR")
    for length in (16, 17, 24, 40):
        message = ask(trio.sextant, with_option(10, b"x" * length))
        expect(message.rcode() in (0, dns.rcode.BADCOOKIE), message)
    alone = ask(trio.sextant, header(counts=(0, 0, 0, 1)) + opt(option(10, client)))
    expect(alone.rcode() == 0 and alone.options, "a cookie without a question (RFC 7873 §5.4)")
    wrong = ask(trio.sextant, header(counts=(0, 0, 0, 1)) + opt(option(10, client + b"x" * 16)))
    expect(wrong.rcode() == dns.rcode.BADCOOKIE, "a bad cookie without a question is BADCOOKIE (RFC 7873 §5.4)")


@test("RFC 5001 §2.1, RFC 7828 §3.3")
def identifier_and_keepalive(trio):
    message = ask(trio.sextant, with_option(3, b""))
    expect([item.to_wire() for item in message.options] == [b"sextant of the tests"], message)
    expect(not ask(trio.sextant, header(counts=(1, 0, 0, 1)) + question() + opt()).options, "only who asks is told")
    for name in ("id.server.", "hostname.bind."):
        message = ask(trio.sextant, header() + question(name, 16, 3))
        expect(message.answer[0][0].strings == (b"sextant of the tests",), message)
    expect(not [item for item in ask(trio.sextant, with_option(11, b"")).options if item.otype == 11],
           "no keepalive over UDP")
    with stream(trio.sextant) as tcp:
        tcp.send(with_option(11, b""))
        found = [item.to_wire() for item in tcp.message().options if item.otype == 11]
        expect(len(found) == 1 and len(found[0]) == 2, found)


@test("RFC 7871 §6, §7.1.2, §7.2.1")
def client_subnet(trio):
    for data in (
            "0001180000000000", "0001180001020300", "00011800c00002", "0001200001020304", "0001000000"[:8],
            "0002380020010db8000000", "00028000" + "20010db8" + "00" * 12):
        octets = bytes.fromhex(data)
        source = octets[2]
        whole = len(octets) - 4 == (source + 7) // 8
        message = ask(trio.sextant, with_option(8, octets))
        if not whole:
            expect(message.rcode() == dns.rcode.FORMERR, f"{data}: {message}")
            continue
        found = [item.to_wire() for item in message.options if item.otype == 8]
        expect(message.rcode() == 0 and len(found) == 1, f"{data}: {message}")
        expect(found[0][:3] == octets[:3] and found[0][4:] == octets[4:] and found[0][3] == 0, found)
    for data in ("", "00", "0001", "000118", "00012100c0000201", "0001180100c000", "000118 10c00002",
                 "00011700c00003", "00028100" + "00" * 17, "00010800"):
        expect_code(trio, with_option(8, bytes.fromhex(data)), "FORMERR")


@test("draft-vixie-dnsext-dns0x20, RFC 4343 §4")
def case_is_kept(trio):
    for name in ("WwW.ChIlD.lAb.TeSt.", "WWW.CHILD.LAB.TEST."):
        reply = udp(trio.sextant, header() + question(name))
        expect(reply is not None and reply[12:12 + len(question(name))] == question(name), reply)
        expect(dns.message.from_wire(reply).answer, "an answer")


@test("RFC 1035 §4.2.1, RFC 2181 §9, RFC 6891 §6.2.5")
def size_limits(trio):
    for name, type in (("a40.lab.test.", 1), ("text200.lab.test.", 16), ("mx60.lab.test.", 15), ("hugelist.lab.test.", 2)):
        for size, limit in ((None, 512), (512, 512), (1232, 1232), (4096, 1232), (65535, 1232)):
            wire = header(counts=(1, 0, 0, 0 if size is None else 1)) + question(name, type)
            wire += b"" if size is None else opt(size=size)
            reply = udp(trio.sextant, wire)
            expect(reply is not None and len(reply) <= limit, f"{name} {size}: {reply and len(reply)}")
            message = dns.message.from_wire(reply)
            expect(message.edns == (-1 if size is None else 0), "the OPT is there also where TC is set")
        with stream(trio.sextant) as tcp:
            tcp.send(header() + question(name, type))
            expect(not tcp.message().flags & dns.flags.TC, f"{name} over TCP")


class stream:
    """A TCP connection that sends and reads messages."""

    def __init__(self, server: Server, wait: float = 5):
        self.socket = socket.create_connection(("127.0.0.1", server.port), wait)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, wire: bytes) -> None:
        self.socket.sendall(struct.pack("!H", len(wire)) + wire)

    def octets(self) -> bytes | None:
        """The next message's octets; None where the stream ends."""
        while len(self.buffer) < 2 or len(self.buffer) < 2 + int.from_bytes(self.buffer[:2], "big"):
            octets = self.socket.recv(65535)
            if not octets:
                return None
            self.buffer += octets
        end = 2 + int.from_bytes(self.buffer[:2], "big")
        message, self.buffer = self.buffer[2:end], self.buffer[end:]
        return message

    def message(self) -> dns.message.Message:
        """The next message."""
        octets = self.octets()
        expect(octets is not None, "the stream ended")
        return dns.message.from_wire(octets)


@test("RFC 7766 §6.2.1: pipelining")
def pipelining(trio):
    with stream(trio.sextant) as tcp:
        wires = [header(id=number) + question() for number in range(500)]
        tcp.socket.sendall(b"".join(struct.pack("!H", len(wire)) + wire for wire in wires))
        seen = {tcp.message().id for _ in wires}
        expect(seen == set(range(500)), f"{len(seen)} answers")


@test("RFC 7766 §8: a message in any number of segments")
def one_octet_at_a_time(trio):
    with stream(trio.sextant) as tcp:
        tcp.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = header() + question()
        for octet in struct.pack("!H", len(wire)) + wire:
            tcp.socket.send(bytes([octet]))
        expect(tcp.message().answer, "no answer")
        both = (struct.pack("!H", len(wire)) + wire) * 2
        tcp.socket.sendall(both[:50])
        expect(tcp.message().answer, "no answer to the first")
        tcp.socket.sendall(both[50:])
        expect(tcp.message().answer, "no answer to the second")


@test("RFC 7766 §6.2.4: half close")
def half_close(trio):
    with stream(trio.sextant) as tcp:
        for number in range(20):
            tcp.send(header(id=number) + question("text200.lab.test.", 16))
        tcp.socket.shutdown(socket.SHUT_WR)
        expect([tcp.message().id for _ in range(20)] == list(range(20)), "the answers come all the same")
        expect(tcp.octets() is None, "then the stream ends")


@test("RFC 7766 §8: answers of many octets, read slowly")
def large_answers(trio):
    with stream(trio.sextant, 10) as tcp:
        for number in range(40):
            tcp.send(header(id=number) + question("text200.lab.test.", 16))
        time.sleep(0.2)
        for number in range(40):
            message = tcp.message()
            expect(message.id == number and len(message.answer[0]) == 199, message.id)


@test("RFC 7766 §6.2.3, RFC 8906 §8.1: broken messages over TCP")
def broken_messages_over_tcp(trio):
    with stream(trio.sextant) as tcp:
        tcp.socket.sendall(b"\0\0")
        tcp.send(b"short")
        tcp.send(header(flags=0x8000) + question())
        try:
            tcp.send(header(id=7) + question())
            octets = tcp.octets()
        except OSError:
            octets = None
        expect(octets is None or dns.message.from_wire(octets).id == 7, "the query's answer, or the end")
    expect(ask(trio.sextant, header() + question()).answer, "the server goes on")


@test("dig reads what is served")
def dig(trio):
    def run(*arguments: str) -> str:
        return subprocess.run(
            ["dig", "@127.0.0.1", "-p", str(trio.sextant.port), "+tries=1", "+time=3", *arguments],
            capture_output=True, text=True, timeout=20).stdout

    expect("192.0.2.82" in run("+short", NAME), "dig")
    expect("192.0.2.82" in run("+short", "+tcp", NAME), "dig +tcp")
    expect("192.0.2.82" in run("+short", "+subnet=192.0.2.0/24", NAME), "dig +subnet")
    expect("Sextant" in run("+short", "CH", "TXT", "version.server"), "version.server")
    text = run("+cookie", "+nsid", "+keepalive", "+expire", "+padding=128", "+zflag", NAME)
    expect("status: NOERROR" in text and "(good)" in text, text)
    expect("status: BADVERS" in run("+edns=1", "+noednsneg", NAME), "+edns=1")
    expect("status: NOERROR" in run("+ednsflags=0x4444", "+ednsopt=100:0102", NAME), "+ednsopt")
    expect("status: NOTIMP" in run("+header-only", "+opcode=15", NAME), "+opcode=15")
    expect("ANSWER: 199" in run("+noall", "+comments", "text200.lab.test.", "TXT"), "TC and again over TCP")
    expect("WARNING" not in run("+norecurse", "types.lab.test.", "ANY"), "no warning")


def run(folder: str) -> tuple[int, list[str]]:
    """Runs all; how many passed, and the failures."""
    zones: ZoneSet = laboratory()[0]
    passed, failures = 0, []
    with Trio(f"{folder}/protocol-servers", zones.write(f"{folder}/protocol-zones")) as trio:
        for name, source, function in TESTS:
            try:
                function(trio)
                passed += 1
            except Exception as error:
                failures.append(f"protocol: {name} ({source}): {type(error).__name__}: {error}")
        if trio.sextant.process.poll() is not None:
            failures.append(f"protocol: sextant ended: {trio.sextant.log_text()}")
    return passed, failures

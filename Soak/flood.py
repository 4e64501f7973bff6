"""A flood of queries with forged addresses of one network: others are answered as before, and the network is
sent no more than the rate limit says."""

import multiprocessing
import os
import random
import socket
import statistics
import struct
import time

import dns.message

from flooder import flood
from network import SERVER_ADDRESS, Network
from processors import CLIENTS, SERVER, command_on, give_way
from protocol import header, opt, option, question
from report import Report
from servers import Sextant

FLOODED, OTHERS = "203.0.113", "192.0.2"
SECONDS, RATE = 12, 1000
# The defaults of rate-limit.
OCTETS_PER_SECOND, WINDOW = 1_000_000, 15
NAMES = 3000
ZONE = """$TTL 300
@ SOA ns1 hostmaster 1 7200 1800 1209600 120
@ NS ns1
@ NS ns2
@ MX 10 ns1
ns1 A 192.0.2.53
ns2 A 192.0.2.54
*.wild A 192.0.2.55
alias CNAME ns1
dn DNAME ns1
""" + "".join(f"n{number} A 198.51.{number // 256}.{number % 256}\n" for number in range(NAMES)) + "".join(
    f"child{number} NS ns.child{number}\nns.child{number} A 192.0.2.1\n" for number in range(100)) + "".join(
    f'large TXT "{number:05} {"x" * 200}"\n' for number in range(5))


class Server(Sextant):
    address = SERVER_ADDRESS
    settings = ""

    def __init__(self, folder: str, zones: dict[str, str], network: Network):
        self.network = network
        super().__init__(folder, zones)

    def command(self) -> list[str]:
        return self.network.command(command_on(SERVER, super().command()))

    def processor_time(self) -> float:
        """What it has used, in seconds."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def record(type: int, record_class: int, rdata: bytes) -> bytes:
    """A record whose owner is a key's name."""
    return b"\3key\0" + struct.pack("!HHIH", type, record_class, 0, len(rdata)) + rdata


def queries() -> list[bytes]:
    """Queries of all kinds, names that somebody makes up among them, without EDNS and with it."""
    draw = random.Random(5)
    tsig = record(250, 255, b"\4none\0" + bytes(6) + struct.pack("!5H", 300, 0, 0x4242, 0, 0))
    result = []
    for number in range(NAMES):
        made_up = f"{draw.getrandbits(40):x}"
        asked = [
            (f"n{number}", 1), (f"n{number}", 28), (f"n{number}", 255), (made_up, 1), (f"{made_up}.wild", 1),
            (f"{made_up}.child{number % 100}", 1), (f"{made_up}.dn", 1), ("alias", 1), ("", 2), ("", 15), ("", 6),
            ("large", 16)]
        name, type = asked[number % len(asked)]
        asked_for = question(f"{name}.example.com.".lstrip("."), type)
        result.append(header() + asked_for)
        result.append(header(counts=(1, 0, 0, 1)) + asked_for + opt())
        errors = [
            header() + question(f"{made_up}.example.net."), header() + asked_for[:-1], header(flags=0x2000) + asked_for,
            header(counts=(1, 0, 0, 1)) + asked_for + opt(version=1), header(counts=(1, 0, 0, 1)) + asked_for + tsig,
            header(counts=(1, 0, 0, 1)) + asked_for + opt(option(10, bytes(24))), header() + question("id.server.", 16, 3)]
        result.append(errors[number % len(errors)])
    draw.shuffle(result)
    return result


def others(port: int, seconds: float) -> tuple[int, int, int, str]:
    """Asks so long at a steady rate: how many were asked, right, and wrong, and how long the answers took."""
    asked = right = wrong = 0
    waits = []
    waiting: dict[int, tuple[int, float]] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((f"{OTHERS}.1", 0))
        sock.connect((SERVER_ADDRESS, port))
        sock.setblocking(False)
        start = time.monotonic()
        while (now := time.monotonic()) < start + seconds + 2:
            if now < start + seconds and now >= start + asked / RATE:
                number = asked % NAMES
                waiting[asked & 0xFFFF] = (number, now)
                sock.send(header(id=asked & 0xFFFF) + question(f"n{number}.example.com."))
                asked += 1
            try:
                reply = sock.recv(4096)
            except BlockingIOError:
                if now >= start + seconds and not waiting:
                    break
                time.sleep(0.0002)
                continue
            number, sent = waiting.pop(int.from_bytes(reply[:2], "big"), (None, now))
            waits.append((now - sent) * 1e6)
            message = dns.message.from_wire(reply)
            expected = f"198.51.{(number or 0) // 256}.{(number or 0) % 256}"
            if message.answer and [item.address for item in message.answer[0]] == [expected]:
                right += 1
            else:
                wrong += 1
    waits.sort()
    return asked, right, wrong, f"p50 {waits[len(waits) // 2]:.0f} us, p99 {waits[len(waits) * 99 // 100]:.0f} us"


def run(folder: str, report: Report) -> None:
    """In a process of its own, which leaves for a network of its own."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(folder, report))
    process.start()
    process.join()
    report.failed += process.exitcode


def _run(folder: str, report: Report) -> None:
    os.makedirs(folder)
    zone = os.path.join(folder, "zone")
    with open(zone, "w") as file:
        file.write(ZONE)
    os.sched_setaffinity(0, {CLIENTS})
    network = Network(f"{FLOODED}.0/24", f"{OTHERS}.0/24")
    network.add(f"{OTHERS}.1")
    server = Server(folder, {"example.com.": zone}, network)
    try:
        server.wait()
        measure(server, network, report)
        report.require(server.process.poll() is None, "the server goes on")
    finally:
        server.stop()
        network.end()
    os._exit(report.failed)


def measure(server: Server, network: Network, report: Report) -> None:
    """Asks for others without a flood, and with one."""
    asked, right, _, waits = others(server.port, 3)
    report.figure(f"others without a flood: {right} of {asked} answered, {waits}")
    target = (SERVER_ADDRESS, server.port)
    packets, octets = network.sent()
    sent = multiprocessing.Value("q")
    overflows = network.overflows()

    asked_by_flood = queries()

    def send() -> None:
        give_way()
        sent.value = flood("flood0", FLOODED, target, asked_by_flood, SECONDS, CLIENTS)

    flooder = multiprocessing.get_context("fork").Process(target=send)
    used = server.processor_time()
    flooder.start()
    asked, right, wrong, waits = others(server.port, SECONDS + 3)
    flooder.join()
    last = network.sent()
    used = server.processor_time() - used
    seen, size = last[0] - packets, last[1] - octets
    report.figure(
        f"flood: {sent.value} queries in {SECONDS} s, {sent.value / SECONDS:.0f} a second; answered {seen}, "
        f"{size / 1e6:.2f} MB; {network.overflows() - overflows} had no room in the server's socket; "
        f"{used / (sent.value + asked) * 1e6:.1f} us of processor time a query")
    report.require(
        right == asked and not wrong,
        f"others: {right} of {asked} answered and right, {wrong} wrong, {waits}")
    asked_for = statistics.mean(map(len, asked_by_flood)) * sent.value
    report.figure(f"{asked_for / 1e6:.2f} MB of queries, {size / asked_for:.2f} times that in answers")
    report.require(seen < sent.value / 2, f"the flood is one: {seen / sent.value:.0%} of its queries were answered")
    most = OCTETS_PER_SECOND * (1 + WINDOW + SECONDS)
    report.require(size <= most, f"octets to the flooded network: {size / 1e6:.2f} MB, at most {most / 1e6:.2f} MB")

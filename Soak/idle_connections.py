"""Connections that do nothing, or next to nothing, are to cost others nothing."""

import os
import statistics
import struct
import subprocess
import time

from connections import Holder
from processors import CLIENTS, SERVER, command_on
from protocol import Failed, expect, header, question, stream
from report import Report
from servers import Sextant

IDLE, SLOW = 2000, 500
PAIRS, SECONDS, RATE = 10, 5, 5000
NAMES = 1000
ZONE = """$TTL 300
@ SOA ns1 hostmaster 1 7200 1800 1209600 120
@ NS ns1
ns1 A 192.0.2.53
""" + "".join(f"n{number} A 198.51.100.{number % 256}\n" for number in range(NAMES)) + "".join(
    f'large TXT "{number:05} {"x" * 240}"\n' for number in range(250))


class Server(Sextant):
    settings = f"tcp: {{connections: {IDLE + SLOW + 500}, connections-per-network: {IDLE + SLOW + 100}}}\n"

    def command(self) -> list[str]:
        return command_on(SERVER, super().command())

    def memory(self) -> float:
        """What it has in memory, in MB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024 / 1e6


def run(folder: str, report: Report) -> None:
    """Measures, in pairs, the same server without the connections and with them."""
    os.makedirs(folder)
    zone, queries = os.path.join(folder, "zone"), os.path.join(folder, "queries")
    with open(zone, "w") as file:
        file.write(ZONE)
    with open(queries, "w") as file:
        file.writelines(f"n{number}.example.com A\n" for number in range(NAMES))
    server = Server(folder, {"example.com.": zone})
    holder = Holder((server.address, server.port), IDLE, SLOW, CLIENTS)
    try:
        server.wait()
        latency(server, queries, 2)
        without, beside, lost = [], [], 0
        memory, octets, opened = [server.memory()], 0, 0
        for pair in range(PAIRS):
            for has_connections in (False, True) if pair % 2 == 0 else (True, False):
                if has_connections:
                    holder.open()
                seen = latency(server, queries, SECONDS)
                lost += seen[1]
                (beside if has_connections else without).append(seen[0])
                if has_connections:
                    memory.append(server.memory())
                    more = holder.close()
                    octets, opened = octets + more[0], opened + more[1]
            report.figure(
                f"pair {pair + 1}: p99 {without[-1]:.0f} us without, {beside[-1]:.0f} us with {IDLE + SLOW} connections")
        difference = statistics.median(b - a for a, b in zip(without, beside))
        allowed = max(100, statistics.median(without) / 10)
        report.figure(
            f"p99 of UDP at {RATE} q/s, medians of {PAIRS}: {statistics.median(without):.0f} us without, "
            f"{statistics.median(beside):.0f} us with; {octets} octets sent, {opened} connections opened again")
        report.require(
            difference <= allowed, f"p99: {difference:+.0f} us (median of the pairs), at most {allowed:+.0f} us")
        report.require(lost == 0, f"UDP: {lost} of {2 * PAIRS * SECONDS * RATE} queries lost")
        holder.open()
        served(server, report)
        memory.append(server.memory())
        octets, opened = holder.close()
        report.figure(f"meanwhile {octets} octets sent, {opened} connections opened again")
        growth = max(memory) - memory[0]
        report.require(growth < 50, f"memory: {growth:.1f} MB above the {memory[0]:.1f} MB of the idle server")
        report.require(server.process.poll() is None, "the server goes on")
    finally:
        holder.end()
        server.stop()


def latency(server: Server, queries: str, seconds: int) -> tuple[float, int]:
    """The 99th percentile of how long UDP queries take, in microseconds, and how many were lost."""
    command = ["dnsperf", "-s", server.address, "-p", str(server.port), "-d", queries, "-l", str(seconds),
               "-Q", str(RATE), "-c", "1", "-T", "1", "-t", "1", "-v"]
    output = subprocess.run(
        command_on(CLIENTS, command), capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    times = sorted(float(line.rsplit(" ", 1)[1]) for line in output.splitlines() if line.startswith("> NOERROR"))
    expect(len(times) > seconds * RATE / 2, f"dnsperf saw {len(times)} answers")
    lost = next(int(line.split()[2]) for line in output.splitlines() if "Queries lost:" in line)
    return times[len(times) * 99 // 100] * 1e6, lost


def served(server: Server, report: Report) -> None:
    """Real clients over TCP while the connections are held."""
    for check in (new_connections, large_answers, slow_reader, pipelined, in_two_parts):
        try:
            report.require(*check(server))
        except (Failed, OSError) as error:
            report.require(False, f"TCP: {check.__name__.replace('_', ' ')}: {error}")


WANTED = header() + question("n7.example.com.")
LARGE = header() + question("large.example.com.", 16)


def framed(message: bytes) -> bytes:
    """A message behind its length (RFC 1035 section 4.2.2)."""
    return struct.pack("!H", len(message)) + message


def new_connections(server: Server) -> tuple[bool, str]:
    answered, slowest = 0, 0.0
    for _ in range(500):
        begin = time.monotonic()
        with stream(server) as client:
            client.send(WANTED)
            answered += client.message().answer[0][0].address == "198.51.100.7"
        slowest = max(slowest, time.monotonic() - begin)
        time.sleep(0.01)
    return answered == 500, f"TCP: {answered} of 500 new connections answered, the slowest in {slowest * 1e3:.1f} ms"


def large_answers(server: Server) -> tuple[bool, str]:
    sizes = []
    for _ in range(20):
        with stream(server) as client:
            client.send(LARGE)
            sizes.append(len(client.octets() or b""))
    return min(sizes) > 64_000, f"TCP: 20 answers of {min(sizes)} octets"


def slow_reader(server: Server) -> tuple[bool, str]:
    """More than the sockets hold, so the server has to keep what is left."""
    taken = 0
    with stream(server, 15) as client:
        client.socket.sendall(framed(LARGE) * 100)
        for _ in range(100):
            taken += len(client.octets() or b"") > 64_000
            time.sleep(0.05)
    return taken == 100, f"TCP: {taken} of 100 such answers to a client that takes one up each 50 ms"


def pipelined(server: Server) -> tuple[bool, str]:
    with stream(server) as client:
        client.socket.sendall(b"".join(framed(struct.pack("!H", number) + WANTED[2:]) for number in range(500)))
        seen = {client.message().id for _ in range(500)}
    return seen == set(range(500)), f"TCP: {len(seen)} of 500 pipelined queries answered"


def in_two_parts(server: Server) -> tuple[bool, str]:
    with stream(server) as client:
        client.socket.sendall(framed(WANTED)[:20])
        time.sleep(2)
        client.socket.sendall(framed(WANTED)[20:])
        return bool(client.message().answer), "TCP: a query is answered whose rest comes after 2 s"

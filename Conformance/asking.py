"""Queries in wire form, sent many at once over UDP and TCP."""

import itertools
import select
import socket
import struct
import time
from dataclasses import dataclass

import dns.name
import dns.rdatatype


@dataclass(frozen=True)
class Query:
    """A question and how it is asked."""

    name: dns.name.Name
    type: int
    transport: str = "udp"
    size: int | None = None  # EDNS payload size in octets; None: no OPT
    wants_signatures: bool = False  # DO
    flags: int = 0
    record_class: int = 1

    def wire(self, id: int) -> bytes:
        """The message."""
        result = struct.pack("!6H", id, self.flags, 1, 0, 0, 0 if self.size is None else 1)
        result += self.name.to_wire() + struct.pack("!2H", self.type, self.record_class)
        if self.size is not None:
            result += struct.pack("!BHHBBHH", 0, 41, self.size, 0, 0, 0x8000 if self.wants_signatures else 0, 0)
        return result

    def limit(self) -> int:
        """How many octets the reply may have; the servers' own limit over UDP is 1232."""
        if self.transport == "tcp":
            return 65535
        return 512 if self.size is None else max(512, min(self.size, 1232))

    def __str__(self) -> str:
        edns = "" if self.size is None else f" EDNS {self.size}" + (" DO" if self.wants_signatures else "")
        return f"{self.name} {dns.rdatatype.to_text(self.type)} {self.transport}{edns}"


WINDOW = 48


class Asker:
    """Asks one server; replies come in the order of the queries, None where there was none."""

    def __init__(self, port: int):
        self.address = ("127.0.0.1", port)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.udp.connect(self.address)
        self.buffer = memoryview(bytearray(65535))
        # An ID comes back late, so that no late reply is taken for that of another query.
        self.ids = itertools.count()
        self.tcp = None

    def close(self) -> None:
        self.udp.close()
        if self.tcp:
            self.tcp.close()

    def ask(self, queries: list[Query]) -> list[bytes | None]:
        """Asks all queries, each over its transport."""
        replies: list[bytes | None] = [None] * len(queries)
        for transport, exchange in (("udp", self._udp), ("tcp", self._tcp)):
            mine = [index for index, query in enumerate(queries) if query.transport == transport]
            for start in range(0, len(mine), WINDOW):
                window = {next(self.ids) & 0xFFFF: index for index in mine[start:start + WINDOW]}
                for _ in range(3):
                    left = {id: index for id, index in window.items() if replies[index] is None}
                    if not left:
                        break
                    exchange(queries, left, replies)
        return replies

    def _udp(self, queries, window, replies) -> None:
        for id, index in window.items():
            self.udp.send(queries[index].wire(id))
        waiting = set(window)
        deadline = time.monotonic() + 2
        while waiting:
            try:
                reply = bytes(self.buffer[:self.udp.recv_into(self.buffer, 0, socket.MSG_DONTWAIT)])
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([self.udp], [], [], left)[0]:
                    break
                continue
            id = int.from_bytes(reply[:2], "big")
            if id in waiting:
                waiting.discard(id)
                replies[window[id]] = reply

    def _tcp(self, queries, window, replies) -> None:
        waiting = set(window)
        try:
            if self.tcp is None:
                self.tcp = socket.create_connection(self.address, 5)
            messages = [queries[index].wire(id) for id, index in window.items()]
            self.tcp.sendall(b"".join(struct.pack("!H", len(message)) + message for message in messages))
            buffer = b""
            while waiting:
                octets = self.tcp.recv(1 << 18)
                if not octets:
                    raise ConnectionError
                buffer += octets
                while len(buffer) > 2 and len(buffer) >= (end := 2 + int.from_bytes(buffer[:2], "big")):
                    reply, buffer = buffer[2:end], buffer[end:]
                    id = int.from_bytes(reply[:2], "big")
                    if id in waiting:
                        waiting.discard(id)
                        replies[window[id]] = reply
        except OSError:
            if self.tcp:
                self.tcp.close()
            self.tcp = None

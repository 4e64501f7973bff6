"""Connections that hold on to a server: idle ones, and ones that send an octet a second."""

import multiprocessing
import os
import select
import socket
import struct
import time

from processors import give_way

# The length prefix of a message that is never whole, and its first octets.
SLOW_MESSAGE = struct.pack("!H", 600) + bytes(599)
IP_BIND_ADDRESS_NO_PORT = 24


class Holder:
    """A process that can keep so many connections to a server open, and opens those again that it closes."""

    def __init__(self, address: tuple[str, int], idle: int, slow: int, processor: int):
        self.pipe, end = multiprocessing.Pipe()
        self.process = multiprocessing.Process(
            target=_hold, args=(end, address, idle, slow, processor), daemon=True)
        self.process.start()

    def open(self) -> None:
        """Returns when all are open."""
        self.pipe.send(None)
        self.pipe.recv()

    def close(self) -> tuple[int, int]:
        """Closes all; how many octets were sent, and how often one had to be opened again."""
        self.pipe.send(None)
        return self.pipe.recv()

    def end(self) -> None:
        """Ends the process."""
        self.process.terminate()
        self.process.join()


def _hold(pipe, address, idle: int, slow: int, processor: int) -> None:
    os.sched_setaffinity(0, {processor})
    give_way()
    while True:
        pipe.recv()
        held = _Connections(address, idle, slow)
        pipe.send(None)
        while not pipe.poll():
            held.turn()
        pipe.recv()
        pipe.send(held.close())


class _Connections:
    def __init__(self, address, idle: int, slow: int):
        self.address = address
        self.poll = select.epoll()
        self.sockets: list[socket.socket] = []
        self.places: dict[int, int] = {}
        self.slow = slow
        self.progress = [0] * slow
        self.octets = self.opened = 0
        for place in range(slow + idle):
            self.sockets.append(self._connect(place))
        # Each has its turn once a second, one after the other.
        self.turns = 0
        self.start = time.monotonic()

    def _connect(self, place: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        # No TIME_WAIT: the ports of one address are too few for all that are opened.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Many clients of one network.
        sock.bind((f"127.0.2.{place % 250 + 1}", 0))
        sock.connect_ex(self.address)
        self.poll.register(sock, select.EPOLLIN | select.EPOLLRDHUP)
        self.places[sock.fileno()] = place
        self.opened += 1
        return sock

    def turn(self) -> None:
        """Sends the next octet when its time has come, and opens again what has been closed by then."""
        due = self.start + self.turns / max(1, self.slow)
        for number, _ in self.poll.poll(max(0, due - time.monotonic())):
            place = self.places.pop(number)
            self.sockets[place].close()
            self.sockets[place] = self._connect(place)
            if place < self.slow:
                self.progress[place] = 0
        if self.slow and time.monotonic() >= due:
            place = self.turns % self.slow
            self.turns += 1
            at = self.progress[place] % len(SLOW_MESSAGE)
            try:
                self.sockets[place].send(SLOW_MESSAGE[at:at + 1])
                self.progress[place] += 1
                self.octets += 1
            except OSError:
                pass

    def close(self) -> tuple[int, int]:
        for sock in self.sockets:
            sock.close()
        self.poll.close()
        return self.octets, self.opened - len(self.sockets)

"""Sends queries with forged source addresses as fast as one processor can: `sendmmsg` on a raw socket."""

import ctypes
import os
import random
import socket
import struct
import time

BATCH = 256


class _Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class _Header(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p), ("name_length", ctypes.c_uint32), ("vectors", ctypes.POINTER(_Vector)),
        ("vector_count", ctypes.c_size_t), ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int)]


class _Message(ctypes.Structure):
    _fields_ = [("header", _Header), ("length", ctypes.c_uint32)]


def packet(source: str, target: tuple[str, int], payload: bytes, port: int) -> bytes:
    """An IPv4 packet; the kernel fills in length, checksum and ID."""
    udp = struct.pack("!4H", port, target[1], 8 + len(payload), 0)
    return struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0x4000, 64, 17, 0, socket.inet_aton(source),
        socket.inet_aton(target[0])) + udp + payload


def flood(link: str, prefix: str, target: tuple[str, int], queries: list[bytes], seconds: float, processor: int) -> int:
    """Sends the queries over a link again and again, from addresses in `prefix`.0/24; how many were sent."""
    os.sched_setaffinity(0, {processor})
    draw = random.Random(7)
    packets = [
        packet(f"{prefix}.{draw.randrange(1, 255)}", target, query, draw.randrange(1024, 65536)) for query in queries]
    address = struct.pack("=H2s4s8x", socket.AF_INET, struct.pack("!H", 0), socket.inet_aton(target[0]))
    buffers = [ctypes.create_string_buffer(octets, len(octets)) for octets in packets]
    name = ctypes.create_string_buffer(address, 16)
    messages = (_Message * len(packets))()
    vectors = (_Vector * len(packets))()
    for index, buffer in enumerate(buffers):
        vectors[index] = _Vector(ctypes.addressof(buffer), len(packets[index]))
        messages[index].header = _Header(ctypes.addressof(name), 16, ctypes.pointer(vectors[index]), 1)
    send = ctypes.CDLL(None, use_errno=True).sendmmsg
    sent = at = 0
    end = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.encode())
        while time.monotonic() < end:
            count = send(sock.fileno(), ctypes.byref(messages, at * ctypes.sizeof(_Message)),
                         min(BATCH, len(packets) - at), 0)
            if count < 0:
                raise OSError(ctypes.get_errno(), "sendmmsg")
            sent += count
            at = (at + count) % len(packets)
    return sent

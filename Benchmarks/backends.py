"""Back ends whose health changes ten times a second: an HTTP server on many addresses of loopback."""

import asyncio
import multiprocessing
import os

from names import PRIMARIES, SECONDARIES
from servers import free_port

EVERY = 0.1  # seconds: a primary changes, one after the other


class Backends:
    """A context manager; they listen on `port`, on the clients' processor where this process is."""

    def __init__(self):
        self.port = free_port()

    def __enter__(self) -> "Backends":
        self.process = multiprocessing.get_context("fork").Process(
            target=lambda: asyncio.run(_serve(self.port, os.getppid())), daemon=True)
        self.process.start()
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.join()


async def _serve(port: int, parent: int) -> None:
    """Until the process that started it is no more."""
    down: set[str] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            status = "503 Down" if writer.get_extra_info("sockname")[0] in down else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    for address in PRIMARIES + SECONDARIES:
        await asyncio.start_server(answer, address, port)
    while True:
        for address in PRIMARIES:
            await asyncio.sleep(EVERY)
            down ^= {address}
            if os.getppid() != parent:
                return

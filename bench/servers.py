"""Server processes on loopback: the service, the service without its cache, and the twin."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.client import Client

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_S = 30


@contextmanager
def serving(target: str, probe: str, token: str, **environment: str) -> Iterator[Server]:
    """Serve an ASGI app in a uvicorn process of its own until the block ends.

    ``target`` is as uvicorn takes it, with ``()`` at the end for a factory; ``probe`` is a path that answers
    200 once the app is up.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", target.removesuffix("()"), "--port", str(port)]
    command += [
        "--log-level",
        "warning",
        "--no-access-log",
        *(["--factory"] if target.endswith("()") else []),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})  # noqa: S603 - our own command
    server = Server(process, Client(port, token))
    try:
        _wait(server, probe)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server, probe: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            if server.client.ask(probe)[0] == 200:
                return
        except OSError:
            pass
        if time.monotonic() > until or server.process.poll() is not None:
            raise RuntimeError("A server did not start.")
        time.sleep(0.1)


class Server:
    """A running server process and a client to it."""

    def __init__(self, process: subprocess.Popen[bytes], client: Client) -> None:
        self.process, self.client = process, client

    @property
    def peak_mb(self) -> float:
        """Give the most memory that the process has held so far, in MB (Linux's VmHWM)."""
        return peak_mb(self.process.pid)


def peak_mb(pid: int) -> float:
    """Give the peak resident memory of a running process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("This system does not tell a process's peak memory.")

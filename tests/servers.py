"""The service over real sockets on this machine: in a thread of the test, or as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from config import Settings

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_S = 30.0


@contextmanager
def serving(url: str, **settings: Any) -> Iterator[str]:
    """Serve a database from a thread; give the address. Requests run side by side as in production."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = create_app(Settings(database_url=url, **{"requests_per_minute": 0, **settings}))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + STARTS_WITHIN_S
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                assert time.monotonic() < deadline, "the server did not start in time"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STARTS_WITHIN_S)


class Process:
    """A server process started as an operator would start it, to be killed."""

    def __init__(self, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(  # our own service
            [
                *(sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "critical"),
            ],
            cwd=ROOT,
            env={**os.environ, "CIVHARM_DATABASE_URL": url, "CIVHARM_REQUESTS_PER_MINUTE": "0"},
        )

    @property
    def pid(self) -> int:
        """Give the process's number."""
        return self._process.pid

    def ready(self) -> Process:
        """Wait until it answers."""
        deadline = time.monotonic() + STARTS_WITHIN_S
        with httpx.Client(timeout=5.0) as client:
            while True:
                assert self._process.poll() is None, "the server did not start"
                assert time.monotonic() < deadline, "the server did not start in time"
                try:
                    if client.get(f"{self.address}/v1/health").status_code == 200:
                        return self
                except httpx.TransportError:
                    time.sleep(0.02)

    def kill(self) -> None:
        """Kill it as a power cut would: no handler runs, nothing is closed."""
        assert self._process.poll() is None, "the server died before it was killed"
        self._process.kill()
        assert self._process.wait(10) == -signal.SIGKILL

    def stop(self) -> None:
        """End it, whatever state it is in."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(10)

"""A small HTTP client for measuring: kept-alive connections, a fixed mix of paths, times of each answer."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle


@dataclass(frozen=True)
class Timing:
    """What a round of requests took; times in milliseconds, sorted."""

    times_ms: tuple[float, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        """Give the answers a second."""
        return len(self.times_ms) / self.seconds

    @property
    def p50_ms(self) -> float:
        """Give the median time."""
        return statistics.median(self.times_ms)

    @property
    def p99_ms(self) -> float:
        """Give the time that 99 of 100 answers did not exceed."""
        return self.times_ms[min(len(self.times_ms) - 1, int(len(self.times_ms) * 0.99))]


class Wrong(RuntimeError):
    """An answer that voids a round: not the status expected, or a connection that broke."""


class _Line:
    """One kept-alive connection."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shown = f"Authorization: Bearer {token}\r\n" if token else ""
        self._head = f"Host: 127.0.0.1\r\n{shown}"
        self._got = b""
        self._end = -1
        self.started = 0.0

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a request."""
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        if body:
            more += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._got, self._end = b"", -1
        self.started = time.perf_counter()
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{more}\r\n".encode() + body)

    def take(self) -> tuple[int, bytes] | None:
        """Read what has come; give status and body when the answer is whole."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise Wrong("The server closed the connection.")
        self._got = self._got + part if self._got else part
        if self._end < 0:
            at = self._got.find(b"\r\n\r\n")
            if at < 0:
                return None
            head = self._got[:at].lower()
            mark = head.index(b"content-length:") + 15
            length = int(head[mark : head.find(b"\r\n", mark) if b"\r\n" in head[mark:] else len(head)])
            self._start, self._end = at + 4, at + 4 + length
        if len(self._got) < self._end:
            return None
        return int(self._got[9:12]), self._got[self._start : self._end]


class Client:
    """Asks one server as one member; with an empty token as the public."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self._token = port, token

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Give status and body of one request on a connection of its own."""
        line = _Line(self.port, self._token)
        line.ask(method, path, body, headers)
        while (answer := line.take()) is None:
            pass
        line.socket.close()
        return answer

    def timed(self, paths: Sequence[str], *, lines: int, seconds: float, at_least: int = 3) -> Timing:
        """Ask the paths in turn over ``lines`` connections at once for so many seconds.

        Raises Wrong when an answer is not 200.
        """
        turn = cycle(paths)
        started = time.perf_counter()
        times = self._one_line(turn, seconds, at_least) if lines == 1 else self._many(turn, lines, seconds)
        return Timing(tuple(sorted(times)), time.perf_counter() - started)

    def _one_line(self, paths: Iterator[str], seconds: float, at_least: int) -> list[float]:
        times: list[float] = []
        line = _Line(self.port, self._token)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(times) < at_least:
            line.ask("GET", next(paths))
            while (answer := line.take()) is None:
                pass
            times.append((time.perf_counter() - line.started) * 1e3)
            _check(answer)
        line.socket.close()
        return times

    def _many(self, paths: Iterator[str], lines: int, seconds: float) -> list[float]:
        times: list[float] = []
        waiting = selectors.DefaultSelector()
        for _ in range(lines):
            line = _Line(self.port, self._token)
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask("GET", next(paths))
        until = time.perf_counter() + seconds
        busy = lines
        while busy:
            for key, _ in waiting.select():
                line = key.data
                answer = line.take()
                if answer is None:
                    continue
                now = time.perf_counter()
                times.append((now - line.started) * 1e3)
                _check(answer)
                if now < until:
                    line.ask("GET", next(paths))
                else:
                    waiting.unregister(line.socket)
                    line.socket.close()
                    busy -= 1
        return times


def _check(answer: tuple[int, bytes]) -> None:
    if answer[0] != 200:
        raise Wrong(f"An answer had status {answer[0]}: {answer[1][:300]!r}")

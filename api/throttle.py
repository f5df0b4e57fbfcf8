"""Guessing slowed down: who was wrong often waits, longer each time.

Kept in the process's memory: a service of several processes lets somebody guess in each, and a restart
forgets. That is said in docs/operating.md. It holds back guessing of passwords, which are long.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import TooMany

FREE = 5
"""So often somebody may be wrong about one thing before waiting."""
FREE_ADDRESS = 20
"""So often an address may be wrong about anything: several people may share it."""
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 900.0
FORGOTTEN_S = 3_600.0
MOST = 50_000
"""Keys that are remembered; the longest unused goes first."""
_WORDS = "Too many wrong attempts. Wait before the next."


@dataclass(slots=True)
class _Wrong:
    times: int = 0
    until: float = 0.0
    last: float = 0.0


class Guesses:
    """Counts wrong attempts by what was guessed and by the address that guessed it.

    Whoever was right from an address is not kept out there by others who are wrong elsewhere: nobody locks
    somebody else out for long by guessing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[tuple[str, ...], _Wrong] = OrderedDict()
        self._right: OrderedDict[tuple[str, str], float] = OrderedDict()

    def check(self, what: str, address: str) -> None:
        """Raise TooMany where one has to wait before trying ``what`` from ``address``."""
        with self._lock:
            now = self._clock()
            waits = [self._waits(key, now) for key in self._keys(what, address, now)]
        if max(waits) > 0:
            raise TooMany(_WORDS, max(waits))

    def wrong(self, what: str, address: str) -> None:
        """Count an attempt that was wrong."""
        with self._lock:
            now = self._clock()
            for key in self._keys(what, address, now):
                one = self._wrong.setdefault(key, _Wrong())
                if now - one.last > FORGOTTEN_S:
                    one.times = 0
                one.times, one.last = one.times + 1, now
                over = one.times - (FREE_ADDRESS if key[0] == "address" else FREE)
                if over >= 0:
                    one.until = now + min(FIRST_WAIT_S * 2**over, LONGEST_WAIT_S)
                self._wrong.move_to_end(key)
            _shrink(self._wrong)

    def right(self, what: str, address: str) -> None:
        """Forget what was wrong before an attempt that was right."""
        with self._lock:
            self._wrong.pop(("both", what, address), None)
            self._right[what, address] = self._clock()
            self._right.move_to_end((what, address))
            _shrink(self._right)

    def _keys(self, what: str, address: str, now: float) -> list[tuple[str, ...]]:
        known = self._right.get((what, address))
        if known is not None and now - known < 24 * FORGOTTEN_S:
            return [("both", what, address)]
        return [("what", what), ("both", what, address), ("address", address)]

    def _waits(self, key: tuple[str, ...], now: float) -> float:
        one = self._wrong.get(key)
        return 0.0 if one is None else one.until - now


def _shrink(kept: OrderedDict) -> None:  # type: ignore[type-arg]  # whatever it keeps
    while len(kept) > MOST:
        kept.popitem(last=False)

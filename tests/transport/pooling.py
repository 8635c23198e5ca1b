"""Connections that are none, and a bench on which a pool is given to them."""

import math
import time
from typing import Any, Final

from tests.transport.parts import limits, trusting

from openai_models._transport.pool import Pool

HERE: Final = ("http", "here.test", 80)
THERE: Final = ("https", "there.test", 443)


class Connection:
    """Is good for another exchange or not, as a test says."""

    def __init__(self, origin: tuple[str, str, int]) -> None:
        self.origin = origin
        self.is_closed = False
        self.expires_at = math.inf
        self.is_good = True

    def is_usable(self) -> bool:
        return self.start_next_cycle() and time.monotonic() < self.expires_at

    def start_next_cycle(self) -> bool:
        return self.is_good and not self.is_closed

    def close(self) -> None:
        self.is_closed = True

    interrupt = __del__ = close


class Exchange:
    """Asks for a connection, and asks again when it is woken."""

    connection: Connection | None = None
    is_waiting = False
    is_woken = False

    def __init__(self, origin: tuple[str, str, int], *, needs_new: bool) -> None:
        self.origin = origin
        self.needs_new = needs_new

    def wake(self) -> None:
        self.is_woken = True


class Bench:
    """A pool, who asked it, and who waited (`overtaken`) while one was served that had come later."""

    def __init__(self, *, most: int | None = 10, most_idle: int | None = 10, expiry: float | None = None) -> None:
        self.pool: Any = Pool(limits(most, most_idle, expiry), trusting)
        self.overtaken: list[Exchange] = []
        self._exchanges: list[Exchange] = []

    @property
    def held(self) -> list[Exchange]:
        return [each for each in self._exchanges if each.connection is not None]

    @property
    def waiting(self) -> list[Exchange]:
        return [each for each in self._exchanges if each in self.pool._waiting]

    @property
    def idle(self) -> list[Connection]:
        return list(self.pool._idle)

    @property
    def open(self) -> set[Connection]:
        return set(self.pool._open.values())

    def asked(self, origin: tuple[str, str, int] = HERE, *, needs_new: bool = False) -> Exchange:
        """Ask for a connection, and wait for a turn if there is none."""
        exchange = Exchange(origin, needs_new=needs_new)
        self._exchanges.append(exchange)
        # It is woken after the first time, and asks once more, as what happened before woke nobody.
        if not self._ask(exchange):
            self._ask(exchange)
        self.let_those_who_are_woken_ask()
        return exchange

    def _ask(self, exchange: Exchange) -> bool:
        exchange.is_woken = False
        if not self.pool.acquire(exchange):
            return False
        came = self._exchanges.index
        self.overtaken += [each for each in self.waiting if came(each) < came(exchange)]
        return True

    def let_those_who_are_woken_ask(self) -> None:
        while woken := [each for each in self.waiting if each.is_woken]:
            self._ask(woken[0])

    def ended(self, exchange: Exchange, *, reusable: bool = True) -> None:
        """Release a connection."""
        if exchange.connection is not None:
            exchange.connection.is_good = reusable
        self.pool.release(exchange)
        self.let_those_who_are_woken_ask()

    def given_up(self, exchange: Exchange) -> None:
        """End an exchange, in the queue or in the middle of its work."""
        self.pool.withdraw(exchange)
        self.let_those_who_are_woken_ask()

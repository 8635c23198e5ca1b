"""Deadlines, and the failure callbacks of the current attempt."""

import time
from collections.abc import Callable
from typing import Final, Self

ATTEMPT: Final = "openai_models.attempt"
"""The key of an attempt in a request's extensions, which take it to the transport."""
PROXY: Final = "openai_models.proxy"
"""The key of the URL of the proxy that a default client sends a request through, in the request's extensions."""


class DeadlineExceededError(TimeoutError):
    """There is no time left."""


class Deadline:
    """The end of a time that begins now.

    Args:
        seconds: How long it is; None for ever.
    """

    def __init__(self, seconds: float | None) -> None:
        self._ends_at = None if seconds is None else time.monotonic() + seconds

    def clip(self, timeout: float | None = None) -> float | None:
        """Return a timeout, or the time that is left if that is less; in seconds, None for ever.

        Raises:
            DeadlineExceededError: No time is left.
        """
        if self._ends_at is None:
            return timeout
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError("timed out")
        return left if timeout is None else min(timeout, left)

    def ends_within(self, seconds: float) -> bool:
        """Return whether the time is over after so many seconds."""
        return self._ends_at is not None and self._ends_at <= time.monotonic() + seconds


class Attempt(Deadline):
    """One attempt of a call; use it in a `with` statement.

    httpx bounds each read: a server that sends a byte before each read times out can hold a call for
    ever. A blocked thread cannot be cancelled, so the transport gives each operation on a socket no
    more than `clip` returns. In async code a cancel scope bounds the attempt.

    Args:
        seconds: How long the attempt may take; None for no bound.

    Attributes:
        callbacks: Called if the attempt ends with an exception, wherever that is raised. Ctrl-C can come
            between any two statements, also between taking a connection and the `try` that gives it back.
    """

    def __enter__(self) -> Self:
        self.callbacks: list[Callable[[], object]] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for callback in self.callbacks:
                callback()
        self.callbacks.clear()
        # A streamed response outlives its attempt, and is not bound by it.
        self._ends_at = None

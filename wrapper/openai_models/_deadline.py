"""A deadline for everything a thread does on its sockets.

httpx bounds each read; a server that sends one byte before each read times out can
hold a call for ever. In async code a cancel scope ends that. A blocked thread can't
be cancelled, so here every operation on a socket gets no more than the time that
is left of the attempt.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import ref

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@define(eq=False, repr=False)
class _Attempt:
    """What this thread is about.

    Attributes:
        ends_at: When it has to end, on the monotonic clock; None for never.
        undo: What is done if it fails.
    """

    ends_at: float | None = None
    undo: list[Callable[[], object]] = field(factory=list)


# Weak, so that an interrupt on the way out of the block can't leave a deadline behind.
_attempt: ContextVar[ref[_Attempt] | None] = ContextVar("openai_models_attempt", default=None)


def _current() -> _Attempt | None:
    known = _attempt.get()
    return None if known is None else known()


class DeadlineExceededError(TimeoutError):
    """The attempt took longer than its timeout allows."""


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Bound what this thread does on watched clients inside the block.

    Args:
        seconds: The bound in seconds; None for none.
    """
    attempt = _Attempt(None if seconds is None else time.monotonic() + seconds)
    token = _attempt.set(ref(attempt))
    try:
        yield
    except BaseException:
        for undo in attempt.undo:
            undo()
        raise
    finally:
        _attempt.reset(token)


def if_it_fails(undo: Callable[[], object]) -> None:
    """Have something done at the end of the attempt if that is an exception, wherever it is raised.

    Ctrl-C can come between any two statements, also between that which takes a
    connection and the `try` that would give it back.
    """
    attempt = _current()
    if attempt is not None:
        attempt.undo.append(undo)


def clip(timeout: float | None) -> float | None:
    """Give the shorter of a timeout and the time that is left, in seconds.

    Raises:
        DeadlineExceededError: No time is left.
    """
    attempt = _current()
    if attempt is None or attempt.ends_at is None:
        return timeout
    left = attempt.ends_at - time.monotonic()
    if left <= 0:
        raise DeadlineExceededError
    return left if timeout is None else min(timeout, left)


class WatchedBackend:
    """An httpcore network backend whose operations end at the deadline.

    Attributes:
        stream: The last one that it opened.
    """

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.stream: _WatchedStream | None = None

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> _WatchedStream:
        """Connect, as httpcore's own backend does."""
        return self._opened(lambda: self._backend.connect_tcp(host, port, timeout=clip(timeout), **options))

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> _WatchedStream:
        """Connect, as httpcore's own backend does."""
        return self._opened(lambda: self._backend.connect_unix_socket(path, timeout=clip(timeout), **options))

    def _opened(self, open_: Callable[[], Any]) -> _WatchedStream:
        # In this order, an interrupt finds the socket as soon as there is one.
        self.stream = _WatchedStream()
        self.stream.inner = open_()
        return self.stream

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore's own backend does."""
        self._backend.sleep(seconds)


class _WatchedStream:
    """An httpcore network stream whose operations end at the deadline.

    Attributes:
        inner: The stream itself, once it is open.
    """

    inner: Any = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self.inner.read(max_bytes, timeout=clip(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, timeout=clip(timeout))

    def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: float | None = None) -> _WatchedStream:
        # The same object: who knows it must be able to close the socket in either form.
        self.inner = self.inner.start_tls(ssl_context, server_hostname, clip(timeout))
        return self

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)

    def close(self) -> None:
        if self.inner is not None:
            self.inner.close()

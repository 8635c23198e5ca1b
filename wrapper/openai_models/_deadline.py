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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Client

_ends_at: ContextVar[float | None] = ContextVar("openai_models_deadline", default=None)


class DeadlineExceededError(TimeoutError):
    """The attempt took longer than its timeout allows."""


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Bound what this thread does on watched clients inside the block.

    Args:
        seconds: The bound in seconds; None for none.
    """
    token = _ends_at.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def clip(timeout: float | None) -> float | None:
    """Give the shorter of a timeout and the time that is left, in seconds.

    Raises:
        DeadlineExceededError: No time is left.
    """
    ends_at = _ends_at.get()
    if ends_at is None:
        return timeout
    left = ends_at - time.monotonic()
    if left <= 0:
        raise DeadlineExceededError
    return left if timeout is None else min(timeout, left)


def watch(client: Client) -> None:
    """Let a deadline hold for all the connections that this client will open.

    httpx has no public way to hand its transports a network backend, so this sets
    httpcore's attribute of that name; a test says so when a release moves it. On
    transports of other kinds, the deadline is checked between pieces of the body.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None and not isinstance(backend, _WatchedBackend):
            pool._network_backend = _WatchedBackend(backend)  # type: ignore[union-attr]  # found above


class _WatchedBackend:
    """An httpcore network backend whose operations end at the deadline."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> _WatchedStream:
        return _WatchedStream(self._backend.connect_tcp(host, port, timeout=clip(timeout), **options))

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> _WatchedStream:
        return _WatchedStream(self._backend.connect_unix_socket(path, timeout=clip(timeout), **options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _WatchedStream:
    """An httpcore network stream whose operations end at the deadline."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, timeout=clip(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=clip(timeout))

    def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: float | None = None) -> _WatchedStream:
        return _WatchedStream(self._stream.start_tls(ssl_context, server_hostname, clip(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()

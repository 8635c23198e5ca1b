"""What httpcore takes for a network, without one: each request is answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpcore

from openai_models import _async_pool

if TYPE_CHECKING:
    import pytest

OK: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Stream(httpcore.NetworkStream):
    """Answers what is written with the network's answer.

    Attributes:
        hung_up: Whether the other end has closed it.
        closed: Whether it was closed.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._unread = b""
        self.hung_up = False
        self.closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.closed:
            raise httpcore.ReadError
        data, self._unread = self._unread[:max_bytes], self._unread[max_bytes:]
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            self._network.requests.append(buffer)
            self._unread = self._network.answer

    def close(self) -> None:
        self.closed = True

    def shutdown(self, how: int) -> None:
        """Be the socket, too."""

    def get_extra_info(self, info: str) -> Any:
        return {"is_readable": self.hung_up, "socket": self}.get(info)


class AsyncStream(httpcore.AsyncNetworkStream):
    """The same, awaited."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer)

    async def aclose(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Network(httpcore.NetworkBackend):
    """Connects to nowhere.

    Attributes:
        answer: What every request gets.
        streams: The connections that were opened, oldest first.
        requests: What was written to them.
    """

    def __init__(self) -> None:
        self.answer = OK
        self.streams: list[Stream] = []
        self.requests: list[bytes] = []

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> Stream:
        self.streams.append(Stream(self))
        return self.streams[-1]

    def put_in_place(self, patch: pytest.MonkeyPatch) -> None:
        """Let all new connections lead here."""
        patch.setattr(httpcore, "SyncBackend", lambda: self)
        for place, kind in ((_async_pool, "AsyncioBackend"), (httpcore, "TrioBackend")):
            patch.setattr(place, kind, lambda: _AsyncNetwork(self))


class _AsyncNetwork(httpcore.AsyncNetworkBackend):
    def __init__(self, network: Network) -> None:
        self._network = network

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> AsyncStream:
        return AsyncStream(self._network.connect_tcp(host, port))

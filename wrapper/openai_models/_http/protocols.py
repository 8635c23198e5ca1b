"""What the annotations of arguments ask of objects that httpx and httpx2 have both."""

from typing import Any, Protocol


class HTTPClient(Protocol):
    """An `httpx.Client` or an `httpx2.Client`."""

    def send(self, request: Any, *, stream: bool = ...) -> Any: ...
    def close(self) -> None: ...


class AsyncHTTPClient(Protocol):
    """An `httpx.AsyncClient` or an `httpx2.AsyncClient`."""

    async def send(self, request: Any, *, stream: bool = ...) -> Any: ...
    async def aclose(self) -> None: ...


class Timeout(Protocol):
    """An `httpx.Timeout` or an `httpx2.Timeout`."""

    def as_dict(self) -> dict[str, float | None]: ...


class URL(Protocol):
    """An `httpx.URL` or an `httpx2.URL`."""

    def copy_with(self, **kwargs: Any) -> Any: ...

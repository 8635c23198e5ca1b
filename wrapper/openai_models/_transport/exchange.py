"""One request on its way. Nothing here waits: see `sockets`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import h11

from .. import _httpx as httpx
from .._attempt import ATTEMPT, Deadline
from .http11 import Step

if TYPE_CHECKING:
    from .http11 import Flow, HTTPConnection, MakeContext, Origin, Timeout
    from .pool import Pool

_PORTS: Final = {"http": 80, "https": 443}
_ERRORS: Final = {
    "connect": (httpx.ConnectTimeout, httpx.ConnectError),
    "write": (httpx.WriteTimeout, httpx.WriteError),
    "read": (httpx.ReadTimeout, httpx.ReadError),
}
_UNBOUNDED: Final = Deadline(None)


class Exchange:
    """One request and its response; a subclass is the response's stream as well, and waits.

    Whatever ends an exchange ends its hold on the connection: `Pool.release` after the response, `abort`
    after an exception, `__del__` when a response that was dropped unread is collected.
    """

    connection: HTTPConnection | None = None
    is_waiting = False  # for a socket, or for its turn
    needs_new = False  # takes no idle connection

    def __init__(self, pool: Pool, request: httpx.Request, ssl_context: MakeContext) -> None:
        self._pool = pool
        self._request = request
        self._ssl_context = ssl_context
        url = request.url
        self.origin: Origin = (url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme])

    def wake(self) -> None:
        """End the wait for a turn, from any thread or the garbage collector. Raises RuntimeError if the loop ended."""
        raise NotImplementedError

    def send(self) -> Flow[httpx.Response]:
        """Flow: send the request, and return the response as soon as its head has come."""
        while True:
            timeout = self._begin("pool")
            try:
                while not self._pool.acquire(self):
                    yield Step("turn", timeout())
                connection = self.connection
                assert connection is not None
                if connection.sock is None:
                    yield from connection.connect(self._ssl_context, self._begin("connect"))
                yield from connection.write(self._request, self._begin("write"))
                timeout = self._begin("read")
                while isinstance(head := (yield from connection.read_event(timeout)), h11.InformationalResponse):
                    pass
                return self._build_response(head)
            except (OSError, h11.ProtocolError) as error:
                if not self._may_resend(error):
                    raise self._map(error) from error
            self.abort()
            self.needs_new = True

    def read_data(self) -> Flow[bytes]:
        """Flow: return the next piece of the response's body; nothing at its end."""
        if self.connection is None:
            raise httpx.ReadError("the response was closed")
        try:
            event = yield from self.connection.read_event(self._begin("read"))
        except (OSError, h11.ProtocolError) as error:
            raise self._map(error) from error
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def _begin(self, phase: str) -> Timeout:
        self._phase = phase
        deadline: Deadline = self._request.extensions.get(ATTEMPT, _UNBOUNDED)
        timeout = partial(deadline.clip, self._request.extensions.get("timeout", {}).get(phase))
        # Each write and each read has its timeout; in the other phases, all waits together.
        return timeout if phase in {"write", "read"} else Deadline(timeout()).clip

    def _map(self, error: Exception) -> Exception:
        if isinstance(error, h11.ProtocolError):
            is_local = isinstance(error, h11.LocalProtocolError)
            return (httpx.LocalProtocolError if is_local else httpx.RemoteProtocolError)(str(error))
        if self._phase == "pool":
            return httpx.PoolTimeout("all the connections that the client may have are in use")
        timeout, other = _ERRORS[self._phase]
        return (timeout if isinstance(error, TimeoutError) else other)(str(error))

    def _may_resend(self, error: Exception) -> bool:
        """Return whether the failed request is sent again at once, on a new connection.

        It is where the server closed a kept-alive connection before it answered (RFC 9112 §9.3.1): a GET
        without a body, and nothing else. A new connection does not qualify, so this happens once.
        """
        if self.connection is None or isinstance(error, TimeoutError | h11.LocalProtocolError):
            return False
        was_dropped = self.connection.is_reused and not self.connection.has_answered and not self._pool.is_closed
        return was_dropped and self._request.method == "GET" and not self._request.content

    def _build_response(self, head: Any) -> httpx.Response:
        version = b"HTTP/" + head.http_version
        extensions = {"http_version": version, "reason_phrase": head.reason, "network_stream": self.connection}
        stream: Any = self
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=stream, extensions=extensions)

    def abort(self) -> None:
        """Close the connection, or leave the queue for one."""
        self._pool.withdraw(self)

    def __del__(self) -> None:
        if self.connection is not None:
            self.abort()

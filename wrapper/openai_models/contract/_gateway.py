"""The one way to the server: `Gateway` sends every request of a run, those that schemathesis adds by itself included.

schemathesis believes that it tests an ASGI application. That application serves the spec, and forwards all other
requests to the server: it counts and paces them, puts the credentials in, bounds the response in time and size, follows
no redirect, and refuses a DELETE that nobody asked for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from importlib.resources import files
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import anyio

from .._httpx import URL, ConnectError, ConnectTimeout, HTTPError, InvalidURL, LocalProtocolError, Request
from ._exchange import GatewayError, NotSentError, RawURL, Response, ResponseTimeoutError, send
from ._response_helpers import RATE_LIMITED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ._target import Target

SECONDS: Final = 10
# The hundredth is for the server's clock, which may run faster than ours.
WINDOW: Final = 1.01
# A server that never answers in time would be waited for, request by request, and a run take many minutes.
MAX_TIMEOUTS: Final = 2
SPEC: Final = "/openapi.yaml"
# About the connection to the gateway, or replaced by the target's own.
DROPPED: Final = frozenset({"host", "connection", "x-schemathesis-testcaseid"})


class Gateway:
    """An ASGI application that forwards requests to a server.

    Args:
        target: The server.
        rate: The most requests that the server gets in any second. None: as many as can be.
        before: When the requests before this run were answered, by `monotonic`.
        on_request: Is called with the count for each request.
        may_delete: The segments after `/models/` that may get a DELETE.
        seconds: How long a response may take, head and body.

    Attributes:
        count: How many requests were sent, those before included.
        rate_limited: How many of them got 429.
        errors: The requests without a response, since this was last emptied.
        is_stopped: Whether nothing is sent any more.
    """

    def __init__(
        self,
        target: Target,
        *,
        rate: int | None = None,
        before: Sequence[float] = (),
        on_request: Callable[[int], object] | None = None,
        may_delete: Collection[str] = (),
        seconds: float | None = None,
    ) -> None:
        self._target = target
        self._base_path = URL(target.base_url).raw_path.rstrip(b"/")
        self._on_request = on_request
        self._deletable = {b"/models/" + segment.encode() for segment in may_delete}
        self.seconds = SECONDS if seconds is None else seconds
        self.count = len(before)
        self.rate_limited = 0
        self.errors: list[GatewayError] = []
        self.is_stopped = False
        self._answered = deque(before, maxlen=rate) if rate else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scope: anyio.CancelScope | None = None

    async def __call__(self, scope: Mapping[str, Any], receive: Any, respond: Any) -> None:
        """Serve the spec, or forward a request."""
        if scope["type"] != "http":
            return
        if scope["path"] == SPEC:
            body = files("openai_models.contract").joinpath("openapi.yaml").read_bytes()
            response = Response(200, [(b"content-type", b"application/yaml")], body)
        else:
            content = (await receive()).get("body", b"")
            query = scope["query_string"]
            path = scope["raw_path"] + (b"?" + query if query else b"")
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            response = await self.fetch(scope["method"], path, headers, content)
        await respond({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await respond({"type": "http.response.body", "body": response.body})

    async def fetch(
        self, method: str, path: bytes, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> Response:
        """Send a request and return its response.

        Args:
            method: The method.
            path: The path below the base URL, and the query, byte for byte.
            headers: Those of schemathesis; `authorization` may have a placeholder of the key.
            content: The body.

        Raises:
            GatewayError: There is no response that can be judged.
            PermissionError: It is a DELETE that nobody asked for.
        """
        if method.upper() == "DELETE" and path not in self._deletable:
            message = f"a DELETE of {path.decode('latin-1')} was about to go to a server that is not ours"
            raise PermissionError(message)
        headers = headers or {}
        try:
            return await self._pace_and_exchange(method, path, headers, content)
        except GatewayError as error:
            error.sent = (method, path.decode("latin-1"), headers)
            self.errors.append(error)
            raise

    async def _pace_and_exchange(
        self, method: str, path: bytes, headers: Mapping[str, str], content: bytes
    ) -> Response:
        self._loop = asyncio.get_running_loop()
        if sum(isinstance(error, ResponseTimeoutError) for error in self.errors) >= MAX_TIMEOUTS:
            message = f"not sent: {MAX_TIMEOUTS} responses before it were not complete after {self.seconds:g} seconds"
            raise NotSentError(message)
        with anyio.CancelScope() as self._scope:
            if not self.is_stopped:
                await self._wait_for_turn()
                self.count += 1
                if self._on_request is not None:
                    self._on_request(self.count)
                try:
                    return await self._exchange(method, path, headers, content)
                finally:
                    if self._answered is not None:
                        self._answered.append(monotonic())
        message = "not sent: the run was stopped"
        raise NotSentError(message)

    async def _wait_for_turn(self) -> None:
        """Wait until the request that is `rate` requests back was answered, and so had come, more than a second ago."""
        times = self._answered
        if times is not None and len(times) == times.maxlen:
            await anyio.sleep(max(0.0, times[0] + WINDOW - monotonic()))

    async def _exchange(self, method: str, path: bytes, headers: Mapping[str, str], content: bytes) -> Response:
        late = f"{method} {(self._base_path + path).decode('latin-1')} took longer than {self.seconds:g} seconds"
        try:
            with anyio.fail_after(self.seconds):
                response = await send(self._build_request(method, path, headers, content))
        except (ConnectTimeout, TimeoutError) as error:
            self.count -= isinstance(error, ConnectTimeout)
            raise ResponseTimeoutError(late) from error
        except (HTTPError, InvalidURL, ValueError) as error:
            # Nothing left where there was no connection, or what was to be sent is no HTTP.
            self.count -= isinstance(error, ConnectError | LocalProtocolError | ValueError)
            raise GatewayError(str(error) or type(error).__name__) from error
        self.rate_limited += response.status == RATE_LIMITED
        return response

    def _build_request(self, method: str, path: bytes, headers: Mapping[str, str], content: bytes) -> Request:
        own = self._target.headers_for(headers.get("authorization"))
        replaced = DROPPED | {"authorization"} | {name.lower() for name in own}
        sent = {name.title(): value for name, value in headers.items() if name not in replaced} | own
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
        # A connection takes half the time at most, so that it is known of a late request whether it was sent.
        extensions = {"timeout": {"connect": self.seconds / 2}}
        request = Request(method, self._target.base_url, headers=raw, content=content, extensions=extensions)
        request.url = RawURL(self._target.base_url, self._base_path + path)
        return request

    def stop(self) -> None:
        """Cancel the request that is under way, and send none any more; from any thread."""
        self.is_stopped = True
        if self._loop is not None and self._scope is not None:
            self._loop.call_soon_threadsafe(self._scope.cancel)

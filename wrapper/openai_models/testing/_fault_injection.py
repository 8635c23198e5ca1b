"""Apply a fault to one request.

            before the application    after the application
delay       wait
fail        wait, send the error
drop        wait, close               wait, send a part of the response, close
break       wait                      send another body
drip        wait                      send the body in pieces
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ._validation import BODILESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ._faults import Fault

# Key in an ASGI scope's state: the connection's transport.
TRANSPORT: Final = "openai_models.transport"
HTML: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head>"
    b"<body><h1>Checking your browser</h1></body></html>\n"
)
# Neither UTF-8 nor JSON.
GARBAGE: Final = bytes(range(256))


@dataclass
class BufferedResponse:
    """A response that is kept instead of sent; itself the ASGI `send` that keeps it."""

    start: Message = field(default_factory=dict)
    body: bytes = b""

    async def __call__(self, message: Message) -> None:
        """Keep a part of the response."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def with_body(self, body: bytes, content_type: bytes | None = None) -> BufferedResponse:
        """Return a copy with another body, and another content type if there is one."""
        replaced = {b"content-length": b"%d" % len(body)}
        if content_type is not None:
            replaced[b"content-type"] = content_type
        headers = [(name, value) for name, value in self.start["headers"] if name.lower() not in replaced]
        return BufferedResponse({**self.start, "headers": [*headers, *replaced.items()]}, body)


async def wait_or_disconnect(receive: Receive, seconds: float) -> bool:
    """Wait for so many seconds. Return True at once if the client disconnects or the server stops."""
    if not seconds:
        return False
    try:
        async with asyncio.timeout(seconds):
            await wait_disconnect(receive)
    except TimeoutError:
        return False
    return True


async def wait_disconnect(receive: Receive) -> None:
    """Wait until the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def respond_with_fault(
    fault: Fault,
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    error_body: Callable[[int], tuple[bytes, str]],
) -> None:
    """Respond to a request as the fault demands, once its delay is over.

    Args:
        fault: The fault.
        app: The application that would respond without it.
        scope: The request.
        receive: Reports when the client disconnects.
        send: Takes the response.
        error_body: Returns body and content type for the status of a fault without a body.
    """
    if fault.kind == "fail":
        await send_error(fault, send, error_body)
    elif fault.kind == "drop":
        await drop_connection(fault, app, scope, receive, send)
    elif fault.kind == "break":
        response = break_body(fault, await buffer_response(app, scope, receive))
        await send(response.start)
        await send(body_message(response.body))
    elif fault.kind == "drip":
        await drip_body(fault, await buffer_response(app, scope, receive), receive, send)
    else:
        await app(scope, receive, send)


async def buffer_response(app: ASGIApp, scope: Scope, receive: Receive) -> BufferedResponse:
    """Run the application and return its response, without a body for HEAD."""
    response = BufferedResponse()
    await app(scope, receive, response)
    return replace(response, body=b"") if scope["method"] == "HEAD" else response


def body_message(body: bytes, *, more: bool = False) -> Message:
    """Return the ASGI message that carries a body, or a piece of it if there is more."""
    return {"type": "http.response.body", "body": body, "more_body": more}


async def send_error(fault: Fault, send: Send, error_body: Callable[[int], tuple[bytes, str]]) -> None:
    """Send the status, headers and body of a fault."""
    default_body, content_type = error_body(fault.status)
    body = default_body if fault.body is None else fault.body
    fields = dict(fault.headers)
    if fault.status not in BODILESS:
        fields = {"content-type": content_type, **fields, "content-length": str(len(body))}
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send(body_message(body))


async def drop_connection(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Close the connection, after a part of the response if the fault says so."""
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    if fault.after_bytes is not None:
        response = await buffer_response(app, scope, receive)
        if response.body:  # without a body, the head alone would be a complete response
            await send(response.start)
            # The last byte is never sent: the response must stay incomplete.
            sent = response.body[: min(fault.after_bytes, len(response.body) - 1)]
            await send(body_message(sent, more=True))
    transport.close()
    await wait_disconnect(receive)


def break_body(fault: Fault, response: BufferedResponse) -> BufferedResponse:
    """Return a response that is valid HTTP and invalid JSON."""
    if fault.how == "truncated":
        return response.with_body(response.body[: len(response.body) // 2])
    if fault.how == "garbage":
        return response.with_body(GARBAGE)
    if fault.how == "html":
        return response.with_body(HTML, b"text/html; charset=utf-8")
    return response.with_body(b"")


async def drip_body(fault: Fault, response: BufferedResponse, receive: Receive, send: Send) -> None:
    """Send the body in pieces until it ends or the client disconnects."""
    await send(response.start)
    body, chunk = response.body, fault.chunk
    while len(body) > chunk:
        await send(body_message(body[:chunk], more=True))
        if await wait_or_disconnect(receive, fault.interval):
            return
        body = body[chunk:]
    await send(body_message(body))

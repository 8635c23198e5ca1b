"""How a fault is made: what becomes of one request on its way through the application.

            before the work           after the work
delay       wait
fail        wait, answer with it
drop        wait, hang up             wait, send some of the answer, hang up
break       wait                      answer with another body
drip        wait                      answer bit by bit
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ._faults import BODILESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ._faults import Fault

# The key in an ASGI scope's state under which the server puts the connection.
TRANSPORT: Final = "openai_models.transport"
HTML: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head>"
    b"<body><h1>Checking your browser</h1></body></html>\n"
)
# Neither UTF-8 nor JSON.
GARBAGE: Final = bytes(range(256))


@dataclass
class Whole:
    """An answer that is kept instead of sent."""

    start: Message = field(default_factory=dict)
    body: bytes = b""

    async def __call__(self, message: Message) -> None:
        """Keep a part of it."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def with_body(self, body: bytes, content_type: bytes | None = None) -> Whole:
        """Give the same with another body."""
        replaced = {b"content-length": b"%d" % len(body)}
        if content_type is not None:
            replaced[b"content-type"] = content_type
        headers = [(name, value) for name, value in self.start["headers"] if name.lower() not in replaced]
        return Whole({**self.start, "headers": [*headers, *replaced.items()]}, body)


async def left_within(receive: Receive, seconds: float) -> bool:
    """Wait, and tell whether the client left or the server stopped meanwhile; if so, at once."""
    if not seconds:
        return False
    try:
        async with asyncio.timeout(seconds):
            await gone(receive)
    except TimeoutError:
        return False
    return True


async def gone(receive: Receive) -> None:
    """Wait until the connection is no more."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def answer_with(
    fault: Fault,
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    failure: Callable[[int], tuple[bytes, str]],
) -> None:
    """Answer a request as the fault wants it; its delay is over.

    Args:
        fault: What is to go wrong.
        app: What would answer it otherwise.
        scope: The request.
        receive: Its body, and its end.
        send: Where the answer goes.
        failure: Gives body and content type for a status that was told none.
    """
    if fault.kind == "fail":
        await fail(fault, send, failure)
    elif fault.kind == "drop":
        await drop(fault, app, scope, receive, send)
    elif fault.kind == "break":
        whole = broken(fault, await answer_of(app, scope, receive))
        await send(whole.start)
        await send(body_message(whole.body))
    elif fault.kind == "drip":
        await drip(fault, await answer_of(app, scope, receive), receive, send)
    else:
        await app(scope, receive, send)


async def answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> Whole:
    """Have the request answered, and keep the answer."""
    whole = Whole()
    await app(scope, receive, whole)
    return replace(whole, body=b"") if scope["method"] == "HEAD" else whole


def body_message(body: bytes, *, more: bool = False) -> Message:
    """Give the ASGI message that carries a body."""
    return {"type": "http.response.body", "body": body, "more_body": more}


async def fail(fault: Fault, send: Send, failure: Callable[[int], tuple[bytes, str]]) -> None:
    """Answer with a status."""
    own, content_type = failure(fault.status)
    body = own if fault.body is None else fault.body
    sent = dict(fault.headers)
    if fault.status not in BODILESS:
        sent = {"content-type": content_type, **sent, "content-length": str(len(body))}
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send(body_message(body))


async def drop(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Hang up."""
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    if fault.after_bytes is not None:
        whole = await answer_of(app, scope, receive)
        if whole.body:  # without one, the head would be all of the answer
            await send(whole.start)
            # And all of the body would be no fault.
            await send(body_message(whole.body[: min(fault.after_bytes, len(whole.body) - 1)], more=True))
    transport.close()
    await gone(receive)


def broken(fault: Fault, whole: Whole) -> Whole:
    """Give an answer that HTTP finds nothing wrong with, and JSON does."""
    if fault.how == "truncated":
        return whole.with_body(whole.body[: len(whole.body) // 2])
    if fault.how == "garbage":
        return whole.with_body(GARBAGE)
    if fault.how == "html":
        return whole.with_body(HTML, b"text/html; charset=utf-8")
    return whole.with_body(b"")


async def drip(fault: Fault, whole: Whole, receive: Receive, send: Send) -> None:
    """Answer bit by bit, for as long as somebody reads."""
    await send(whole.start)
    last = max(len(whole.body) - fault.chunk, 0)
    for at in range(0, last, fault.chunk):
        await send(body_message(whole.body[at : at + fault.chunk], more=True))
        if await left_within(receive, fault.interval):
            return
    at = -(-last // fault.chunk) * fault.chunk
    await send(body_message(whole.body[at:]))

"""Keys, the places where a user may put them, calls that fail with them, and a look for them."""

from __future__ import annotations

import asyncio
import base64
import io
import pprint
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from rich.console import Console
from rich.traceback import Traceback
from tests.acceptance.hard.wire import Head, Reply, answer

from openai_models import (
    AsyncOpenAI,
    OpenAI,
    OpenAIError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Each could be a key; none is part of another.
PLANTED = {
    "api_key": "sk-proj-PLANTED1_aA0-bB1_cC2",
    "callable": "PLANTED2.eyJhbGciOiJub25lIn0.e30.c2ln",
    "default header": "PLANTED3-0123456789abcdef",
    "userinfo": "PLANTED4~!pass$word",
    "base query": "PLANTED5 and/more+%25",
    "default query": "PLANTED6=&?#",
    "extra header": "PLANTED7;azure",
    "extra query": "PLANTED8",
}


def spellings(secret: str) -> Iterator[str]:
    """Yield the spellings of a secret: as it is, quoted, escaped, in base64."""
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    for prefix in ("", "user:", ":"):
        yield base64.b64encode(f"{prefix}{secret}".encode()).decode().rstrip("=")


def leaks(text: str) -> list[str]:
    """Name the secrets that a text shows; the mark that all of them have in common is enough."""
    found = [name for name, secret in PLANTED.items() if any(written in text for written in spellings(secret))]
    marks = sum(text.count(written) for secret in PLANTED.values() for written in {*spellings(secret)})
    return found or (["part of one"] if "PLANTED" in text and not marks else [])


@dataclass(frozen=True)
class Options:
    """How a client is made that has every secret, or a callable in place of the key."""

    by_function: bool
    base_url: str

    def settings(self) -> dict[str, Any]:
        scheme, _, rest = self.base_url.partition("://")
        password = quote(PLANTED["userinfo"], safe="")
        return {
            "api_key": (lambda: PLANTED["callable"]) if self.by_function else PLANTED["api_key"],
            "base_url": f"{scheme}://user:{password}@{rest}?code={quote(PLANTED['base query'], safe='')}",
            "default_headers": {"api-key": PLANTED["default header"]},
            "default_query": {"subscription-key": PLANTED["default query"]},
            "max_retries": 1,
            "timeout": 5,
        }

    def call_options(self) -> dict[str, Any]:
        return {
            "extra_headers": {"x-goog-api-key": PLANTED["extra header"]},
            "extra_query": {"key": PLANTED["extra query"]},
        }


def refusing(_: Head) -> Reply:
    return Reply((answer(b'{"error": {"message": "no"}}', "401 Unauthorized"),))


def moved(_: Head) -> Reply:
    return Reply((answer(b"", "302 Found", "location: http://127.0.0.1:9/elsewhere\r\n"),))


def forbidden_redirect(_: Head) -> Reply:
    return Reply((answer(b"", "302 Found", "location: file:///etc/passwd\r\n"),))


FAULTS: dict[str, Callable[[Head], Reply]] = {
    "401": refusing,
    "500": lambda _: Reply((answer(b"oops", "500 Server Error", "retry-after-ms: 1\r\n"),)),
    "HTML": lambda _: Reply((answer(b"<html><title>hi</title></html>"),)),
    "no JSON": lambda _: Reply((answer(b"{"),)),
    "no id": lambda _: Reply((answer(b'{"object": "model"}'),)),
    "a hang-up": lambda _: Reply((), close=True),
    "half a body": lambda _: Reply((b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",), close=True),
    "garbage": lambda _: Reply((b"\x00\x01garbage\r\n\r\n",), close=True),
    "a redirect elsewhere": moved,
    "a redirect to a file": forbidden_redirect,
    "broken gzip": lambda _: Reply((answer(b"nogzip", headers="content-encoding: gzip\r\n"),)),
    "an endless redirect": lambda head: Reply((answer(b"", "307 Again", f"location: {head.target}\r\n"),)),
}


def failure_of(shell: str, options: Options, operation: str = "retrieve") -> OpenAIError:
    """Make a call that fails, and give its error with the frames that it came through."""
    try:
        outcome(shell, options, operation)
    except OpenAIError as error:
        return error
    raise AssertionError


def outcome(shell: str, options: Options, operation: str = "retrieve") -> object:
    # Nothing secret in this frame by name: only what the package itself shows is looked at.
    if shell.startswith("sync"):
        http_client = httpx.Client(follow_redirects=True) if shell == "sync over httpx" else None
        with OpenAI(**options.settings(), http_client=http_client) as client:
            return getattr(client.models, operation)("m", **options.call_options())

    async def call() -> object:
        async with AsyncOpenAI(**options.settings()) as client:
            return await getattr(client.models, operation)("m", **options.call_options())

    return asyncio.run(call())


def rendered(error: BaseException) -> str:
    """Render an error with its whole chain and the variables of all its frames."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(whole.format(chain=True))


def rendered_by_rich(error: BaseException) -> str:
    """Render an error as rich does where it is asked for variables; structlog's console asks it to."""
    assert error.__traceback__ is not None
    console = Console(file=io.StringIO(), width=500, color_system=None)
    made = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_length=999, locals_max_string=999
    )
    console.print(made)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def everything_about(value: object) -> str:
    """Show a value, and what `vars` finds in it."""
    text = f"{value!r} {value!s} {value}\n{pprint.pformat(value)}\n"
    if hasattr(value, "__dict__"):
        for name, inner in vars(value).items():
            text += f"{name}: {inner!r} {inner!s}\n"
    return text


def refusal(make: Callable[[], object]) -> BaseException:
    with pytest.raises((ValueError, TypeError, OpenAIError)) as caught:
        make()
    return caught.value


def of_the_package(error: BaseException) -> str:
    """Show the variables of the package's own frames in a traceback."""
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__", "").startswith("openai_models")
    ]
    return "".join(traceback.StackSummary.extract(iter(frames), capture_locals=True).format())

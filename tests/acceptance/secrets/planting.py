"""Keys, the places where a user may put them, calls that fail with them, and a look for them."""

import asyncio
import base64
import pprint
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from rich.traceback import Traceback
from tests.acceptance.hard.wire import Head, Reply, answer

from openai_models import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    AsyncOpenAI,
    AuthenticationError,
    InternalServerError,
    OpenAI,
    OpenAIError,
)

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
    return found or (["part of one"] if "PLANTED" in text else [])


@dataclass(frozen=True)
class Options:
    """How a client is made that has every secret, or a callable in place of the key."""

    base_url: str
    by_function: bool = False

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


def _redirect(location: str) -> Callable[[Head], Reply]:
    return lambda head: Reply((answer(b"", "307 Again", f"location: {location.format(head.target)}\r\n"),))


FAULTS: dict[str, tuple[type[APIError], Callable[[Head], Reply]]] = {
    "401": (AuthenticationError, lambda _: Reply((answer(b'{"error": {"message": "no"}}', "401 Unauthorized"),))),
    "500": (InternalServerError, lambda _: Reply((answer(b"oops", "500 Server Error"),))),
    "HTML": (APIResponseValidationError, lambda _: Reply((answer(b"<html><title>hi</title></html>"),))),
    "no JSON": (APIResponseValidationError, lambda _: Reply((answer(b"{"),))),
    "no id": (APIResponseValidationError, lambda _: Reply((answer(b'{"object": "model"}'),))),
    "a hang-up": (APIConnectionError, lambda _: Reply((), close=True)),
    "half a body": (APIConnectionError, lambda _: Reply((answer(b"{}")[:-1],), close=True)),
    "garbage": (APIConnectionError, lambda _: Reply((b"\x00\x01garbage\r\n\r\n",), close=True)),
    "a redirect elsewhere": (APIConnectionError, _redirect("http://127.0.0.1:9/elsewhere")),
    "a redirect to a file": (APIStatusError, _redirect("file:///etc/passwd")),
    "an endless redirect": (APIConnectionError, _redirect("{}")),
    "broken gzip": (
        APIResponseValidationError,
        lambda _: Reply((answer(b"nogzip", headers="content-encoding: gzip\r\n"),)),
    ),
}


def failure_of(shell: str, options: Options) -> OpenAIError:
    """Make a call that fails, and return its error with the frames that it came through."""
    try:
        outcome(shell, options)
    except OpenAIError as error:
        return error
    raise AssertionError


def outcome(shell: str, options: Options) -> object:
    # Nothing secret in this frame by name: only what the package itself shows is looked at.
    if shell.startswith("sync"):
        http_client = httpx.Client(follow_redirects=True) if shell == "sync over httpx" else None
        with OpenAI(**options.settings(), http_client=http_client) as client:
            return client.models.retrieve("m", **options.call_options())

    async def call() -> object:
        async with AsyncOpenAI(**options.settings()) as client:
            return await client.models.retrieve("m", **options.call_options())

    return asyncio.run(call())


def rendered(error: BaseException) -> str:
    """Render an error with its whole chain and the variables of all its frames."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(whole.format(chain=True))


def rendered_by_rich(error: BaseException) -> str:
    """Render an error's messages and variables as rich does where it is asked for these; structlog asks it to."""
    trace = Traceback.extract(
        type(error), error, error.__traceback__, show_locals=True, locals_max_length=999, locals_max_string=999
    )
    frames = [frame for stack in trace.stacks for frame in stack.frames]
    assert len(frames) > 1
    variables = [f"{name} = {node.render()}" for frame in frames for name, node in (frame.locals or {}).items()]
    return "\n".join([*(stack.exc_value for stack in trace.stacks), *variables])


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

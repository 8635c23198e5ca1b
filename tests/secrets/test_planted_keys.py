"""Keys are planted wherever a user may put one, and searched for wherever anything is shown or kept."""

from __future__ import annotations

import asyncio
import base64
import copy
import io
import logging
import pickle
import pprint
import subprocess
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from rich.console import Console
from rich.traceback import Traceback
from tests.hard.wire import Head, Reply, WireServer, answer, echo

import openai_models
from openai_models import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    AsyncOpenAI,
    AuthenticationError,
    InternalServerError,
    OpenAI,
    OpenAIError,
    _retries,
)
from openai_models.contract import Target, UnusableTargetError
from openai_models.testing import MockServer

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
    """Give a secret as it may be written: itself, quoted, escaped, in base64."""
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


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retries, "_FIRST_BACKOFF", 0.001)
    for name in ("http_proxy", "https_proxy", "all_proxy", "OPENAI_LOG", "OPENAI_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at DEBUG, by whichever library."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s %(exc_info)s"))
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("openai_models", "httpx", "httpcore", "stamina"))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(params=[False, True], ids=["key", "function"])
def options(request: pytest.FixtureRequest, server: WireServer) -> Options:
    return Options(bool(request.param), server.base_url)


def failure_of(shell: str, options: Options, operation: str = "retrieve") -> OpenAIError:
    """Make a call that fails, and give its error with the frames that it came through."""
    try:
        outcome(shell, options, operation)
    except OpenAIError as error:
        return error
    raise AssertionError


def outcome(shell: str, options: Options, operation: str = "retrieve") -> object:
    # Nothing secret in this frame by name: only what the package itself shows is looked at.
    if shell == "sync":
        with OpenAI(**options.settings()) as client:
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


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("shell", ["sync", "async"])
def test_no_error_shows_a_secret(server: WireServer, options: Options, shell: str, fault: str) -> None:
    server.reply = FAULTS[fault]
    error = failure_of(shell, options)
    assert isinstance(error, APIError)
    shown = {
        "traceback with locals": rendered(error),
        "rich's traceback with locals": rendered_by_rich(error),
        "plain traceback": "".join(traceback.format_exception(error)),
        "the error": everything_about(error),
        "its notes": repr(getattr(error, "__notes__", [])),
        "its vars, printed": pprint.pformat(vars(error)),
    }
    cause: BaseException | None = error.__cause__ or error.__context__
    while cause is not None:
        shown[f"its cause {type(cause).__name__}"] = everything_about(cause)
        cause = cause.__cause__ or cause.__context__
    found = {where: set(leaks(text)) for where, text in shown.items()}
    # What one call is given stands in its caller's own variables, in the same traceback.
    for where in ("traceback with locals", "rich's traceback with locals"):
        found[where] -= {"extra header", "extra query"}
    assert {where: names for where, names in found.items() if names} == {}


def ended_from_outside(options: Options) -> TimeoutError:
    """Make a call that its caller ends, and give the error with the frames that it came through."""

    async def call() -> None:
        async with AsyncOpenAI(**options.settings()) as client, asyncio.timeout(0.1):
            await client.models.retrieve("m")

    try:
        asyncio.run(call())
    except TimeoutError as error:
        return error
    raise AssertionError


def test_what_ends_a_call_from_outside_shows_no_secret(server: WireServer, options: Options) -> None:
    server.reply = lambda _: Reply(())
    error = ended_from_outside(options)
    assert isinstance(error.__cause__, asyncio.CancelledError)
    assert leaks(rendered(error) + rendered_by_rich(error)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_no_copy_of_an_error_has_a_secret(server: WireServer, options: Options, fault: str) -> None:
    server.reply = FAULTS[fault]
    error = failure_of("sync", options)
    pickled = pickle.dumps(error)
    assert leaks(pickled.decode("latin-1")) == []
    again = pickle.loads(pickled)
    assert (type(again), str(again)) == (type(error), str(error))
    assert leaks(everything_about(again) + repr(again.request.headers) + str(again.request.url)) == []
    assert leaks(pickle.dumps(copy.deepcopy(error)).decode("latin-1")) == []


@pytest.mark.parametrize("fault", ["none", *FAULTS])
@pytest.mark.parametrize("shell", ["sync", "async"])
def test_no_log_line_shows_a_secret(
    server: WireServer, options: Options, log: io.StringIO, shell: str, fault: str
) -> None:
    server.reply = FAULTS.get(fault, echo)
    if fault == "none":
        outcome(shell, options)
    else:
        failure_of(shell, options)
    assert "openai_models" in log.getvalue()
    assert "httpcore" in log.getvalue()
    assert [line for line in log.getvalue().splitlines() if leaks(line)] == []


@pytest.mark.parametrize("level", ["info", "debug"])
def test_what_openai_log_prints_shows_no_secret(server: WireServer, level: str) -> None:
    server.reply = FAULTS["500"]
    settings = Options(by_function=False, base_url=server.base_url).settings()
    code = f"""
import openai_models
try:
    openai_models.OpenAI(**{settings!r}).models.retrieve("m")
except openai_models.InternalServerError:
    pass
"""
    environment = {"OPENAI_LOG": level, "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "openai_models" in done.stderr
    assert leaks(done.stderr + done.stdout) == []


def test_no_public_object_shows_a_secret(options: Options) -> None:
    client = OpenAI(**options.settings())
    aclient = AsyncOpenAI(**options.settings())
    call = options.call_options()
    shown: list[object] = [client, aclient]
    for each in (client, aclient):
        shown += [each.models, each.with_raw_response, each.with_streaming_response, each._config, each._sender]
        shown += [each.models.with_raw_response, each.models.with_streaming_response, each.with_options(timeout=1)]
    page = client.models.list(**call)
    raw = client.models.with_raw_response.retrieve("m", **call)
    shown += [page, page.data, page.data[0], raw, raw.parse(), raw.http_response, raw.http_request, raw.headers]
    opening = client.models.with_streaming_response.retrieve("m", **call)
    with opening as streamed:
        shown += [opening, streamed, streamed.http_response]
    shown += [client.models.delete("m", **call), client.models.list, aclient.models.list(**call)]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in options.settings().items():
            patch.setattr(openai_models, name, value)
        shown += [openai_models.models, openai_models.models.retrieve("m")]
    client.close()
    asyncio.run(aclient.close())
    assert [value for value in shown if leaks(f"{value!r} {value!s}")] == []


def test_no_result_keeps_a_secret(options: Options) -> None:
    with OpenAI(**options.settings()) as client:
        page = client.models.list(**options.call_options())
        model = client.models.retrieve("m", **options.call_options())
        gone = client.models.delete("m", **options.call_options())
    for result in (model, gone, *page.data):
        assert leaks(pickle.dumps(result).decode("latin-1")) == []
        assert leaks(everything_about(result) + result.to_json()) == []


@pytest.mark.parametrize("operation", ["retrieve", "delete"])
def test_no_copy_of_a_raw_response_has_a_secret(options: Options, operation: str) -> None:
    with OpenAI(**options.settings()) as client:
        raw = getattr(client.models.with_raw_response, operation)("m", **options.call_options())
    for pickled in (pickle.dumps(raw), pickle.dumps(copy.copy(raw))):
        assert leaks(pickled.decode("latin-1")) == []
        assert pickle.loads(pickled).parse() == raw.parse()
        assert pickle.loads(pickled).content == raw.content


BAD_KEYS = {
    "line break": "sk-PLANTED\nx-injected: 1",
    "carriage return": "sk-PLANTED\r",
    "NUL": "sk-PLANTED\0",
    "escape": "sk-PLANTED\x1b[2J",
    "DEL": "sk-PLANTED\x7f",
    "accent": "sk-PLANTED\u00e9",
    "smart quote": "\u201csk-PLANTED\u201d",
    "invisible": "sk-\u200bPLANTED",
    "line separator": "sk-PLANTED\u2028",
    "surrogate": "sk-PLANTED\udc80",
}


def refusal(make: Callable[[], object]) -> BaseException:
    with pytest.raises((ValueError, TypeError, OpenAIError)) as caught:
        make()
    return caught.value


@pytest.mark.parametrize("bad", BAD_KEYS)
@pytest.mark.parametrize("place", ["argument", "environment", "attribute", "function", "coroutine function", "copy"])
def test_a_key_that_no_header_can_hold_is_refused_without_quoting_it(
    server: WireServer, monkeypatch: pytest.MonkeyPatch, place: str, bad: str
) -> None:
    if place == "environment" and bad == "NUL":
        pytest.skip("the environment can't hold it")
    made: list[str] = [BAD_KEYS[bad]]
    base_url = server.base_url

    async def gives() -> str:
        return made[0]

    async def call() -> object:
        async with AsyncOpenAI(base_url=base_url, api_key=gives) as aclient:
            return await aclient.models.list()

    def run() -> object:
        return asyncio.run(call())

    with OpenAI(base_url=base_url, api_key="sk-x") as client:
        if place == "environment":
            monkeypatch.setenv("OPENAI_API_KEY", made[0])
        error = {
            "argument": lambda: refusal(lambda: OpenAI(base_url=base_url, api_key=made[0])),
            "environment": lambda: refusal(lambda: OpenAI(base_url=base_url)),
            "attribute": lambda: refusal(lambda: setattr(client, "api_key", made[0])),
            "function": lambda: refusal(OpenAI(base_url=base_url, api_key=lambda: made[0]).models.list),
            "coroutine function": lambda: refusal(run),
            "copy": lambda: refusal(lambda: client.with_options(api_key=made[0])),
        }[place]()
    made.clear()
    assert server.heads == []
    assert "PLANTED" not in f"{error!r} {error} {getattr(error, '__notes__', '')}"
    assert "PLANTED" not in of_the_package(error)
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


def of_the_package(error: BaseException) -> str:
    """Show the variables of the package's own frames in a traceback."""
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__", "").startswith("openai_models")
    ]
    return "".join(traceback.StackSummary.extract(iter(frames), capture_locals=True).format())


@pytest.mark.parametrize("bad", BAD_KEYS)
@pytest.mark.parametrize("shell", ["sync", "async"])
@pytest.mark.parametrize("place", ["default", "extra", "environment"])
def test_a_header_that_cannot_be_sent_is_refused_without_quoting_it(
    server: WireServer, monkeypatch: pytest.MonkeyPatch, shell: str, place: str, bad: str
) -> None:
    if place == "environment":
        if not BAD_KEYS[bad].isprintable() and bad != "escape":
            pytest.skip("a line of the environment variable can't hold it")
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"api-key: {BAD_KEYS[bad]}")
    made: dict[str, Any] = {"default": {}, "extra": {}, "environment": {}}
    made[place] = {"api-key": BAD_KEYS[bad]}
    base_url = server.base_url

    def call() -> object:
        if shell == "sync":
            with OpenAI(base_url=base_url, api_key="sk-x", default_headers=made["default"]) as client:
                return client.models.retrieve("m", extra_headers=made["extra"])

        async def run() -> object:
            async with AsyncOpenAI(base_url=base_url, api_key="sk-x", default_headers=made["default"]) as client:
                return await client.models.retrieve("m", extra_headers=made["extra"])

        return asyncio.run(run())

    error = refusal(call)
    made.clear()
    monkeypatch.delenv("OPENAI_CUSTOM_HEADERS", raising=False)
    assert server.heads == []
    assert "PLANTED" not in f"{error!r} {error}"
    assert "PLANTED" not in of_the_package(error)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "a\r\nx: y", "\u00e9", "a\0", "a\udc80"], ids=ascii)
def test_a_name_that_is_no_header_is_refused_before_anything_is_sent(server: WireServer, name: str) -> None:
    with OpenAI(base_url=server.base_url, api_key="sk-x") as client:
        with pytest.raises(ValueError, match="not a name for a header"):
            client.models.list(extra_headers={name: "PLANTED"})
        with pytest.raises(ValueError, match="not a name for a header") as caught:
            client.with_options(default_headers={name: "PLANTED"})
    assert server.heads == []
    assert "PLANTED" not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "ftp://user:PLANTED@host/v1",
        "http://user:PLANTED@/v1",
        "http://user:PLANTED@host:port/v1",
        "http://user:PLANTED@host/v1?key=PLANTED#fragment",
        "http://host/v1?key=sk#PLANTED",
        "http://user:PLANTED@ho st/v1",
        "http://user:PLANTED@[::1/v1",
        "http://user:PLANTED@host:99999/v1",
        "http://host/v1?key=PLANTED\n",
        "http://host/v1?key=PLANTED\0",
        "//user:PLANTED@host",
        "user:PLANTED@host",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_a_base_url_that_is_refused_is_not_quoted_with_its_secrets(client: Any, base_url: str) -> None:
    urls = [base_url]
    try:
        shown = repr(client(base_url=urls[0], api_key="sk-x"))
    except (ValueError, TypeError) as error:
        urls.clear()
        shown = f"{error!r} {error} {of_the_package(error)}"
    assert "PLANTED" not in shown


@pytest.mark.parametrize("url", ["http://user:PLANTED@127.0.0.1:9/v1", "http://127.0.0.1:9/v1?key=PLANTED"])
def test_the_contract_takes_no_url_whose_secrets_its_reports_would_show(url: str) -> None:
    with pytest.raises(UnusableTargetError, match="leave them out") as caught:
        Target.of_somebody(url, "sk-x")
    assert "PLANTED" not in f"{caught.value} {caught.value!r}"


def test_the_mock_shows_the_keys_of_callers_to_nobody(log: io.StringIO) -> None:
    with MockServer() as mock:
        options = Options(by_function=False, base_url=mock.base_url)
        assert isinstance(failure_of("sync", options), AuthenticationError)
        shown = f"{mock!r} {mock} {mock.requests!r} {[vars(r) if hasattr(r, '__dict__') else r for r in mock.requests]}"
        bodies = [httpx.get(mock.base_url + "/models", headers={"authorization": "Bearer PLANTED"}).text]
    lines = [line for line in log.getvalue().splitlines() if not line.startswith(("httpx ", "httpcore"))]
    assert [line for line in lines if leaks(line)] == []
    assert leaks(shown) == []
    assert leaks("".join(bodies)) == []


def test_the_errors_of_these_tests_are_of_all_kinds(server: WireServer) -> None:
    options = Options(by_function=False, base_url=server.base_url)
    kinds = set()
    for fault in FAULTS.values():
        server.reply = fault
        kinds.add(type(failure_of("sync", options)))
    assert {AuthenticationError, InternalServerError, APIResponseValidationError, APIConnectionError} <= kinds


@pytest.mark.parametrize("shell", ["sync", "async"])
def test_a_header_of_an_http_client_that_cannot_be_sent_is_not_quoted(server: WireServer, shell: str) -> None:
    headers = {"api-key": "PLANTED\nx: y"}

    def call() -> object:
        if shell == "sync":
            with OpenAI(base_url=server.base_url, api_key="sk-x", http_client=httpx.Client(headers=headers)) as client:
                return client.models.retrieve("m")

        async def run() -> object:
            http = httpx.AsyncClient(headers=headers)
            async with AsyncOpenAI(base_url=server.base_url, api_key="sk-x", http_client=http) as client:
                return await client.models.retrieve("m")

        return asyncio.run(run())

    error = refusal(call)
    headers.clear()
    assert isinstance(error, APIConnectionError)
    assert "the http_client adds a header that HTTP doesn't allow" in error.__notes__[0]
    assert server.heads == []
    assert error.__cause__ is error.__context__ is None
    assert "PLANTED" not in everything_about(error) + of_the_package(error)


def test_an_async_function_for_the_key_of_a_sync_client_is_refused(server: WireServer) -> None:
    async def key() -> str:
        return "sk-x"

    with (
        OpenAI(base_url=server.base_url, api_key=key) as client,  # type: ignore[arg-type]  # on purpose
        pytest.raises(TypeError, match="that is for AsyncOpenAI"),
    ):
        client.models.list()
    assert server.heads == []

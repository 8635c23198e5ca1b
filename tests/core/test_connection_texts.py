"""The text of an error that has no response names the origin, and the cause or the bound of time that passed."""

import errno
import logging
import re
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Pieces, Server, Shell, answer

from openai_models import (
    APIConnectionError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
    Timeout,
)
from openai_models._core.failures import connection_text, note_of, timeout_text
from openai_models._http.routing import SyncRouter
from openai_models.testing import MockServer

REQUEST = httpx.Request(
    "GET",
    f"http://user:{KEY}@api.test:8080/v1/models?key={KEY}",
    extensions={"timeout": {"connect": 5.0, "read": 2.5, "write": 1.0, "pool": None}},
)


def tls_error(kind: type[ssl.SSLError], **attributes: object) -> ssl.SSLError:
    error = kind(1, "[SSL: REASON] reason (_ssl.c:1006)")
    vars(error).update(attributes)
    return error


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 9)")
UNTRUSTED = tls_error(ssl.SSLCertVerificationError, verify_message="own", verify_code=18)
EXPIRED = tls_error(ssl.SSLCertVerificationError, verify_message="expired", verify_code=10)
SEVERAL = "[Errno 111] Connection refused; [Errno 101] Network is down"
HUNG_UP = "Server disconnected without sending a response."
HINT = "set SSL_CERT_FILE, or verify= of an http_client"
CONNECT = httpx.ConnectError("x")
TEXTS: dict[str, tuple[Exception, BaseException | None, str]] = {
    "refused": (CONNECT, REFUSED, "can't connect to {}: connection refused"),
    "refused twice": (CONNECT, ExceptionGroup("", [REFUSED] * 2), "can't connect to {}: connection refused"),
    "refused, told as a timeout": (httpx.ConnectTimeout("x"), REFUSED, "can't connect to {}: connection refused"),
    "several causes": (httpx.ConnectError(SEVERAL), None, "can't connect to {}: Connection refused; Network is down"),
    "an unknown host": (CONNECT, socket.gaierror(-2, "Name"), "can't connect to {}: unknown host"),
    "not trusted": (CONNECT, UNTRUSTED, f"can't connect to {{}}: certificate not trusted (own): {HINT}"),
    "expired": (CONNECT, EXPIRED, "can't connect to {}: certificate not trusted (expired)"),
    "no TLS": (CONNECT, tls_error(ssl.SSLError, reason="WRONG"), "can't connect to {}: TLS failed (WRONG)"),
    "a reset": (httpx.ReadError(""), OSError(errno.EPIPE, "x"), "lost the connection to {}: broken pipe"),
    "a hang-up": (httpx.RemoteProtocolError(HUNG_UP), None, f"no valid response from {{}}: {HUNG_UP}"),
    "a proxy": (httpx.ProxyError("403 Forbidden"), None, "the proxy made no connection to {}: 403 Forbidden"),
    "no words at all": (httpx.ReadError(""), None, "lost the connection to {}: ReadError"),
    "a hook": (KeyError("missing"), None, "the request failed at {}: KeyError: 'missing'"),
    "a hook, in lines": (ValueError("one\n  two"), None, "the request failed at {}: ValueError: one two"),
}


@pytest.mark.parametrize(("error", "cause", "text"), TEXTS.values(), ids=TEXTS)
def test_a_connection_error_names_the_origin_and_the_cause(
    error: Exception, cause: BaseException | None, text: str
) -> None:
    error.__cause__ = cause
    assert connection_text(error, REQUEST) == "Connection error: " + text.format("http://api.test:8080")


def test_the_origin_is_that_of_the_request_that_failed() -> None:
    error = httpx.ConnectError("x", request=httpx.Request("POST", "https://[::1]/token"))
    assert "can't connect to https://[::1]: " in connection_text(error, REQUEST)


@pytest.mark.parametrize(
    ("error", "total", "elapsed", "text"),
    [
        (httpx.ConnectTimeout(""), None, 9.0, "can't connect to {} within 5 seconds (connect)"),
        (httpx.ReadTimeout(""), 60.0, 9.0, "no data from {} within 2.5 seconds (read)"),
        (httpx.WriteTimeout(""), None, 9.0, "can't send the request to {} within 1 second (write)"),
        (httpx.PoolTimeout(""), None, 9.0, "no free connection to {}"),
        (httpx.ReadTimeout(""), 2.0, 2.001, "no complete response from {} within 2 seconds (whole attempt)"),
        (TimeoutError(), 0.25, 0.25, "no complete response from {} within 0.25 seconds (whole attempt)"),
        (TimeoutError(), 60.0, 1.0, "no response from {}"),
    ],
    ids=["connect", "read", "write", "pool", "whole, in a read", "whole", "of something else"],
)
def test_a_timeout_names_the_bound_that_passed(
    error: Exception, total: float | None, elapsed: float, text: str
) -> None:
    assert timeout_text(error, REQUEST, total, elapsed) == "Request timed out: " + text.format("http://api.test:8080")


def test_a_connect_that_was_under_way_is_no_cause() -> None:
    error = TimeoutError()
    error.__cause__ = BlockingIOError(errno.EINPROGRESS, "Operation now in progress")
    assert note_of(error) == ""


def test_a_url_that_an_error_quotes_loses_what_may_be_a_key() -> None:
    note = note_of(ValueError(f"no luck with '{REQUEST.url}', or {REQUEST.url}"))
    assert note == "ValueError: no luck with 'http://api.test:8080/v1/models', or http://api.test:8080/v1/models"


def test_a_streamed_body_that_stalls_names_the_bound_of_a_read(shell: Shell) -> None:
    body = Pieces(b"{", httpx.ReadTimeout("late"))
    client = shell.client(lambda _: httpx.Response(200, stream=body), timeout=Timeout(7))
    with client.models.with_streaming_response.list() as response, pytest.raises(APITimeoutError) as caught:
        list(response.iter_bytes())
    assert str(caught.value) == "Request timed out: no data from http://api.test within 7 seconds (read)"


def test_the_log_line_of_a_retry_names_the_request_and_the_reason(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "openai_models")
    busy = answer({"error": {"message": f"the key {KEY} is busy"}}, status=503, headers={"retry-after-ms": "1"})
    server = Server(httpx.ConnectError("refused"), busy, answer([]))
    client = shell.client(server, max_retries=2, base_url=f"http://user:{KEY}@api.test/v1?key={KEY}")
    shell.call(client.models.list)
    lines = [record.getMessage() for record in caplog.records if record.name == "openai_models"]
    begin = "Retrying GET http://api.test/v1/models in … seconds"
    assert [re.sub(r"\d\.\d+", "…", line) for line in lines] == [
        f"{begin} (retry 1): Connection error: can't connect to http://api.test: refused",
        f"{begin} (retry 2): status 503",
    ]


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


WAYS: dict[str, tuple[str, Callable[[], Any]]] = {
    "own, sync": ("sync", lambda: None),
    "own, asyncio": ("asyncio", lambda: None),
    "own, trio": ("trio", lambda: None),
    "httpx, sync": ("sync", httpx.Client),
    "httpx, trio": ("trio", httpx.AsyncClient),
    "aiohttp": ("asyncio", DefaultAioHttpClient),
}


@pytest.mark.parametrize(("backend", "make_http"), WAYS.values(), ids=WAYS)
def test_a_failure_reads_the_same_over_every_transport(
    backend: str, make_http: Callable[[], Any], closed_port: int, mock: MockServer
) -> None:
    mock.drop_next(times=5)  # aiohttp sends again by itself
    origins = [f"http://127.0.0.1:{closed_port}", f"http://localhost:{closed_port}", "http://no-such-host.invalid"]
    failures = [failure_of(backend, make_http, f"{origin}/v1") for origin in origins]
    failures.append(failure_of(backend, make_http, mock.base_url))
    origins.append(mock.base_url.removesuffix("/v1"))
    assert {type(failure) for failure in failures} == {APIConnectionError}
    assert [str(failure) for failure in failures[:3]] == [
        f"Connection error: can't connect to {origins[0]}: connection refused",
        f"Connection error: can't connect to {origins[1]}: connection refused",
        f"Connection error: can't connect to {origins[2]}: unknown host",
    ]
    assert f"{origins[3]}: Server disconnected" in str(failures[3])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # httpx-aiohttp passes what aiohttp deprecates
@pytest.mark.parametrize("is_of_environment", [True, False])
@pytest.mark.parametrize(
    ("backend", "kind"),
    [("sync", DefaultHttpxClient), ("trio", DefaultAsyncHttpxClient), ("asyncio", DefaultAioHttpClient)],
)
def test_the_proxy_that_refuses_is_named_without_its_password(
    backend: str, kind: Any, closed_port: int, monkeypatch: pytest.MonkeyPatch, *, is_of_environment: bool
) -> None:
    proxy = f"http://user:{KEY}@127.0.0.1:{closed_port}"
    if is_of_environment:
        monkeypatch.setenv("HTTP_PROXY", proxy)
    failure = failure_of(
        backend, partial(kind, **({} if is_of_environment else {"proxy": proxy})), "http://api.test/v1"
    )
    where = f"http://api.test (proxy http://127.0.0.1:{closed_port})"
    assert str(failure) == f"Connection error: can't connect to {where}: connection refused"


def test_a_redirect_past_the_proxy_does_not_name_it() -> None:
    request = httpx.Request("GET", "http://api.test")
    SyncRouter(limits=httpx.Limits(), proxy=httpx.Proxy("http://127.0.0.1:9")).route(request)
    assert "(proxy http://127.0.0.1:9)" in connection_text(httpx.ConnectError(""), request)
    SyncRouter(limits=httpx.Limits(), is_direct=True).route(request)
    assert "proxy" not in connection_text(httpx.ConnectError(""), request)


def failure_of(backend: str, make_http: Callable[[], Any], base_url: str) -> APIConnectionError:
    options: dict[str, Any] = {"api_key": KEY, "base_url": base_url, "max_retries": 0}

    async def make_and_call() -> None:  # the async clients are made in their event loop
        async with AsyncOpenAI(http_client=make_http(), **options) as client:
            await client.models.list()

    with pytest.raises(APIConnectionError) as caught:
        if backend == "sync":
            with OpenAI(http_client=make_http(), **options) as client:
                client.models.list()
        else:
            Shell(backend).call(make_and_call)
    assert KEY not in f"{caught.value} {caught.value.__notes__}"
    return caught.value

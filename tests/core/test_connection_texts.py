"""The text of an error that has no response names the origin, and the cause or the bound of time that passed."""

from __future__ import annotations

import errno
import logging
import os
import pickle
import socket
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.parts import KEY, Pieces, Server, Shell, answer

import openai_models
from openai_models import APIConnectionError, APITimeoutError, AsyncOpenAI, DefaultAioHttpClient, OpenAI, Timeout
from openai_models._core.connection_text import connection_text, note_of, timeout_text
from openai_models._http.routing import SyncRouter
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST = httpx.Request(
    "GET",
    f"http://user:{KEY}@api.test:8080/v1/models?key={KEY}",
    extensions={"timeout": {"connect": 5.0, "read": 2.5, "write": 1.0, "pool": None}},
)


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def untrusted(message: str | None = "self-signed certificate", code: int = 18) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error.verify_code = code
    if message:
        error.verify_message = message
    return error


def wrong_version() -> ssl.SSLError:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 9)")
TEXTS: dict[str, tuple[Exception, str]] = {
    "refused": (caused(httpx.ConnectError("All connection attempts failed"), REFUSED), "can't connect to {}: connection refused"),
    "refused at each address": (caused(httpx.ConnectError("failed"), ExceptionGroup("all", [REFUSED, REFUSED])), "can't connect to {}: connection refused"),
    "an unknown host": (caused(httpx.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "Name or service not known")), "can't connect to {}: unknown host"),
    "a certificate": (caused(httpx.ConnectError("x"), untrusted()), "can't connect to {}: certificate not trusted (self-signed certificate): set SSL_CERT_FILE, or verify= of an http_client"),
    "a certificate that no setting helps": (caused(httpx.ConnectError("x"), untrusted("certificate has expired", 10)), "can't connect to {}: certificate not trusted (certificate has expired)"),
    "TLS where there is none": (caused(httpx.ConnectError("x"), wrong_version()), "can't connect to {}: TLS failed (WRONG_VERSION_NUMBER)"),
    "no route": (caused(httpx.ConnectError("x"), OSError(errno.EHOSTUNREACH, "x")), "can't connect to {}: " + os.strerror(errno.EHOSTUNREACH).lower()),
    "a reset": (caused(httpx.ReadError(""), ConnectionResetError(errno.ECONNRESET, "x")), "lost the connection to {}: connection reset by peer"),
    "several causes at several addresses": (httpx.ConnectError("[Errno 111] Connection refused; [Errno 101] Network is unreachable"), "can't connect to {}: Connection refused; Network is unreachable"),
    "a hang-up": (httpx.RemoteProtocolError("Server disconnected without sending a response."), "no valid response from {}: Server disconnected without sending a response."),
    "a proxy": (httpx.ProxyError("403 Forbidden"), "the proxy made no connection to {}: 403 Forbidden"),
    "no words at all": (httpx.ReadError(""), "lost the connection to {}: ReadError"),
    "an error of a hook": (KeyError("missing"), "the request failed at {}: KeyError: 'missing'"),
    "an error of a hook in lines": (ValueError("one\n  two"), "the request failed at {}: ValueError: one two"),
    "a failure to connect that is told as a timeout": (caused(httpx.ConnectTimeout("x"), REFUSED), "can't connect to {}: connection refused"),
}  # fmt: skip


@pytest.mark.parametrize(("error", "text"), TEXTS.values(), ids=TEXTS)
def test_a_connection_error_names_the_origin_and_the_cause(error: Exception, text: str) -> None:
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


@pytest.mark.parametrize("place", ["sending", "body"])
def test_message_str_and_pickle_agree_and_the_note_stays(place: str, shell: Shell) -> None:
    cause = httpx.ReadError("peer reset")
    reply = cause if place == "sending" else lambda _: httpx.Response(200, stream=Pieces(b"{", cause))
    failure = shell.failure(shell.client(Server(reply)).models.list)
    assert failure.message == str(failure) == "Connection error: lost the connection to http://api.test: peer reset"
    assert failure.__notes__ == ["ReadError: peer reset"]
    again = pickle.loads(pickle.dumps(failure))
    assert (again.message, str(again), again.__notes__) == (failure.message, str(failure), failure.__notes__)


def test_a_connect_that_was_under_way_is_no_cause() -> None:
    error = caused(TimeoutError(), BlockingIOError(errno.EINPROGRESS, "Operation now in progress"))
    assert note_of(error) == ""


@pytest.mark.parametrize("error", [ValueError, httpx.ConnectError, httpx.ReadTimeout])
def test_a_url_that_an_error_quotes_loses_what_may_be_a_key(error: type[Exception], shell: Shell) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise error(f"no luck with '{request.url}', or {request.url}")

    client = shell.client(refuse, base_url=f"http://user:{KEY}@api.test/v1?key={KEY}")
    failure = shell.failure(client.models.list)
    assert KEY not in f"{failure} {failure.__notes__}"
    assert "no luck with 'http://api.test/v1/models', or http://api.test/v1/models" in failure.__notes__[0]


def test_a_streamed_body_that_stalls_names_the_bound_of_a_read(shell: Shell) -> None:
    body = Pieces(b"{", httpx.ReadTimeout("late"))
    opening = shell.client(
        lambda _: httpx.Response(200, stream=body), timeout=Timeout(7)
    ).models.with_streaming_response

    def read_sync() -> None:
        with opening.list() as response:
            list(response.iter_bytes())

    async def read_async() -> None:
        async with opening.list() as response:
            _ = [piece async for piece in response.iter_bytes()]

    failure = shell.failure(read_async if shell.is_async else read_sync)
    assert isinstance(failure, APITimeoutError)
    assert str(failure) == "Request timed out: no data from http://api.test within 7 seconds (read)"


def test_the_log_line_of_a_retry_names_the_request_and_the_reason(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "openai_models")
    server = Server(
        httpx.ConnectError("refused"),
        answer({"error": {"message": f"the key {KEY} is busy"}}, status=503, headers={"retry-after-ms": "1"}),
        answer([]),
    )
    client = shell.client(server, max_retries=2, base_url=f"http://user:{KEY}@api.test/v1?key={KEY}")
    shell.call(client.models.list)
    lines = [record.getMessage() for record in caplog.records if record.name == "openai_models"]
    assert [line.partition(" in ")[0] for line in lines] == ["Retrying GET http://api.test/v1/models"] * 2
    assert [line.partition("(")[2] for line in lines] == [
        "retry 1): Connection error: can't connect to http://api.test: refused",
        "retry 2): status 503",
    ]


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def ways() -> dict[str, Callable[[], Any]]:
    return {
        "own, sync": lambda: None,
        "httpx, sync": httpx.Client,
        "own, asyncio": lambda: None,
        "own, trio": lambda: None,
        "httpx, asyncio": httpx.AsyncClient,
        "httpx, trio": httpx.AsyncClient,
        "aiohttp, asyncio": DefaultAioHttpClient,
    }


@pytest.mark.parametrize("way", ways())
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_refused_port_reads_the_same_over_every_transport(way: str, host: str, closed_port: int) -> None:
    failure = failure_over(way, f"http://{host}:{closed_port}/v1")
    assert type(failure) is APIConnectionError
    assert str(failure) == f"Connection error: can't connect to http://{host}:{closed_port}: connection refused"


@pytest.mark.parametrize("way", ways())
def test_an_unknown_host_reads_the_same_over_every_transport(way: str) -> None:
    failure = failure_over(way, "http://no-such-host.invalid/v1")
    assert str(failure) == "Connection error: can't connect to http://no-such-host.invalid: unknown host"


@pytest.mark.parametrize("way", ways())
def test_a_server_that_hangs_up_is_no_timeout_over_any_transport(way: str) -> None:
    with MockServer() as mock:
        mock.drop_next(times=5)  # aiohttp sends again by itself
        failure = failure_over(way, mock.base_url)
        assert type(failure) is APIConnectionError
        assert f"{mock.base_url.removesuffix('/v1')}: Server disconnected" in str(failure)


PROXIED = {"DefaultHttpxClient": "sync", "DefaultAsyncHttpxClient": "trio", "DefaultAioHttpClient": "asyncio"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # httpx-aiohttp passes what aiohttp deprecates
@pytest.mark.parametrize("is_of_environment", [True, False])
@pytest.mark.parametrize("kind", PROXIED)
def test_the_proxy_that_refuses_is_named_without_its_password(
    kind: str, closed_port: int, monkeypatch: pytest.MonkeyPatch, *, is_of_environment: bool
) -> None:
    proxy = f"http://user:{KEY}@127.0.0.1:{closed_port}"
    if is_of_environment:
        monkeypatch.setenv("HTTP_PROXY", proxy)
    options = {} if is_of_environment else {"proxy": proxy}
    make = getattr(openai_models, kind)
    failure = failure_of(PROXIED[kind], lambda: make(**options), "http://api.test/v1")
    where = f"http://api.test (proxy http://127.0.0.1:{closed_port})"
    assert str(failure) == f"Connection error: can't connect to {where}: connection refused"


def test_a_redirect_past_the_proxy_does_not_name_it() -> None:
    router = SyncRouter(limits=httpx.Limits(), proxy=httpx.Proxy("http://127.0.0.1:9"))
    request = httpx.Request("GET", "http://api.test")
    router.route(request, is_async=False)
    assert "(proxy http://127.0.0.1:9)" in connection_text(httpx.ConnectError(""), request)
    SyncRouter(limits=httpx.Limits(), is_direct=True).route(request, is_async=False)
    assert "proxy" not in connection_text(httpx.ConnectError(""), request)


def failure_over(way: str, base_url: str) -> APIConnectionError:
    return failure_of(way.rpartition(", ")[2], ways()[way], base_url)


def failure_of(backend: str, make_http: Callable[[], Any], base_url: str) -> APIConnectionError:
    async def make_and_call() -> None:  # the async clients are made in their event loop
        async with AsyncOpenAI(api_key=KEY, base_url=base_url, max_retries=0, http_client=make_http()) as client:
            await client.models.list()

    with pytest.raises(APIConnectionError) as caught:
        if backend == "sync":
            with OpenAI(api_key=KEY, base_url=base_url, max_retries=0, http_client=make_http()) as client:
                client.models.list()
        else:
            Shell("trio" if backend == "trio" else "asyncio").call(make_and_call)
    assert KEY not in f"{caught.value} {caught.value.__notes__}"
    return caught.value

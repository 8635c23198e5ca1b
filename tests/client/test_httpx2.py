"""Clients, timeouts and URLs of httpx2, as people who come from the official SDK hold them."""

from __future__ import annotations

import logging
import pickle
import socket
from typing import TYPE_CHECKING, Any

import anyio
import httpx2
import pytest
from tests.parts import KEY, everything_in

from openai_models import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    InternalServerError,
    NotFoundError,
    OpenAI,
    OpenAIError,
    Timeout,
)
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

MODEL = {"id": "a", "object": "model", "created": 1, "owned_by": "x"}
URL = "http://api.test/v1"


@pytest.fixture(params=["sync", "asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    return Run(request.param)


class Run:
    """Makes a call of a client that sends with one of httpx2, sync or async."""

    def __init__(self, name: str) -> None:
        self.is_async = name != "sync"
        self._backend = name
        self.requests: list[httpx2.Request] = []

    def __call__(
        self,
        reply: Callable[[httpx2.Request], httpx2.Response] | None,
        use: Callable[[Any], Any],
        http: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Make a client, use it, and return the result; coroutines are awaited."""

        def handle(request: httpx2.Request) -> httpx2.Response:
            self.requests.append(request)
            assert reply is not None
            return reply(request)

        given: dict[str, Any] = {} if reply is None else {"transport": httpx2.MockTransport(handle)}
        options = {"api_key": KEY, "base_url": URL, "max_retries": 0, **options}
        if not self.is_async:
            with OpenAI(http_client=httpx2.Client(**given, **(http or {})), **options) as client:
                return use(client)

        async def call() -> Any:
            http_client = httpx2.AsyncClient(**given, **(http or {}))
            async with AsyncOpenAI(http_client=http_client, **options) as client:
                return await use(client)

        return anyio.run(call, backend=self._backend)

    def failure(self, *args: Any, **options: Any) -> Any:
        with pytest.raises(APIError) as caught:
            self(*args, **options)
        return caught.value

    def hook(self, function: Callable[[Any], Any]) -> Callable[..., Any]:
        async def asynchronous(event: Any) -> None:
            result = function(event)
            if hasattr(result, "__await__"):
                await result

        return asynchronous if self.is_async else function


def answer(body: object = MODEL, status: int = 200, **options: Any) -> Callable[[httpx2.Request], httpx2.Response]:
    if status >= 300 and body is MODEL:
        body = {"error": {"message": "no", "code": "c"}}
    stream = httpx2.Response(status, json=body).content
    return lambda _: httpx2.Response(status, stream=Once(stream), **options)


class Once(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that has not been read, as it comes off a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


def retrieve(client: Any) -> Any:
    return client.models.retrieve("a")


def test_all_three_calls_work_over_sockets(run: Run) -> None:
    with MockServer() as mock:
        for use in (
            lambda client: client.models.list(),
            lambda client: client.models.retrieve("gpt-4o-mini"),
            lambda client: client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123"),
            lambda client: client.models.with_raw_response.list(),
        ):
            result = run(None, use, base_url=mock.base_url, api_key=mock.api_key)
            assert type(result).__name__ in {"SyncPage", "AsyncPage", "Model", "ModelDeleted", "RawAPIResponse"}
        assert [request.method for request in mock.requests] == ["GET", "GET", "DELETE", "GET"]
        assert result.parse().data
        assert result.elapsed.total_seconds() > 0
        assert result.http_version == "HTTP/1.1"


def test_its_hooks_headers_query_cookies_and_credentials_stay_in_force(run: Run) -> None:
    events: list[tuple[str, str]] = []
    hooks = {
        "request": [run.hook(lambda request: events.append(("request", str(request.url))))],
        "response": [run.hook(lambda response: events.append(("response", str(response.status_code))))],
    }
    http = {
        "event_hooks": hooks,
        "headers": {"X-Team": "search", "Accept": "text/html"},
        "params": {"tenant": "1"},
        "cookies": {"session": "2"},
        "auth": ("user", "password"),
    }
    run(answer(), retrieve, http)
    sent = run.requests[0]
    assert str(sent.url) == f"{URL}/models/a?tenant=1"
    assert (sent.headers["x-team"], sent.headers["accept"]) == ("search", "application/json")
    assert sent.headers["cookie"] == "session=2"
    assert sent.headers["authorization"] == "Basic dXNlcjpwYXNzd29yZA=="
    assert sent.headers["user-agent"].startswith("openai-models/")
    assert events == [("request", str(sent.url)), ("response", "200")]


def test_cookies_that_a_server_sets_are_its_own(run: Run) -> None:
    def use(client: Any) -> Any:
        if not run.is_async:
            return [retrieve(client), retrieve(client)]

        async def both() -> list[Any]:
            return [await retrieve(client), await retrieve(client)]

        return both()

    run(answer(headers={"set-cookie": "session=3"}), use)
    assert [request.headers.get("cookie") for request in run.requests] == [None, "session=3"]


def test_a_redirect_elsewhere_takes_nothing_along_and_one_within_takes_all(run: Run) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        places = {"/v1/models/a": "/v1/moved", "/v1/moved": "http://other.test/x", "/x": "http://other.test/y"}
        if request.url.path == "/y":
            return httpx2.Response(200, json=MODEL)
        return httpx2.Response(307, headers={"location": places[request.url.path]})

    run(reply, retrieve, {"auth": ("user", "password"), "headers": {"X-Key": KEY}, "follow_redirects": True})
    has_credentials = ["authorization" in request.headers for request in run.requests]
    assert has_credentials == [True, True, False, False]
    assert [KEY in str(request.headers.raw) for request in run.requests] == [True, True, False, False]
    assert [request.url.host for request in run.requests] == ["api.test", "api.test", "other.test", "other.test"]


def test_redirects_are_followed_only_if_the_client_follows_them(run: Run) -> None:
    failure = run.failure(answer(status=307, headers={"location": "/elsewhere"}), retrieve)
    assert (type(failure), failure.status_code, len(run.requests)) == (APIStatusError, 307, 1)


@pytest.mark.parametrize(
    ("call", "method"),
    [(retrieve, "GET"), (lambda client: client.models.delete("a"), "DELETE")],
    ids=["retrieve", "delete"],
)
def test_raise_for_status_in_a_hook_is_the_status_error_after_one_request(
    run: Run, call: Callable[[Any], Any], method: str
) -> None:
    hooks = {"response": [run.hook(lambda response: response.raise_for_status())]}
    failure = run.failure(answer(status=404), call, {"event_hooks": hooks}, max_retries=2)
    assert (type(failure), [request.method for request in run.requests]) == (NotFoundError, [method])


def test_an_error_of_a_hook_about_another_request_is_no_status(run: Run) -> None:
    def refuse(_: object) -> None:
        request = httpx2.Request("POST", "http://auth.test/token")
        httpx2.Response(404, request=request).raise_for_status()

    hooks = {"request": [run.hook(refuse)]}
    failure = run.failure(answer(), retrieve, {"event_hooks": hooks})
    assert type(failure) is APIConnectionError
    assert isinstance(failure.__cause__, httpx2.HTTPStatusError)


@pytest.mark.parametrize("status", [200, 404])
def test_a_hook_may_read_the_body(run: Run, status: int) -> None:
    hook = run.hook(lambda response: response.aread() if run.is_async else response.read())
    http = {"event_hooks": {"response": [hook]}}
    if status == 200:
        assert run(answer(), retrieve, http).id == "a"
    else:
        failure = run.failure(answer(status=404), retrieve, http)
        assert (str(failure), failure.code) == ("Error code: 404 - no", "c")


@pytest.mark.parametrize("has_hook", [False, True])
def test_a_streamed_response_is_read_in_every_way(run: Run, *, has_hook: bool) -> None:
    hook = run.hook(lambda response: response.aread() if run.is_async else response.read())
    http = {"event_hooks": {"response": [hook] if has_hook else []}}

    def use_of(step: str) -> Callable[[Any], Any]:
        def use(client: Any) -> Any:
            opening = client.models.with_streaming_response.retrieve("a")
            if not run.is_async:
                with opening as response:
                    result = getattr(response, step)()
                    return result if step in {"parse", "read"} else b"".join(result)

            async def asynchronously() -> Any:
                async with opening as response:
                    result = getattr(response, step)()
                    return await result if step in {"parse", "read"} else b"".join([piece async for piece in result])

            return asynchronously()

        return use

    content = httpx2.Response(200, json=MODEL).content
    assert run(answer(), use_of("parse"), http).id == "a"
    assert run(answer(), use_of("read"), http) == content
    assert run(answer(), use_of("iter_bytes"), http) == content


def test_a_body_that_a_hook_read_out_of_gzip_is_not_decoded_again(run: Run) -> None:
    import gzip  # noqa: PLC0415 - beside its use

    content = gzip.compress(httpx2.Response(200, json=MODEL).content)
    hook = run.hook(lambda response: response.aread() if run.is_async else response.read())
    for hooks in ([], [hook]):
        raw = run(
            lambda _: httpx2.Response(200, stream=Once(content), headers={"content-encoding": "gzip"}),
            lambda client: client.models.with_raw_response.retrieve("a"),
            {"event_hooks": {"response": hooks}},
        )
        assert (raw.parse().id, raw.headers["content-encoding"]) == ("a", "gzip")
        assert raw.elapsed.total_seconds() > 0


def raising(error: Exception) -> Callable[[httpx2.Request], httpx2.Response]:
    def reply(_: httpx2.Request) -> httpx2.Response:
        raise error

    return reply


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (httpx2.ConnectError("x"), APIConnectionError, "Connection error: can't connect to http://api.test: x"),
        (httpx2.ReadError("x"), APIConnectionError, "Connection error: lost the connection to http://api.test: x"),
        (httpx2.RemoteProtocolError("x"), APIConnectionError, "Connection error: no valid response from http://api.test: x"),
        (httpx2.ReadTimeout("x"), APITimeoutError, "Request timed out: no data from http://api.test within 9 seconds (read)"),
        (httpx2.ConnectTimeout("x"), APITimeoutError, "Request timed out: can't connect to http://api.test within 2 seconds (connect)"),
        (KeyError("x"), APIConnectionError, "Connection error: the request failed at http://api.test: KeyError: 'x'"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_its_errors_are_told_as_those_of_httpx_and_retried(
    run: Run, error: Exception, kind: type[Exception], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
    failure = run.failure(raising(error), retrieve, timeout=httpx2.Timeout(9, connect=2), max_retries=1)
    assert (type(failure), str(failure), len(run.requests)) == (kind, text, 2)
    assert failure.__cause__ is error
    assert str(pickle.loads(pickle.dumps(failure))) == text


def test_a_header_that_cannot_be_sent_is_not_quoted(run: Run) -> None:
    with MockServer() as mock:
        http = {"headers": [(b"X-Key", f"{KEY}\n".encode())]}
        failure = run.failure(None, retrieve, http, base_url=mock.base_url)
    assert KEY not in f"{failure} {failure.__notes__}"
    assert "adds a header that HTTP doesn't allow" in str(failure)


def test_a_status_is_the_usual_error_and_is_retried(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
    failure = run.failure(answer(status=500), retrieve, max_retries=2)
    assert (type(failure), len(run.requests)) == (InternalServerError, 3)


def test_its_timeout_is_heeded_and_a_stalled_server_is_given_up(run: Run) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        url = f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
        for options in ({"timeout": httpx2.Timeout(5, read=0.2)}, {"http": {"timeout": httpx2.Timeout(5, read=0.2)}}):
            failure = run.failure(None, retrieve, base_url=url, **options)
            expected = "no data from " + url.removesuffix("/v1") + " within 0.2 seconds (read)"
            assert str(failure) == f"Request timed out: {expected}"


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_a_timeout_and_a_url_are_read_wherever_they_are_given(kind: Any) -> None:
    given, expected = httpx2.Timeout(9, connect=1, pool=None), Timeout(9, connect=1, pool=None)
    client = kind(api_key=KEY, timeout=given, base_url=httpx2.URL("http://user:pw@api.test/v1"))
    assert (client.timeout, str(client.base_url)) == (expected, "http://user:pw@api.test/v1/")
    assert "pw" not in repr(client)
    copied = client.with_options(timeout=httpx2.Timeout(3), base_url=httpx2.URL("http://b.test/"))
    assert (copied.timeout, str(copied.base_url)) == (Timeout(3), "http://b.test/")
    copied.timeout, copied.base_url = given, httpx2.URL("http://c.test")
    assert (copied.timeout, str(copied.base_url)) == (expected, "http://c.test/")
    with pytest.raises(ValueError, match="positive"):
        kind(api_key=KEY, timeout=httpx2.Timeout(-1))
    with pytest.raises(ValueError, match="not an http"):
        kind(api_key=KEY, base_url=httpx2.URL("ftp://api.test"))


def test_a_timeout_of_one_call_may_be_of_httpx2(run: Run) -> None:
    seen: list[Any] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.extensions["timeout"])
        return httpx2.Response(200, json=MODEL)

    run(reply, lambda client: client.models.retrieve("a", timeout=httpx2.Timeout(4, pool=1)))
    assert seen == [{"connect": 4, "read": 4, "write": 4, "pool": 1}]


def test_the_clients_own_timeout_is_taken_and_httpx2s_default_is_not(run: Run) -> None:
    seen: list[Any] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.extensions["timeout"]["read"])
        return httpx2.Response(200, json=MODEL)

    run(reply, retrieve, {"timeout": 7})
    run(reply, retrieve)
    assert seen == [7, 60]


def test_a_client_of_the_other_kind_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"must be an httpx\.Client or httpx2\.Client, not httpx2\.AsyncClient"):
        OpenAI(api_key=KEY, http_client=httpx2.AsyncClient())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match=r"must be an httpx\.AsyncClient or httpx2\.AsyncClient, not httpx2\.Client"):
        AsyncOpenAI(api_key=KEY, http_client=httpx2.Client())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_both_are_closed_together_and_a_closed_one_is_named() -> None:
    theirs = httpx2.Client()
    client = OpenAI(api_key=KEY, http_client=theirs)
    copied = client.with_options(max_retries=1)
    client.close()
    assert theirs.is_closed
    assert client.is_closed()
    with pytest.raises(OpenAIError, match="closed"):
        copied.models.list()
    theirs = httpx2.Client()
    client = OpenAI(api_key=KEY, http_client=theirs)
    theirs.close()
    assert client.is_closed()


def test_no_log_line_and_no_error_shows_a_key(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MockServer() as mock:
        mock.fail_next(500)
        base_url = mock.base_url.replace("://", f"://user:{KEY}@") + f"?code={KEY}"
        failure = run.failure(None, retrieve, base_url=base_url, default_query={"key": KEY})
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("hpack")]
    assert any("HTTP Request: GET" in line for line in lines)
    assert [line for line in lines if KEY in line] == []
    assert KEY not in f"{failure!r} {failure}"


def test_no_variable_of_the_packages_frames_holds_a_key(run: Run) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    failure = run.failure(refuse, retrieve, default_query={"key": KEY}, default_headers={"X-Key": KEY})
    shown = everything_in(failure)
    own = [part for part in shown.split('  File "') if "openai_models" in part.partition('"')[0]]
    assert own
    assert [part for part in own if KEY in part] == []


NOT_IMPORTED = """
import sys
from openai_models import OpenAI
client = OpenAI(api_key="sk-test", base_url=sys.argv[1], timeout=5, max_retries=0)
try:
    client.models.list()
except Exception:
    pass
print("httpx2" in sys.modules)
"""


def test_httpx2_is_not_imported_unless_the_program_does(run_python: Callable[..., str]) -> None:
    assert run_python(NOT_IMPORTED, "http://127.0.0.1:9/v1") == "False\n"

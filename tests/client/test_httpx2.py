"""Clients of httpx2, as people who come from the official SDK hold them: what stays in force, errors and settings."""

import gzip
import logging
import pickle
import socket
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.parts import BASE, KEY, Server, Shell, everything_in

from openai_models import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AsyncOpenAI,
    NotFoundError,
    OpenAI,
    OpenAIError,
    Timeout,
)
from openai_models.testing import MockServer

CONTENT = b'{"id": "a", "object": "model", "created": 1, "owned_by": "x"}'
NO = b'{"error": {"message": "no", "code": "c"}}'


@pytest.fixture(params=["sync", "asyncio", "trio"])
def shell(request: pytest.FixtureRequest) -> Shell:
    return Shell(request.param, httpx2)


def over_sockets(shell: Shell, call: Callable[[Any], Any], http: dict[str, Any] | None = None, **options: Any) -> Any:
    client = shell.client(Server(), http={"transport": None, **(http or {})}, **options)

    async def use() -> Any:
        async with client:
            return await call(client)

    if shell.is_async:
        return shell.call(use)
    with client:
        return call(client)


def answer(status: int = 200, content: bytes = CONTENT, **options: Any) -> Any:
    return lambda _: httpx2.Response(status, stream=httpx2.ByteStream(NO if status >= 300 else content), **options)


def retrieve(client: Any) -> Any:
    return client.models.retrieve("a")


def test_all_three_calls_work_over_sockets(shell: Shell, mock: MockServer) -> None:
    calls = (
        lambda client: client.models.list(),
        lambda client: client.models.retrieve("gpt-4o-mini"),
        lambda client: client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123"),
    )
    options: dict[str, Any] = {"base_url": mock.base_url, "api_key": mock.api_key}
    names = [type(over_sockets(shell, call, **options)).__name__ for call in calls]
    raw = over_sockets(shell, lambda client: client.models.with_raw_response.list(), **options)
    assert [request.method for request in mock.requests] == ["GET", "GET", "DELETE", "GET"]
    assert names == ["AsyncPage" if shell.is_async else "SyncPage", "Model", "ModelDeleted"]
    assert raw.parse().data
    assert raw.elapsed.total_seconds() > 0
    assert raw.http_version == "HTTP/1.1"


def test_its_hooks_headers_query_cookies_and_credentials_stay_in_force(shell: Shell) -> None:
    events: list[str] = []
    server = Server(answer(headers={"set-cookie": "zone=3"}))
    http = {
        **shell.hooks(lambda request: events.append(str(request.url)), "request"),
        "headers": {"X-Team": "search", "Accept": "text/html"},
        "params": {"tenant": "1"},
        "cookies": {"session": "2"},
        "auth": ("user", "password"),
    }
    client = shell.client(server, http=http)
    shell.call(client.models.retrieve, "a")
    shell.call(client.models.retrieve, "a")
    assert events == server.urls == [f"{BASE}/models/a?tenant=1"] * 2
    sent = server.requests[1]
    assert (sent.headers["x-team"], sent.headers["accept"]) == ("search", "application/json")
    assert [request.headers["cookie"] for request in server.requests] == ["session=2", "zone=3; session=2"]
    assert sent.headers["authorization"] == "Basic dXNlcjpwYXNzd29yZA=="
    assert sent.headers["user-agent"].startswith("openai-models/")
    assert sent.extensions["timeout"]["read"] == 60  # httpx2's own default is not taken


def test_a_redirect_elsewhere_takes_nothing_along_and_one_within_takes_all(shell: Shell) -> None:
    locations = ["/v1/moved", "http://other.test/x", "http://other.test/y"]
    server = Server(*(answer(307, headers={"location": location}) for location in locations), answer())
    http = {"auth": ("user", "password"), "headers": {"X-Key": KEY}, "follow_redirects": True}
    shell.call(shell.client(server, http=http).models.retrieve, "a")
    assert ["authorization" in request.headers for request in server.requests] == [True, True, False, False]
    assert [KEY in str(request.headers.raw) for request in server.requests] == [True, True, False, False]
    assert [request.url.host for request in server.requests] == ["api.test", "api.test", "other.test", "other.test"]


def test_redirects_are_followed_only_if_the_client_follows_them(shell: Shell) -> None:
    server = Server(answer(307, headers={"location": "/elsewhere"}))
    failure = shell.failure(shell.client(server, http={"follow_redirects": False}).models.retrieve, "a")
    assert (failure.status_code, len(server.requests)) == (307, 1)


def test_raise_for_status_in_a_hook_is_the_status_error_after_one_request(shell: Shell) -> None:
    server = Server(answer(404))
    client = shell.client(server, http=shell.hooks(httpx2.Response.raise_for_status), max_retries=2)
    assert type(shell.failure(client.models.delete, "a")) is NotFoundError
    assert server.methods == ["DELETE"]


def test_an_error_of_a_hook_about_another_request_is_no_status(shell: Shell) -> None:
    def refuse(_: object) -> None:
        httpx2.Response(404, request=httpx2.Request("POST", "http://auth.test/token")).raise_for_status()

    client = shell.client(Server(answer()), http=shell.hooks(refuse, "request"))
    failure = shell.failure(client.models.retrieve, "a")
    assert type(failure) is APIConnectionError
    assert isinstance(failure.__cause__, httpx2.HTTPStatusError)


@pytest.mark.parametrize("has_hook", [False, True])
def test_a_body_is_read_whole_and_in_pieces_and_a_hook_may_read_it_before(shell: Shell, *, has_hook: bool) -> None:
    zipped = answer(content=gzip.compress(CONTENT), headers={"content-encoding": "gzip"})
    http = {"event_hooks": {"response": [httpx2.Response.aread if shell.is_async else httpx2.Response.read] * has_hook}}
    models = shell.client(Server(answer(), answer(), answer(500), zipped), http=http).models
    assert shell.streamed(models.with_streaming_response.retrieve("a"), "iter_bytes") == [[CONTENT]]
    assert shell.call(models.retrieve, "a").id == "a"
    failure = shell.failure(models.retrieve, "a")
    assert (str(failure), failure.code) == ("Error code: 500 - no", "c")
    raw = shell.call(models.with_raw_response.retrieve, "a")
    assert (raw.parse().id, raw.headers["content-encoding"]) == ("a", "gzip")
    assert raw.elapsed.total_seconds() > 0


ORIGIN = "http://api.test"
ERRORS: dict[str, tuple[Exception, type[Exception], str]] = {
    "ReadError": (httpx2.ReadError("x"), APIConnectionError, f"Connection error: lost the connection to {ORIGIN}: x"),
    "ReadTimeout": (
        httpx2.ReadTimeout("x"), APITimeoutError, f"Request timed out: no data from {ORIGIN} within 9 seconds (read)"
    ),
    "KeyError": (KeyError("x"), APIConnectionError, f"Connection error: the request failed at {ORIGIN}: KeyError: 'x'"),
}  # fmt: skip


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(("error", "kind", "text"), ERRORS.values(), ids=ERRORS)
def test_its_errors_are_told_and_retried_as_those_of_httpx(
    shell: Shell, error: Exception, kind: type[Exception], text: str
) -> None:
    server = Server(error)
    keys = {"default_query": {"key": KEY}, "default_headers": {"X-Key": KEY}}
    client = shell.client(server, max_retries=1, timeout=httpx2.Timeout(9), **keys)
    failure = shell.failure(client.models.retrieve, "a")
    requests = 1 if isinstance(error, KeyError) else 2
    assert (type(failure), str(failure), len(server.requests)) == (kind, text, requests)
    assert type(failure.__cause__) is type(error)
    assert str(pickle.loads(pickle.dumps(failure))) == text
    own = [part for part in everything_in(failure).split('  File "') if "openai_models" in part.partition('"')[0]]
    assert own
    assert [part for part in own if KEY in part] == []


def failure_over_sockets(shell: Shell, call: Callable[[Any], Any], *args: Any, **options: Any) -> Any:
    with pytest.raises(APIError) as caught:
        over_sockets(shell, call, *args, **options)
    return caught.value


def test_no_log_line_and_no_error_shows_a_key(shell: Shell, caplog: pytest.LogCaptureFixture, mock: MockServer) -> None:
    caplog.set_level(logging.DEBUG)
    mock.fail_next(500)
    base_url = mock.base_url.replace("://", f"://user:{KEY}@") + f"?code={KEY}"
    failure = failure_over_sockets(shell, retrieve, base_url=base_url, default_query={"key": KEY})
    lines = [record.getMessage() for record in caplog.records]
    # What the http_client itself adds, httpcore logs.
    http = {"headers": [(b"X-Key", f"{KEY}\n".encode())]}
    unsendable = failure_over_sockets(shell, retrieve, http, base_url=mock.base_url)
    assert any("HTTP Request: GET" in line for line in lines)
    assert [line for line in lines if KEY in line] == []
    assert KEY not in f"{failure!r} {failure} {unsendable!r} {unsendable} {unsendable.__notes__}"
    assert "adds a header that HTTP doesn't allow" in str(unsendable)


def test_a_stalled_server_is_given_up_at_the_time_that_any_place_names(shell: Shell) -> None:
    timeout: dict[str, Any] = {"timeout": httpx2.Timeout(5, read=0.05)}
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        origin = f"http://127.0.0.1:{sock.getsockname()[1]}"
        failures = [
            failure_over_sockets(shell, retrieve, base_url=origin, **timeout),
            failure_over_sockets(shell, retrieve, timeout, base_url=origin),
            failure_over_sockets(shell, lambda client: client.models.retrieve("a", **timeout), base_url=origin),
        ]
    assert {str(each) for each in failures} == {f"Request timed out: no data from {origin} within 0.05 seconds (read)"}


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


def test_both_are_closed_together_and_a_closed_one_is_named() -> None:
    theirs = httpx2.Client()
    client = OpenAI(api_key=KEY, http_client=theirs)
    copied = client.with_options(max_retries=1)
    client.close()
    assert theirs.is_closed
    assert client.is_closed()
    with pytest.raises(OpenAIError, match="closed; make another one") as caught:
        copied.models.list()
    assert type(caught.value) is OpenAIError


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

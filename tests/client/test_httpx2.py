"""Clients of httpx2, as people who come from the official SDK hold them: what stays in force, errors and settings."""

from __future__ import annotations

import gzip
import logging
import pickle
import socket
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from tests.client.httpx2_parts import CONTENT, MODEL, answer, retrieve
from tests.parts import BASE, KEY, everything_in

from openai_models import (
    APIConnectionError,
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
    from collections.abc import Callable

    from tests.client.httpx2_parts import Run


def delete(client: Any) -> Any:
    return client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123")


def test_all_three_calls_work_over_sockets(run: Run) -> None:
    calls = (lambda client: client.models.list(), lambda client: client.models.retrieve("gpt-4o-mini"), delete)
    with MockServer() as mock:
        options: dict[str, Any] = {"base_url": mock.base_url, "api_key": mock.api_key}
        names = [type(run(None, use, **options)).__name__ for use in calls]
        raw = run(None, lambda client: client.models.with_raw_response.list(), **options)
        assert [request.method for request in mock.requests] == ["GET", "GET", "DELETE", "GET"]
    assert names == ["AsyncPage" if run.is_async else "SyncPage", "Model", "ModelDeleted"]
    assert raw.parse().data
    assert raw.elapsed.total_seconds() > 0
    assert raw.http_version == "HTTP/1.1"


def test_its_hooks_headers_query_cookies_and_credentials_stay_in_force(run: Run) -> None:
    events: list[str] = []
    http = {
        **run.hooks(lambda request: events.append(str(request.url)), "request"),
        "headers": {"X-Team": "search", "Accept": "text/html"},
        "params": {"tenant": "1"},
        "cookies": {"session": "2"},
        "auth": ("user", "password"),
    }
    run(answer(), retrieve, http)
    sent = run.requests[0]
    assert events == [str(sent.url)] == [f"{BASE}/models/a?tenant=1"]
    assert (sent.headers["x-team"], sent.headers["accept"]) == ("search", "application/json")
    assert sent.headers["cookie"] == "session=2"
    assert sent.headers["authorization"] == "Basic dXNlcjpwYXNzd29yZA=="
    assert sent.headers["user-agent"].startswith("openai-models/")


def test_cookies_that_a_server_sets_are_its_own(run: Run) -> None:
    async def twice_async(client: Any) -> None:
        await retrieve(client)
        await retrieve(client)

    def twice(client: Any) -> Any:
        return twice_async(client) if run.is_async else (retrieve(client), retrieve(client))

    run(answer(headers={"set-cookie": "session=3"}), twice)
    assert [request.headers.get("cookie") for request in run.requests] == [None, "session=3"]


def test_a_redirect_elsewhere_takes_nothing_along_and_one_within_takes_all(run: Run) -> None:
    places = {"/v1/models/a": "/v1/moved", "/v1/moved": "http://other.test/x", "/x": "http://other.test/y"}

    def reply(request: httpx2.Request) -> httpx2.Response:
        location = places.get(request.url.path)
        return answer(307, headers={"location": location})(request) if location else httpx2.Response(200, json=MODEL)

    run(reply, retrieve, {"auth": ("user", "password"), "headers": {"X-Key": KEY}, "follow_redirects": True})
    assert ["authorization" in request.headers for request in run.requests] == [True, True, False, False]
    assert [KEY in str(request.headers.raw) for request in run.requests] == [True, True, False, False]
    assert [request.url.host for request in run.requests] == ["api.test", "api.test", "other.test", "other.test"]


def test_redirects_are_followed_only_if_the_client_follows_them(run: Run) -> None:
    failure = run.failure(answer(307, headers={"location": "/elsewhere"}), retrieve)
    assert (type(failure), failure.status_code, len(run.requests)) == (APIStatusError, 307, 1)


def test_raise_for_status_in_a_hook_is_the_status_error_after_one_request(run: Run) -> None:
    failure = run.failure(answer(404), delete, run.hooks(httpx2.Response.raise_for_status), max_retries=2)
    assert (type(failure), [request.method for request in run.requests]) == (NotFoundError, ["DELETE"])


def test_an_error_of_a_hook_about_another_request_is_no_status(run: Run) -> None:
    def refuse(_: object) -> None:
        httpx2.Response(404, request=httpx2.Request("POST", "http://auth.test/token")).raise_for_status()

    failure = run.failure(answer(), retrieve, run.hooks(refuse, "request"))
    assert type(failure) is APIConnectionError
    assert isinstance(failure.__cause__, httpx2.HTTPStatusError)


@pytest.mark.parametrize("has_hook", [False, True])
def test_a_body_is_read_in_every_way_and_a_hook_may_read_it_before(run: Run, *, has_hook: bool) -> None:
    http = run.reading() if has_hook else {}

    def read_in(step: str) -> Any:
        async def use_async(client: Any) -> Any:
            async with client.models.with_streaming_response.retrieve("a") as response:
                result = getattr(response, step)()
                return b"".join([piece async for piece in result]) if step == "iter_bytes" else await result

        def use(client: Any) -> Any:
            if run.is_async:
                return use_async(client)
            with client.models.with_streaming_response.retrieve("a") as response:
                result = getattr(response, step)()
                return b"".join(result) if step == "iter_bytes" else result

        return run(answer(), use, http)

    assert (read_in("parse").id, read_in("read"), read_in("iter_bytes")) == ("a", CONTENT, CONTENT)
    failure = run.failure(answer(404), retrieve, http)
    assert (str(failure), failure.code) == ("Error code: 404 - no", "c")
    zipped = answer(content=gzip.compress(CONTENT), headers={"content-encoding": "gzip"})
    raw = run(zipped, lambda client: client.models.with_raw_response.retrieve("a"), http)
    assert (raw.parse().id, raw.headers["content-encoding"]) == ("a", "gzip")
    assert raw.elapsed.total_seconds() > 0


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (httpx2.ReadError("x"), APIConnectionError, "Connection error: lost the connection to http://api.test: x"),
        (httpx2.ReadTimeout("x"), APITimeoutError, "Request timed out: no data from http://api.test within 9 seconds (read)"),
        (KeyError("x"), APIConnectionError, "Connection error: the request failed at http://api.test: KeyError: 'x'"),
    ],
    ids=["ReadError", "ReadTimeout", "KeyError"],
)  # fmt: skip
def test_its_errors_are_told_as_those_of_httpx_and_retried(
    run: Run, error: Exception, kind: type[Exception], text: str
) -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise error

    options = {"default_query": {"key": KEY}, "default_headers": {"X-Key": KEY}, "timeout": httpx2.Timeout(9)}
    failure = run.failure(fail, retrieve, max_retries=1, **options)
    assert (type(failure), str(failure), len(run.requests)) == (kind, text, 2)
    assert failure.__cause__ is error
    assert str(pickle.loads(pickle.dumps(failure))) == text
    own = [part for part in everything_in(failure).split('  File "') if "openai_models" in part.partition('"')[0]]
    assert own
    assert [part for part in own if KEY in part] == []


@pytest.mark.usefixtures("short_waits")
def test_a_status_is_the_usual_error_and_is_retried(run: Run) -> None:
    failure = run.failure(answer(500), retrieve, max_retries=2)
    assert (type(failure), len(run.requests)) == (InternalServerError, 3)


def test_no_log_line_and_no_error_shows_a_key(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MockServer() as mock:
        mock.fail_next(500)
        base_url = mock.base_url.replace("://", f"://user:{KEY}@") + f"?code={KEY}"
        failure = run.failure(None, retrieve, base_url=base_url, default_query={"key": KEY})
        lines = [record.getMessage() for record in caplog.records if not record.name.startswith("hpack")]
        # What the http_client itself adds, httpcore logs.
        unsendable = run.failure(None, retrieve, {"headers": [(b"X-Key", f"{KEY}\n".encode())]}, base_url=mock.base_url)
    assert any("HTTP Request: GET" in line for line in lines)
    assert [line for line in lines if KEY in line] == []
    assert KEY not in f"{failure!r} {failure} {unsendable!r} {unsendable} {unsendable.__notes__}"
    assert "adds a header that HTTP doesn't allow" in str(unsendable)


def test_a_stalled_server_is_given_up_at_the_time_that_any_place_names(run: Run) -> None:
    timeout = {"timeout": httpx2.Timeout(5, read=0.2)}

    def call(client: Any) -> Any:
        return client.models.retrieve("a", **timeout)

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        origin = f"http://127.0.0.1:{sock.getsockname()[1]}"
        failures = [
            run.failure(None, retrieve, base_url=origin, **timeout),
            run.failure(None, retrieve, timeout, base_url=origin),
            run.failure(None, call, base_url=origin),
        ]
    assert {str(each) for each in failures} == {f"Request timed out: no data from {origin} within 0.2 seconds (read)"}


def test_httpx2s_default_timeout_is_not_taken(run: Run) -> None:
    run(answer(), retrieve)
    assert run.requests[0].extensions["timeout"]["read"] == 60


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

"""Clients of httpx2, as people who come from the official SDK hold them: what stays in force, and how bodies are read."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from tests.client.httpx2_parts import MODEL, URL, Once, answer, retrieve
from tests.parts import KEY

from openai_models import (
    APIConnectionError,
    APIStatusError,
    NotFoundError,
)
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.httpx2_parts import Run


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

"""Clients, timeouts and URLs of httpx2 as settings of a client."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from tests.client.httpx2_parts import MODEL, retrieve
from tests.parts import KEY

from openai_models import (
    AsyncOpenAI,
    OpenAI,
    OpenAIError,
    Timeout,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.httpx2_parts import Run


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

"""`with_raw_response` and `with_streaming_response`: responses as they came."""

from __future__ import annotations

import datetime as dt
import gzip
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.parts import Pieces, Server, Shell, answer

from openai_models import APIConnectionError, APIResponseValidationError, NotFoundError, OpenAIError
from openai_models.pagination import AsyncPage, SyncPage
from openai_models.types import Model, ModelDeleted

if TYPE_CHECKING:
    from pathlib import Path

MODEL = {"id": "a", "x": "\u00fc"}
CONTENT = b'{"id": "a", "x": "\xc3\xbc"}'
HEADERS = {"x-request-id": "req-1", "content-type": "application/json"}
LINES = b'{"id":\r\n"a"}\n'


class Streamed:
    """A streamed response on whichever shell: entered, called, left."""

    def __init__(self, shell: Shell, manager: Any) -> None:
        self._shell = shell
        self._manager = manager

    def run(self, *steps: str, **options: Any) -> Any:
        """Enter, call one method after another, leave; give what the last one gave."""

        def enter() -> Any:
            result = None
            with self._manager as response:
                for step in steps:
                    result = getattr(response, step)(**(options if step == steps[-1] else {}))
                    result = list(result) if step.startswith("iter_") else result
            return result

        async def enter_async() -> Any:
            result: Any = None
            async with self._manager as response:
                for step in steps:
                    result = getattr(response, step)(**(options if step == steps[-1] else {}))
                    result = [item async for item in result] if step.startswith("iter_") else await result
            return result

        return self._shell.call(enter_async if self._shell.is_async else enter)


def streamed(shell: Shell, handler: Any, operation: str = "retrieve", **options: Any) -> Streamed:
    view = shell.client(handler, **options).models.with_streaming_response
    return Streamed(shell, getattr(view, operation)(*([] if operation == "list" else ["a"])))


def raw(shell: Shell, handler: Any, **options: Any) -> Any:
    return shell.call(shell.client(handler, **options).models.with_raw_response.retrieve, "a")


def test_a_raw_response_tells_everything_of_itself(shell: Shell) -> None:
    response = raw(shell, Server(answer(status=500, headers={"retry-after-ms": "1"}), answer(content=CONTENT, headers=HEADERS)), max_retries=1)  # fmt: skip
    assert response.status_code == 200
    assert response.headers["X-Request-Id"] == response.request_id == "req-1"
    assert (response.method, str(response.url)) == ("GET", "http://api.test/v1/models/a")
    assert response.http_request is response.http_response.request
    assert isinstance(response.http_response, httpx.Response)
    assert response.http_version == "HTTP/1.1"
    assert response.retries_taken == 1
    assert response.is_closed
    assert isinstance(response.elapsed, dt.timedelta)
    assert response.content == response.read() == CONTENT
    assert response.text == response.text() == CONTENT.decode()
    assert response.json() == MODEL
    assert repr(response) == "<RawAPIResponse [200] GET>"


def test_a_raw_response_gives_the_result_when_asked(shell: Shell) -> None:
    view = shell.client(
        Server(answer({**MODEL, "data": [MODEL], "deleted": True}, headers=HEADERS))
    ).models.with_raw_response
    page, model, deleted = shell.call(view.list), shell.call(view.retrieve, "a"), shell.call(view.delete, "a")
    assert type(page.parse()) is (AsyncPage if shell.is_async else SyncPage)
    assert type(model.parse()) is Model
    assert type(deleted.parse()) is ModelDeleted
    assert model.parse() is model.parse()
    assert model.parse()._request_id == "req-1"


def test_a_raw_response_that_is_no_result_says_so_when_it_is_parsed(shell: Shell) -> None:
    response = raw(shell, Server(answer(content=b"<html>", headers={"x-request-id": "req-1"})))
    assert response.text == "<html>"
    with pytest.raises(APIResponseValidationError, match="not JSON"):
        response.parse()
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()


def test_the_text_of_a_raw_response_is_read_whatever_its_charset(shell: Shell) -> None:
    for charset in ("hex", "undefined", "utf-32", "nonsense"):
        response = raw(shell, Server(answer(MODEL, headers={"content-type": f"application/json; charset={charset}"})))
        assert isinstance(response.text, str)
        assert response.parse().id == "a"


@pytest.mark.parametrize("view", ["with_raw_response", "with_streaming_response"])
def test_a_view_raises_the_errors_that_the_call_raises(view: str, shell: Shell) -> None:
    server = Server(answer({"error": {"message": "no"}}, status=404))
    with pytest.raises(NotFoundError, match="no") as caught:
        if view == "with_raw_response":
            raw(shell, server)
        else:
            streamed(shell, server).run("read")
    assert caught.value.response.is_closed


@pytest.mark.parametrize("view", ["with_raw_response", "with_streaming_response"])
def test_a_view_refuses_an_id_that_cannot_be_before_anything_is_sent(view: str, shell: Shell) -> None:
    server = Server(answer(MODEL))
    retrieve = getattr(shell.client(server).models, view).retrieve

    def enter() -> None:
        with retrieve(".."):
            pass

    async def enter_async() -> None:
        if view == "with_raw_response":
            await retrieve("..")
        async with retrieve(".."):
            pass

    with pytest.raises(ValueError, match="folder"):
        shell.call(enter_async if shell.is_async else enter)
    assert not server.requests


def test_the_clients_own_views_are_those_of_its_models(shell: Shell) -> None:
    client = shell.client(Server(answer(MODEL)))
    assert shell.call(client.with_raw_response.models.retrieve, "a").json() == MODEL
    assert Streamed(shell, client.with_streaming_response.models.retrieve("a")).run("json") == MODEL


def test_a_streamed_response_is_read_in_every_way(shell: Shell, tmp_path: Path) -> None:
    handler = answer(content=LINES, headers={**HEADERS, "content-type": "text/plain; charset=utf-8"})
    assert streamed(shell, handler).run("read") == LINES
    assert streamed(shell, handler).run("text") == LINES.decode()
    assert streamed(shell, handler).run("json") == {"id": "a"}
    assert streamed(shell, handler).run("parse") == Model(id="a")
    assert b"".join(streamed(shell, handler).run("iter_bytes")) == LINES
    assert streamed(shell, handler).run("iter_bytes", chunk_size=5) == [LINES[:5], LINES[5:10], LINES[10:]]
    assert "".join(streamed(shell, handler).run("iter_text")) == LINES.decode()
    assert streamed(shell, handler).run("iter_text", chunk_size=7) == [LINES[:7].decode(), LINES[7:].decode()]
    assert streamed(shell, handler).run("iter_lines") == ['{"id":', '"a"}']
    streamed(shell, handler).run("stream_to_file", file=tmp_path / "body")
    assert (tmp_path / "body").read_bytes() == LINES


def test_a_streamed_list_gives_a_page(shell: Shell) -> None:
    page = streamed(shell, Server(answer([MODEL])), "list").run("parse")
    assert type(page) is (AsyncPage if shell.is_async else SyncPage)
    assert [model.id for model in page.data] == ["a"]
    assert streamed(shell, Server(answer({"id": "a", "deleted": True})), "delete").run("parse").deleted


@pytest.mark.parametrize("steps", [("read", "read"), ("read", "parse"), ("parse", "json", "text", "read"), ("read", "iter_bytes"), ("parse", "parse")], ids=",".join)  # fmt: skip
def test_a_streamed_response_that_has_been_read_can_be_read_again(steps: tuple[str, ...], shell: Shell) -> None:
    assert streamed(shell, Server(answer(MODEL))).run(*steps)


@pytest.mark.parametrize("second", ["read", "parse", "json", "text", "iter_bytes", "iter_text", "iter_lines"])
@pytest.mark.parametrize("first", ["iter_bytes", "iter_lines", "close"])
def test_a_body_that_was_not_kept_cannot_be_read_again_and_says_so(first: str, second: str, shell: Shell) -> None:
    with pytest.raises(OpenAIError, match="make the call again") as caught:
        streamed(shell, Server(answer(MODEL))).run(first, second)
    assert not isinstance(caught.value, APIConnectionError)


def test_a_streamed_body_is_not_touched_until_it_is_asked_for(shell: Shell) -> None:
    body = Pieces(AssertionError("read"))
    streamed(shell, lambda _: httpx.Response(200, stream=body)).run()
    assert body.closed


@pytest.mark.parametrize("step", ["read", "parse", "iter_bytes"])
def test_a_streamed_response_is_closed_when_left(step: str, shell: Shell) -> None:
    body = Pieces(b'{"id": "a"}')
    streamed(shell, lambda _: httpx.Response(200, stream=body)).run(step)
    assert body.closed


def test_a_streamed_response_that_was_never_entered_can_be_left(shell: Shell) -> None:
    manager: Any = shell.client(Server(answer(MODEL))).models.with_streaming_response.retrieve("a")
    assert shell.call(manager.__aexit__ if shell.is_async else manager.__exit__, None, None, None) is None


def test_a_streamed_response_is_closed_when_left_by_an_error(shell: Shell) -> None:
    body = Pieces(b'{"id": "a"}')
    with pytest.raises(AttributeError):
        streamed(shell, lambda _: httpx.Response(200, stream=body)).run("no_such_method")
    assert body.closed


@pytest.mark.parametrize("step", ["read", "parse", "text", "json", "iter_bytes", "iter_text", "iter_lines"])
def test_a_streamed_body_that_breaks_off_is_a_connection_error(step: str, shell: Shell) -> None:
    body = Pieces(b"{", httpx.ReadError("reset"))
    with pytest.raises(APIConnectionError) as caught:
        streamed(shell, lambda _: httpx.Response(200, stream=body)).run(step)
    assert isinstance(caught.value.__cause__, httpx.ReadError)


def test_a_streamed_body_that_broke_off_cannot_be_read_again_and_says_so(shell: Shell) -> None:
    body = Pieces(b"{", httpx.ReadError("reset"))

    manager = shell.client(lambda _: httpx.Response(200, stream=body)).models.with_streaming_response.retrieve("a")

    def enter() -> None:
        with manager as response:
            with pytest.raises(APIConnectionError):
                response.read()
            response.read()

    async def enter_async() -> None:
        async with manager as response:
            with pytest.raises(APIConnectionError):
                await response.read()
            await response.read()

    with pytest.raises(OpenAIError, match="make the call again"):
        shell.call(enter_async if shell.is_async else enter)


def test_a_raw_list_can_be_pickled_and_its_page_then_has_no_client(shell: Shell) -> None:
    page = {"data": [MODEL], "has_more": True, "last_id": "a"}
    response = shell.call(shell.client(Server(answer(page))).models.with_raw_response.list)
    again = pickle.loads(pickle.dumps(response)).parse()
    assert [model.id for model in again.data] == ["a"]
    with pytest.raises(RuntimeError, match="belongs to no client"):
        shell.call(again.get_next_page)


def test_a_streamed_body_is_bounded_when_read_whole(shell: Shell) -> None:
    body = Pieces(b"a" * 600, b"a" * 600, AssertionError("read on"))
    with pytest.raises(APIResponseValidationError, match="larger than"):
        streamed(shell, lambda _: httpx.Response(200, stream=body), max_response_bytes=1000).run("parse")


def test_a_streamed_body_is_decoded(shell: Shell) -> None:
    handler = answer(content=gzip.compress(CONTENT), headers={"content-encoding": "gzip"})
    assert streamed(shell, handler).run("json") == MODEL
    assert b"".join(streamed(shell, handler).run("iter_bytes")) == CONTENT


@pytest.mark.parametrize("step", ["iter_bytes", "iter_text", "read"])
def test_a_streamed_body_that_is_not_encoded_as_it_says_is_an_error(step: str, shell: Shell) -> None:
    handler = answer(content=b"no gzip", headers={"content-encoding": "gzip"})
    steps = (step, "parse") if step == "read" else (step,)
    with pytest.raises(OpenAIError):
        streamed(shell, handler).run(*steps)


def test_an_error_of_the_callers_own_in_the_middle_of_a_body_stays_as_it_is(shell: Shell) -> None:
    body = Pieces(b"a", b"b")
    manager = shell.client(lambda _: httpx.Response(200, stream=body)).models.with_streaming_response.retrieve("a")

    def enter() -> None:
        with manager as response:
            for _ in response.iter_bytes():
                raise LookupError("mine")

    async def enter_async() -> None:
        async with manager as response:
            async for _ in response.iter_bytes():
                raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        shell.call(enter_async if shell.is_async else enter)
    assert body.closed


def test_a_streamed_call_is_retried_before_its_body(shell: Shell) -> None:
    server = Server(answer(status=500, headers={"retry-after-ms": "1"}), answer(MODEL))
    assert streamed(shell, server, max_retries=1).run("json") == MODEL
    assert len(server.requests) == 2

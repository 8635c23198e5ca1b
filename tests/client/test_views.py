"""`with_raw_response` and `with_streaming_response`: responses as they came."""

import datetime as dt
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.parts import KEY, Pieces, Server, Shell, answer

from openai_models import APIConnectionError, APIResponseValidationError, NotFoundError, OpenAIError
from openai_models.pagination import AsyncPage, SyncPage
from openai_models.types import Model, ModelDeleted

MODEL = {"id": "a", "x": "\u00fc"}
CONTENT = b'{"id": "a", "x": "\xc3\xbc"}'
HEADERS = {"x-request-id": "req-1", "content-type": "application/json"}
STEPS = ["read", "parse", "text", "json", "iter_bytes", "iter_text", "iter_lines"]


def streamed(
    shell: Shell, handler: Any, *steps: str, client: dict[str, Any] | None = None, **options: Any
) -> list[Any]:
    manager = shell.client(handler, **(client or {})).models.with_streaming_response.retrieve("a")
    return shell.streamed(manager, *steps, **options)


def sending(body: Pieces) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(200, stream=body)


def raw(shell: Shell, handler: Any, **options: Any) -> Any:
    return shell.call(shell.client(handler, **options).models.with_raw_response.retrieve, "a")


def test_a_raw_response_tells_everything_of_itself(shell: Shell) -> None:
    again = answer(status=500, headers={"retry-after-ms": "1"})
    response = raw(shell, Server(again, answer(content=CONTENT, headers=HEADERS)), max_retries=1)
    assert response.status_code == 200
    assert response.headers["X-Request-Id"] == response.request_id == "req-1"
    assert (response.method, str(response.url)) == ("GET", "http://api.test/v1/models/a")
    assert response.http_request is response.http_response.request
    assert (response.http_version, response.retries_taken, response.is_closed) == ("HTTP/1.1", 1, True)
    assert isinstance(response.elapsed, dt.timedelta)
    assert response.content == response.read() == b"".join(response.iter_bytes()) == CONTENT
    assert response.text == response.text() == CONTENT.decode()
    assert response.json() == MODEL
    assert repr(response) == "<RawAPIResponse [200] GET>"
    response.close()


def test_a_view_gives_the_result_of_each_call(shell: Shell) -> None:
    client = shell.client(Server(answer({**MODEL, "data": [MODEL], "deleted": True}, headers=HEADERS)))
    view, streaming = client.with_raw_response.models, client.with_streaming_response.models
    results = [shell.call(view.list), shell.call(view.retrieve, "a"), shell.call(view.delete, "a")]
    managers = [streaming.list(), streaming.retrieve("a"), streaming.delete("a")]
    kinds = [AsyncPage if shell.is_async else SyncPage, Model, ModelDeleted]
    assert [type(result.parse()) for result in results] == kinds
    assert [type(shell.streamed(manager, "parse")[0]) for manager in managers] == kinds
    assert results[1].parse() is results[1].parse()
    assert results[1].parse()._request_id == "req-1"


def test_a_raw_response_that_is_no_result_says_so_when_it_is_parsed(shell: Shell) -> None:
    response = raw(shell, Server(answer(content=b"<html>")))
    assert response.text == "<html>"
    with pytest.raises(APIResponseValidationError, match="not JSON"):
        response.parse()
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()


def test_a_view_raises_the_errors_that_the_call_raises(shell: Shell) -> None:
    for view in (raw, streamed):
        with pytest.raises(NotFoundError, match="no") as caught:
            view(shell, Server(answer({"error": {"message": "no"}}, status=404)))
        assert caught.value.response.is_closed


def test_a_streamed_response_is_read_in_every_way(shell: Shell, tmp_path: Path) -> None:
    lines = b'{"id":\r\n"a"}\n'
    handler = answer(content=lines, headers={**HEADERS, "content-type": "text/plain; charset=utf-8"})
    read = {step: streamed(shell, handler, step)[0] for step in STEPS}
    assert [read["read"], read["text"], read["json"], read["parse"]] == [
        lines,
        lines.decode(),
        {"id": "a"},
        Model(id="a"),
    ]
    assert (b"".join(read["iter_bytes"]), "".join(read["iter_text"])) == (lines, lines.decode())
    assert read["iter_lines"] == ['{"id":', '"a"}']
    assert streamed(shell, handler, "iter_bytes", chunk_size=5) == [[lines[:5], lines[5:10], lines[10:]]]
    assert streamed(shell, handler, "iter_text", chunk_size=7) == [[lines[:7].decode(), lines[7:].decode()]]
    streamed(shell, handler, "stream_to_file", file=tmp_path / "body", chunk_size=5)
    assert (tmp_path / "body").read_bytes() == lines


def test_a_streamed_response_that_has_been_read_can_be_read_again(shell: Shell) -> None:
    results = streamed(shell, answer(content=CONTENT), "read", "parse", "json", "text", "iter_bytes", "parse", "read")
    expected = [CONTENT, Model(**MODEL), MODEL, CONTENT.decode(), [CONTENT], Model(**MODEL), CONTENT]
    assert results == expected
    assert results[1] is results[5]


@pytest.mark.parametrize("step", STEPS)
def test_a_streamed_response_whose_body_a_hook_read_is_read_in_every_way(step: str, shell: Shell) -> None:
    http = {"event_hooks": {"response": [httpx.Response.aread if shell.is_async else httpx.Response.read]}}
    first, second, third = streamed(shell, answer(content=CONTENT), step, "iter_bytes", "parse", client={"http": http})
    assert first
    assert not isinstance(first, OpenAIError)
    assert (second, third.id) == ([CONTENT], "a")


@pytest.mark.parametrize("first", ["iter_bytes", "iter_lines", "close"])
def test_a_body_that_was_not_kept_cannot_be_read_again_and_says_so(first: str, shell: Shell) -> None:
    errors = streamed(shell, Server(answer(MODEL)), first, *STEPS)[1:]
    assert {type(error) for error in errors} == {OpenAIError}
    assert {"make the call again" in str(error) for error in errors} == {True}


@pytest.mark.parametrize("steps", [(), ("read",), ("iter_bytes",), ("no_such_method",)], ids=str)
def test_a_streamed_body_is_not_touched_until_it_is_asked_for_and_closed_when_left(
    steps: tuple[str, ...], shell: Shell
) -> None:
    body = Pieces(b'{"id": "a"}' if steps else AssertionError("read"))
    if "no_such_method" in steps:
        with pytest.raises(AttributeError):
            streamed(shell, sending(body), *steps)
    else:
        streamed(shell, sending(body), *steps)
    assert body.closed


def test_a_streamed_response_that_was_never_entered_can_be_left(shell: Shell) -> None:
    manager: Any = shell.client(Server(answer(MODEL))).models.with_streaming_response.retrieve("a")
    assert shell.call(manager.__aexit__ if shell.is_async else manager.__exit__, None, None, None) is None


@pytest.mark.parametrize("step", STEPS)
def test_a_streamed_body_that_breaks_off_is_a_connection_error_and_cannot_be_read_again(
    step: str, shell: Shell
) -> None:
    first, second = streamed(shell, sending(Pieces(b"{", httpx.ReadError("reset"))), step, "read")
    assert (type(first), type(first.__cause__)) == (APIConnectionError, httpx.ReadError)
    assert (type(second), "make the call again" in str(second)) == (OpenAIError, True)


@pytest.mark.parametrize("chunk_size", [0, -1])
@pytest.mark.parametrize("step", ["iter_bytes", "iter_text"])
def test_pieces_of_no_size_are_refused(step: str, chunk_size: int, shell: Shell) -> None:
    with pytest.raises(ValueError, match=f"chunk_size must be at least 1, not {chunk_size}"):
        streamed(shell, answer(content=CONTENT), step, chunk_size=chunk_size)


class Unclosable(Pieces):
    """A body whose closing fails."""

    def close(self) -> None:
        raise OSError("not closed")

    async def aclose(self) -> None:
        self.close()


def test_a_streamed_response_that_fails_to_close_is_a_connection_error(shell: Shell) -> None:
    with pytest.raises(APIConnectionError, match="not closed"):
        streamed(shell, sending(Unclosable(b"{}")))


UNREADABLE: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "larger than 1,000 bytes": sending(Pieces(b'{"id": "a"', b" " * 2000, AssertionError("read on"))),
    "cut off": answer(content=b"\x1f\x8b\x08", headers={"content-encoding": "gzip"}),
    "cannot decode": answer(content=b"{}", headers={"content-encoding": "rot13"}),
    "not what its content-encoding says": answer(content=b"no gzip", headers={"content-encoding": "gzip"}),
}


@pytest.mark.parametrize(("problem", "handler"), UNREADABLE.items(), ids=UNREADABLE)
def test_no_body_is_given_that_was_not_read_whole(problem: str, handler: Any, shell: Shell) -> None:
    """It raises again when asked again, and in pieces too: what was read is not given as if it were all."""
    for step in ("read", "parse", "text", "json"):
        errors = streamed(shell, handler, step, "read", "iter_bytes", client={"max_response_bytes": 1000})
        assert {type(error) for error in errors} == {APIResponseValidationError}
        assert {problem in str(error) for error in errors} == {True}
    response = raw(shell, handler, max_response_bytes=1000)
    for use in (lambda: response.content, lambda: response.text, response.json, response.read, response.parse):
        with pytest.raises(APIResponseValidationError, match=problem):
            use()


def test_a_raw_list_can_be_pickled_without_the_key_and_its_page_then_has_no_client(shell: Shell) -> None:
    page = {"data": [MODEL], "has_more": True, "last_id": "a"}
    response = shell.call(shell.client(Server(answer(page))).models.with_raw_response.list)
    pickled = pickle.dumps(response)
    assert KEY.encode() not in pickled
    assert pickle.loads(pickled).elapsed == response.elapsed
    again = pickle.loads(pickled).parse()
    assert [model.id for model in again.data] == ["a"]
    with pytest.raises(RuntimeError, match="belongs to no client"):
        shell.call(again.get_next_page)


def test_an_error_of_the_callers_own_in_the_middle_of_a_body_stays_as_it_is(shell: Shell) -> None:
    body = Pieces(b"a", b"b")
    manager = shell.client(sending(body)).models.with_streaming_response.retrieve("a")

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

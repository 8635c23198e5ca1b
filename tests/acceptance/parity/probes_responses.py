"""Raw and streamed responses."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.acceptance.parity.probe import probe, probes
from tests.acceptance.parity.scripted import Answer, reply
from tests.acceptance.parity.side import DELETED, MODEL, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.parity.side import Side

BODY = json.dumps(MODEL).encode()
TOLD = {"x-request-id": "req-7", "X-Two": "2"}
NAMED: dict[str, Callable[[Any], Any]] = {
    "headers": lambda response: [response.headers["X-Request-Id"], response.headers.get("x-two")],
    "status_code": lambda response: response.status_code,
    "request_id": lambda response: response.request_id,
    "retries_taken": lambda response: response.retries_taken,
    "url": lambda response: response.url.path,
    "method": lambda response: response.method,
    "http_version": lambda response: response.http_version,
    "http_request": lambda response: [response.http_request.method, response.http_request.url.path],
    "http_response": lambda response: [response.http_response.status_code, response.http_response.reason_phrase],
    "is_closed": lambda response: response.is_closed,
}
READ: dict[str, Callable[[Any], Any]] = {
    "parse": lambda response: response.parse(),
    "parse-request-id": lambda response: response.parse()._request_id,
    "parse-twice": lambda response: response.parse() is response.parse(),
    "text": lambda response: response.text,
    "content": lambda response: response.content,
    "http_response.json": lambda response: response.http_response.json(),
    "elapsed": lambda response: response.elapsed.total_seconds() >= 0,
}
ADDED: dict[str, Callable[[Any], Any]] = {
    "json": lambda response: response.json(),
    "read": lambda response: response.read(),
    "text-called": lambda response: response.text(),
}


@probes("raw", NAMED | READ | ADDED)
def _(side: Side, look: Callable[[Any], Any]) -> object:
    client = side.client(Answer(200, BODY, TOLD))
    return look(side.wait(client.models.with_raw_response.retrieve("a")))


@probes("raw/of-the-client", {"retrieve": "retrieve", "delete": "delete", "list": "list"})
def _(side: Side, name: str) -> object:
    client = side.client({"list": PAGE, "retrieve": MODEL, "delete": DELETED}[name])
    call = getattr(client.with_raw_response.models, name)
    parsed = side.wait(call() if name == "list" else call("ft:a")).parse()
    return side.each(parsed) if name == "list" else parsed


@probe("raw/list")
def _(side: Side) -> object:
    response = side.wait(side.client(reply(PAGE, x_request_id="req-8")).models.with_raw_response.list())
    page = response.parse()
    return [page._request_id, page.object, [model.id for model in page.data], side.each(page)]


@probe("raw/delete")
def _(side: Side) -> object:
    return side.wait(side.client(DELETED).models.with_raw_response.delete("ft:a")).parse().deleted


@probe("raw/keywords")
def _(side: Side) -> object:
    models = side.client().models.with_raw_response
    options = {"extra_headers": {"X-One": "1"}, "extra_query": {"a": 1}, "timeout": 3}
    return side.wait(models.retrieve(model="a", **options)).status_code


@probe("raw/not-found")
def _(side: Side) -> object:
    client = side.client(reply({"error": {"message": "No", "code": "x"}}, 404))
    return side.wait(client.models.with_raw_response.retrieve("a"))


@probe("raw/after-retries")
def _(side: Side) -> object:
    busy = reply({}, 429, retry_after_ms="1")
    response = side.wait(side.client(busy, busy, MODEL, max_retries=2).models.with_raw_response.retrieve("a"))
    return [response.retries_taken, response.http_request.headers["x-stainless-retry-count"]]


@probe("raw/an-empty-id")
def _(side: Side) -> object:
    return side.wait(side.client().models.with_raw_response.retrieve(""))


@probe("raw/parse-to-another-type")
def _(side: Side) -> object:
    return side.wait(side.client().models.with_raw_response.retrieve("a")).parse(to=dict)


@probe("raw/not-json")
def _(side: Side) -> object:
    response = side.wait(side.client(Answer(200, b"<html>")).models.with_raw_response.retrieve("a"))
    return [response.status_code, response.text]


@probes("streamed", NAMED)
def _(side: Side, look: Callable[[Any], Any]) -> object:
    client = side.client(Answer(200, BODY, TOLD))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return look(response)


STREAMS: dict[str, Callable[[Side, Any], Any]] = {
    "read": lambda side, response: side.wait(response.read()),
    "text": lambda side, response: side.wait(response.text()),
    "json": lambda side, response: side.wait(response.json()),
    "parse": lambda side, response: side.wait(response.parse()),
    "parse-request-id": lambda side, response: side.wait(response.parse())._request_id,
    "parse-twice": lambda side, response: side.wait(response.parse()) is side.wait(response.parse()),
    "read-twice": lambda side, response: side.wait(response.read()) == side.wait(response.read()),
    "read-and-parse": lambda side, response: [side.wait(response.read()), side.wait(response.parse())],
    "iter_bytes": lambda side, response: b"".join(side.each(response.iter_bytes())),
    "iter_bytes-by-10": lambda side, response: side.each(response.iter_bytes(10)),
    "iter_bytes-keyword": lambda side, response: side.each(response.iter_bytes(chunk_size=50)),
    "iter_text": lambda side, response: "".join(side.each(response.iter_text())),
    "iter_text-by-10": lambda side, response: side.each(response.iter_text(10)),
    "iter_lines": lambda side, response: side.each(response.iter_lines()),
    "read-and-iter": lambda side, response: [side.wait(response.read()), side.each(response.iter_bytes())],
    "iter-and-read": lambda side, response: [side.each(response.iter_bytes()), side.wait(response.read())],
    "iter-and-parse": lambda side, response: [side.each(response.iter_bytes()), side.wait(response.parse())],
    "iter-twice": lambda side, response: [side.each(response.iter_bytes()), side.each(response.iter_bytes())],
    "close": lambda side, response: [side.wait(response.close()), response.is_closed],
    "close-and-read": lambda side, response: [side.wait(response.close()), side.wait(response.read())],
    "elapsed-unread": lambda _, response: response.elapsed,
    "elapsed": lambda side, response: side.wait(response.read()) and response.elapsed.total_seconds() >= 0,
    "http_response-read": lambda side, response: [side.wait(response.read()), response.http_response.text],
}


@probes("streamed", STREAMS)
def _(side: Side, use: Callable[[Side, Any], Any]) -> object:
    client = side.client(Answer(200, BODY + b"\n\n", TOLD))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return use(side, response)


@probe("streamed/compressed")
def _(side: Side) -> object:
    client = side.client(Answer(200, gzip.compress(BODY), {"content-encoding": "gzip"}))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return b"".join(side.each(response.iter_bytes()))


@probe("streamed/stream_to_file")
def _(side: Side) -> object:
    client = side.client(Answer(200, BODY))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return hasattr(response, "stream_to_file")


@probe("streamed/closed-afterwards")
def _(side: Side) -> object:
    client = side.client()
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        inside = response.is_closed
    return [inside, response.is_closed]


@probe("streamed/list")
def _(side: Side) -> object:
    client = side.client(reply(PAGE, x_request_id="req-9"))
    with side.entered(client.models.with_streaming_response.list()) as response:
        page = side.wait(response.parse())
        return [page._request_id, [model.id for model in side.each(page)]]


@probe("streamed/delete-of-the-client")
def _(side: Side) -> object:
    client = side.client(DELETED)
    with side.entered(client.with_streaming_response.models.delete("ft:a")) as response:
        return side.wait(response.parse())


@probe("streamed/not-found")
def _(side: Side) -> object:
    client = side.client(reply({"error": {"message": "No", "code": "x"}}, 404))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return response.status_code


@probe("streamed/json-of-something-else")
def _(side: Side) -> object:
    client = side.client(Answer(200, b"<html>"))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return side.wait(response.json())


@probe("streamed/after-retries")
def _(side: Side) -> object:
    client = side.client(reply({}, 503, retry_after_ms="1"), MODEL, max_retries=1)
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return [response.retries_taken, side.wait(response.parse())]


@probe("streamed/cut-off")
def _(side: Side) -> object:
    client = side.client(Answer(200, BODY, cut=10))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return side.wait(response.read())


@probe("streamed/cut-off-while-iterating")
def _(side: Side) -> object:
    client = side.client(Answer(200, BODY, cut=10))
    with side.entered(client.models.with_streaming_response.retrieve("a")) as response:
        return side.each(response.iter_bytes())


@probe("streamed/an-error-inside")
def _(side: Side) -> object:
    kept = []
    with (
        suppress(KeyError),
        side.entered(side.client().models.with_streaming_response.retrieve("a")) as response,
    ):
        kept.append(response)
        raise KeyError
    return kept[0].is_closed


@probe("streamed/nothing-is-sent-before-it-is-entered", modes=("sync",))
def _(side: Side) -> object:
    side.client().models.with_streaming_response.retrieve("a")
    return len(side.servers.scripted.requests)

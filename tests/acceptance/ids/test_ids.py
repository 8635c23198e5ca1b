"""Whatever text a model id is, it is refused or arrives as exactly one segment of the path."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.acceptance.hard.wire import WireServer
from tests.parts import Server, Shell

from openai_models import AsyncOpenAI, OpenAI

# The path that a client must keep, and the query.
BASES = {
    "http://ids.test": ("/", ""),
    "http://ids.test/": ("/", ""),
    "http://ids.test/v1": ("/v1/", ""),
    "http://ids.test/v1/": ("/v1/", ""),
    "http://ids.test/a%2Fb/v1": ("/a%2Fb/v1/", ""),
    "http://ids.test/a/../v1//": ("/v1/", ""),
    "http://ids.test/v1?api-version=1": ("/v1/", "api-version=1"),
    "http://ids.test/v1/?a=%2F..%2F&b=": ("/v1/", "a=%2F..%2F&b="),
    "http://user:word@ids.test:8080/v1": ("/v1/", ""),
}
EXAMPLES = [
    *("gpt-4o-mini", "ft:gpt-4o-mini:acemeco:suffix:abc123", "meta-llama/Llama-3.1-8B", "x" * 5000),
    *("../files", "..", ".", "...", "%2e%2e", "a/../../b", "/", "//evil.test/x", "\\..\\x", "http://evil.test/"),
    *("a?b=c", "a#b", "a;b", "a@b", "a b", "a+b", "%", "%2F", "%00", "\0", " ", "", "\t", " a "),
    *("a\r\nx-injected: 1", "a HTTP/1.1\r\nhost: evil.test\r\n\r\n"),
    *("\u2028", "\ufeff", "e\u0301", "\u00e9", "\U0001f600", "\ud800", "a\udcff"),
]
SHELLS = ("sync", "asyncio")


def refused(model: str) -> bool:
    """Return whether an id cannot be one segment of a path."""
    try:
        model.encode()
    except UnicodeEncodeError:
        return True
    return model in {".", ".."} or not model.strip()


def every_id(check: Callable[..., None]) -> Callable[..., None]:
    """Let a test see the examples, and what Hypothesis finds in all text, the same on each run, on either shell."""
    for number, model in enumerate(EXAMPLES):
        check = example(model=model, shell=SHELLS[number % 2])(check)
    alphabet = st.characters(codec=None)
    nasty = st.text(st.sampled_from(list("./\\%?#&=;:@+ \r\n\t\0aé2eEfF")), max_size=12)
    drawn = given(model=st.one_of(st.text(alphabet, max_size=40), nasty), shell=st.sampled_from(SHELLS))
    return settings(max_examples=100, derandomize=True, database=None, deadline=None)(drawn(check))


def decoded(raw_path: bytes) -> str:
    return unquote_to_bytes(raw_path.partition(b"?")[0].rpartition(b"/")[2]).decode()


def confirmed(request: httpx.Request) -> httpx.Response:
    """Answer with the model that was asked for, as one that is deleted or is there."""
    return httpx.Response(200, json={"id": decoded(request.url.raw_path), "deleted": True})


def check(shell: Shell, base_url: str, model: str) -> None:
    path, query = BASES[base_url]
    for operation in ("retrieve", "delete"):
        server = Server(confirmed)
        call = getattr(shell.client(server, base_url=base_url).models, operation)
        if refused(model):
            with pytest.raises(ValueError):  # noqa: PT011 - the message is tested elsewhere
                shell.call(call, model)
            assert server.requests == []
            continue
        assert shell.call(call, model).id == model
        (request,) = server.requests
        url = request.url
        sent_path, _, sent_query = url.raw_path.decode("ascii").partition("?")
        prefix, _, segment = sent_path.rpartition("/")
        assert prefix + "/" == path + "models/"
        assert decoded(url.raw_path) == model
        assert segment == quote(model, safe="!$&'()*+,;=:@")
        assert sent_query == query
        assert (url.scheme, url.host, url.fragment) == ("http", "ids.test", "")
        assert "x-injected" not in request.headers
        assert request.headers["host"].partition(":")[0] == "ids.test"


@every_id
def test_an_id_is_refused_or_arrives_as_one_segment_that_decodes_to_it(model: str, shell: str) -> None:
    check(Shell(shell), "http://ids.test/v1/?a=%2F..%2F&b=", model)


@pytest.mark.parametrize("model", ["..", "a/../../b", "//evil.test/x?#%2F"])
@pytest.mark.parametrize("base_url", BASES)
def test_an_id_keeps_within_each_base_url(shell: Shell, base_url: str, model: str) -> None:
    check(shell, base_url, model)


@pytest.fixture(scope="module")
def wire() -> Iterator[WireServer]:
    with WireServer() as wire:
        yield wire


@every_id
def test_on_the_wire_a_request_has_one_line_and_the_headers_it_should(wire: WireServer, model: str, shell: str) -> None:
    if refused(model):
        return
    wire.heads.clear()
    options: dict[str, Any] = {"api_key": "sk-ids", "base_url": wire.base_url, "max_retries": 0}

    async def call() -> None:
        async with AsyncOpenAI(**options) as client:
            await client.models.retrieve(model)

    if shell == "sync":
        with OpenAI(**options) as client:
            client.models.retrieve(model)
    else:
        Shell(shell).call(call)
    (head,) = wire.heads
    assert head.method == "GET"
    assert head.target.startswith("/v1/models/")
    assert head.target.count("/") == 3
    assert head.model == model
    names = {"host", "accept", "accept-encoding", "user-agent", "authorization", "x-stainless-retry-count"}
    assert {name.lower() for name, _ in head.headers} == names

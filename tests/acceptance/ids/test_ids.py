"""Whatever text a model id is, it is refused or arrives as exactly one segment of the path."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from openai_models import AsyncOpenAI, OpenAI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "sk-ids"
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
    "gpt-4o-mini",
    "ft:gpt-4o-mini:acemeco:suffix:abc123",
    "meta-llama/Llama-3.1-8B",
    "../files",
    "..",
    ".",
    "...",
    "%2e%2e",
    "a/../../b",
    "/",
    "//evil.test/x",
    "\\..\\x",
    "http://evil.test/",
    "a?b=c",
    "a#b",
    "a;b",
    "a@b",
    "a b",
    "a+b",
    "%",
    "%2F",
    "%00",
    "\0",
    "a\r\nx-injected: 1",
    "a HTTP/1.1\r\nhost: evil.test\r\n\r\n",
    "\u2028",
    "\ufeff",
    "e\u0301",
    "\u00e9",
    "\U0001f600",
    "\ud800",
    "a\udcff",
    " ",
    "",
    "\t",
    " a ",
    "x" * 5000,
]


def refused(model: str) -> bool:
    """Say which ids can't be one segment: the rule, in words of its own."""
    try:
        model.encode()
    except UnicodeEncodeError:
        return True
    return model in {".", ".."} or not model.strip()


def every_id(check: Callable[..., None]) -> Callable[..., None]:
    """Let a test see the examples, and what Hypothesis finds in all text, the same on each run."""
    for model in EXAMPLES:
        check = example(model)(check)
    alphabet = st.characters(codec=None)
    nasty = st.text(st.sampled_from(list("./\\%?#&=;:@+ \r\n\t\0aé2eEfF")), max_size=12)
    options = settings(
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    return options(given(st.one_of(st.text(alphabet, max_size=40), nasty))(check))


class Seen:
    """Answers every request, and keeps the last one."""

    request: httpx.Request | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        gone = request.method == "DELETE"
        name = decoded(request.url.raw_path)
        return httpx.Response(200, json={"id": name, "object": "model", **({"deleted": True} if gone else {})})


def decoded(raw_path: bytes) -> str:
    return unquote_to_bytes(raw_path.partition(b"?")[0].rpartition(b"/")[2]).decode()


def ask(shell: str, seen: Seen, base_url: str, operation: str, model: str) -> Any:
    """Call an operation of one of the shells, over a transport that keeps the request."""
    if shell == "sync":
        with httpx.Client(transport=httpx.MockTransport(seen)) as http:
            client = OpenAI(api_key=KEY, base_url=base_url, http_client=http, max_retries=0)
            return getattr(client.models, operation)(model)

    async def call() -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(seen)) as http:
            client = AsyncOpenAI(api_key=KEY, base_url=base_url, http_client=http, max_retries=0)
            return await getattr(client.models, operation)(model)

    return LOOP.run(call())


LOOP = asyncio.Runner()


@pytest.fixture(scope="module", autouse=True)
def _loop() -> Iterator[None]:
    with LOOP:
        yield


@pytest.mark.parametrize("base_url", BASES)
@pytest.mark.parametrize("shell", ["sync", "async"])
@every_id
def test_an_id_is_refused_or_arrives_as_one_segment_that_decodes_to_it(shell: str, base_url: str, model: str) -> None:
    path, query = BASES[base_url]
    for operation in ("retrieve", "delete"):
        seen = Seen()
        if refused(model):
            with pytest.raises(ValueError):  # noqa: PT011 - the message is tested elsewhere
                ask(shell, seen, base_url, operation, model)
            assert seen.request is None
            continue
        assert ask(shell, seen, base_url, operation, model).id == model
        assert seen.request is not None
        url = seen.request.url
        sent_path, _, sent_query = url.raw_path.decode("ascii").partition("?")
        prefix, _, segment = sent_path.rpartition("/")
        assert prefix + "/" == path + "models/"
        assert decoded(url.raw_path) == model
        assert segment == quote(model, safe="!$&'()*+,;=:@")
        assert sent_query == query
        assert (url.scheme, url.host, url.fragment) == ("http", "ids.test", "")
        assert "x-injected" not in seen.request.headers
        assert seen.request.headers["host"].partition(":")[0] == "ids.test"


class Wire:
    """Takes connections one after the other, and keeps the bytes of each request."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                sent = b""
                while b"\r\n\r\n" not in sent and (data := connection.recv(65536)):
                    sent += data
                if not sent:
                    return
                self.requests.append(sent)
                body = b'{"id": "a", "object": "model", "deleted": true}'
                head = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
                connection.sendall(head + body)

    def stop(self) -> None:
        """A connection that says nothing is the end."""
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.stop()


@pytest.mark.parametrize("shell", ["sync", "async"])
@every_id
def test_on_the_wire_a_request_has_one_line_and_the_headers_it_should(shell: str, wire: Wire, model: str) -> None:
    if refused(model):
        return
    wire.requests.clear()
    if shell == "sync":
        with OpenAI(api_key=KEY, base_url=wire.base_url, max_retries=0) as client:
            client.models.retrieve(model)
    else:

        async def call() -> None:
            async with AsyncOpenAI(api_key=KEY, base_url=wire.base_url, max_retries=0) as client:
                await client.models.retrieve(model)

        LOOP.run(call())
    (sent,) = wire.requests
    line, *headers = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
    method, target, version = line.split(b" ")
    assert (method, version) == (b"GET", b"HTTP/1.1")
    assert target.startswith(b"/v1/models/")
    assert target.count(b"/") == 3
    assert decoded(target) == model
    assert {header.partition(b":")[0].lower() for header in headers} == {
        *(b"host", b"accept", b"accept-encoding", b"user-agent", b"authorization"),
        b"x-stainless-retry-count",
    }

"""`mock.client()` and `mock.async_client()`."""

import asyncio
import gc
import inspect
from typing import Any

import anyio
import httpx
import pytest
from tests.testing.parts import FINE_TUNED

from openai_models import APIConnectionError, AsyncOpenAI, OpenAI
from openai_models.testing import MockServer
from openai_models.testing._mock import ClientOptions


def test_a_client_reaches_the_mock_and_is_closed_with_it() -> None:
    with MockServer(api_key="sk-other") as mock:
        one, other = mock.client(), mock.client()
        assert one is not other
        assert one.models.delete(FINE_TUNED).deleted
        assert FINE_TUNED not in [model.id for model in other.models.list()]
        one.close()  # it may be closed before
        assert not other.is_closed()
    assert other.is_closed()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_async_client_reaches_the_mock_and_is_closed_with_it(backend: str) -> None:
    def use() -> None:
        with MockServer() as mock:
            client = mock.async_client()
            assert anyio.run(client.models.retrieve, "gpt-4o", backend=backend).id == "gpt-4o"
            assert not client.is_closed()
        assert client.is_closed()

    use()
    gc.collect()  # a socket that is left open is a ResourceWarning


def test_an_async_client_is_closed_while_a_call_waits() -> None:
    async def main() -> None:
        with MockServer() as mock:
            client = mock.async_client(max_retries=0)
            mock.delay_next(60)
            call = asyncio.ensure_future(client.models.list())
            while mock.pending_faults:  # noqa: ASYNC110 - the server is another thread
                await asyncio.sleep(0)
        assert client.is_closed()
        with pytest.raises(APIConnectionError):
            await call

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # httpx leaves the socket to the garbage collector
def test_an_async_client_that_sends_by_httpx_is_closed_after_its_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    send = httpx.AsyncHTTPTransport.handle_async_request

    async def intercepted(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await send(self, request)

    def use() -> None:
        with MockServer() as mock:
            client = mock.async_client()
            assert anyio.run(client.models.retrieve, "gpt-4o").id == "gpt-4o"
        assert client.is_closed()

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", intercepted)
    use()
    gc.collect()


@pytest.mark.parametrize("method", ["client", "async_client"])
def test_the_options_are_those_of_the_client(method: str, mock: MockServer) -> None:
    make: Any = getattr(mock, method)
    client = make(api_key=mock.reader_api_key, max_retries=7, timeout=3, default_headers={"x-team": "a"})
    assert (client.api_key, client.max_retries, client.timeout) == (mock.reader_api_key, 7, 3)
    assert client.default_headers["x-team"] == "a"
    assert str(client.base_url) == f"{mock.base_url}/"
    with pytest.raises(TypeError, match="unknown"):
        make(unknown=1)
    with OpenAI(api_key="sk-x") as other:
        assert (make().timeout, make().max_retries) == (other.timeout, other.max_retries)


@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_every_option_but_those_of_the_connection_has_its_type(client: type) -> None:
    public = {name for name in inspect.signature(client).parameters if not name.startswith("_")}
    assert ClientOptions.__annotations__.keys() == public - {"base_url", "http_client"}


def test_no_proxy_is_used(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert mock.client(max_retries=0).models.list().data

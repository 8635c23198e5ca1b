"""A program that holds objects of httpx2."""

import httpx2
from openai import AsyncOpenAI, OpenAI


def make() -> OpenAI:
    return OpenAI(
        api_key="sk-test",
        base_url=httpx2.URL("http://127.0.0.1:1/v1"),
        timeout=httpx2.Timeout(9.0, connect=1.0),
        http_client=httpx2.Client(),
    )


def change(client: OpenAI) -> OpenAI:
    client.base_url = httpx2.URL("http://127.0.0.1:2/v1")
    client.models.list(timeout=httpx2.Timeout(5.0))
    with client.models.with_streaming_response.list(timeout=httpx2.Timeout(5.0)) as response:
        response.read()
    return client.with_options(http_client=httpx2.Client(), timeout=httpx2.Timeout(5.0))


def make_async() -> AsyncOpenAI:
    client = AsyncOpenAI(api_key="sk-test", http_client=httpx2.AsyncClient(), timeout=httpx2.Timeout(9.0))
    return client.with_options(base_url="http://127.0.0.1:2/v1", http_client=httpx2.AsyncClient())

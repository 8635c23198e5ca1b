"""A program that looks at raw and streamed responses."""

from openai import APIResponse, AsyncAPIResponse, AsyncOpenAI, OpenAI
from openai.types import Model


def remaining(client: OpenAI) -> tuple[str | None, int, list[str]]:
    response = client.with_raw_response.models.list(extra_headers={"X-One": "1"})
    if response.http_response.status_code != 200 or response.retries_taken > 1:
        raise SystemExit(response.request_id)
    page = response.parse()
    limit: str | None = response.headers.get("x-ratelimit-remaining-requests")
    seconds: float = response.elapsed.total_seconds()
    size: int = len(response.content) + len(response.text)
    return limit, response.status_code + int(seconds) + size, [model.id for model in page]


def streamed(client: OpenAI) -> bytes:
    with client.models.with_streaming_response.retrieve("gpt-4o-mini") as response:
        if response.headers["content-type"] != "application/json":
            return response.read()
        lines: list[str] = list(response.iter_lines())
        return b"".join(response.iter_bytes(1024)) + "".join(lines).encode()


async def raw_async(client: AsyncOpenAI) -> Model:
    response = await client.models.with_raw_response.retrieve("gpt-4o-mini")
    return response.parse()


async def streamed_async(client: AsyncOpenAI) -> str:
    async with client.models.with_streaming_response.list() as response:
        page = await response.parse()
        text = await response.text()
    async with client.with_streaming_response.models.delete("ft:a") as response_of_delete:
        gone = await response_of_delete.parse()
    return f"{page.data[0].id} {text} {gone.deleted}"


def annotated(response: APIResponse[Model]) -> str:
    return response.parse().id + response.text() + str(response.json())


async def annotated_async(response: AsyncAPIResponse[Model]) -> str:
    return (await response.parse()).id + await response.text()


async def handed_on(client: OpenAI, async_client: AsyncOpenAI) -> str:
    with client.models.with_streaming_response.retrieve("gpt-4o-mini") as response:
        text = annotated(response)
    async with async_client.models.with_streaming_response.retrieve("gpt-4o-mini") as async_response:
        return text + await annotated_async(async_response)

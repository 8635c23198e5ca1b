"""The same, async, with tokens that a coroutine function gives."""

import asyncio

import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient, NotGiven, not_given
from openai.pagination import AsyncPage
from openai.types import Model


async def token() -> str:
    await asyncio.sleep(0)
    return "sk-for-a-minute"


async def page(client: AsyncOpenAI, timeout: float | NotGiven = not_given) -> AsyncPage[Model]:
    return await client.models.list(timeout=timeout)


async def all_of_them(client: AsyncOpenAI) -> dict[str, int]:
    return {model.id: model.created async for model in client.models.list()}


async def several(client: AsyncOpenAI, names: list[str]) -> list[Model | None]:
    async def one(name: str) -> Model | None:
        try:
            return await client.models.retrieve(name)
        except openai.NotFoundError:
            return None

    return list(await asyncio.gather(*(one(name) for name in names)))


async def main() -> bool:
    async with AsyncOpenAI(api_key=token, http_client=DefaultAsyncHttpxClient(timeout=5)) as client:
        model = (await page(client, 3)).data[0]
        names = [*await all_of_them(client)]
        await several(client.with_options(max_retries=5), names)
        gone = await client.models.delete(model.id)
    return gone.deleted and client.is_closed()

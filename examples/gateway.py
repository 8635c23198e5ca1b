"""A FastAPI application whose `/v1/models` lists the models of several servers as one.

    pip install openai-models fastapi uvicorn
    export SERVERS='{"openai": "https://api.openai.com/v1", "local": "http://127.0.0.1:8000/v1"}'
    uvicorn gateway:app

The key of the server `local` is in LOCAL_API_KEY, and so on. A server that fails is named in `errors`;
the others are listed all the same.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from openai_models import AsyncOpenAI, OpenAIError

clients: dict[str, AsyncOpenAI] = {}


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Open one client for each server, for as long as the application runs."""
    async with AsyncExitStack() as stack:
        for name, url in json.loads(os.environ["SERVERS"]).items():
            key = os.environ.get(f"{name.upper()}_API_KEY", "none")
            client = AsyncOpenAI(base_url=url, api_key=key, timeout=5, max_retries=1)
            clients[name] = await stack.enter_async_context(client)
        yield


app = FastAPI(lifespan=lifespan)


async def list_server(name: str, errors: dict[str, str]) -> list[dict[str, Any]]:
    """Return the models of one server, each with the server's name before its id. Add its error, if it fails."""
    try:
        page = clients[name].models.list()
        return [{**model.to_dict(), "id": f"{name}/{model.id}"} async for model in page]
    except OpenAIError as error:
        errors[name] = str(error)
        return []


@app.get("/v1/models")
async def list_models() -> dict[str, Any]:
    """Ask all servers at once and return one list."""
    errors: dict[str, str] = {}
    lists = await asyncio.gather(*(list_server(name, errors) for name in clients))
    return {"object": "list", "data": [model for each in lists for model in each], "errors": errors}

"""A pool of one kind, driven in the same words as the others."""

from __future__ import annotations

from typing import Any

import httpcore

from openai_models._async_pool import AsyncPool
from openai_models._pool import Pool

URL = "http://api.test/v1/models"


class Side:
    """A pool of one kind, driven in the same words as the other."""

    def __init__(self, kind: str, **options: Any) -> None:
        options = {"most": 10, "most_idle": 10, "keepalive_expiry": None, **options}
        self.pool: Pool | AsyncPool = Pool(**options) if kind == "sync" else AsyncPool(**options)

    async def sent(self, url: str = URL, *, wait: float | None = None) -> httpcore.Response:
        """Send a request; the body is still to be read."""
        request = httpcore.Request("GET", url, headers=[("host", "api.test")], extensions={"timeout": {"pool": wait}})
        if isinstance(self.pool, Pool):
            return self.pool.handle_request(request)
        return await self.pool.handle_async_request(request)

    async def got(self, url: str = URL, *, wait: float | None = None) -> bytes:
        """Send a request, read the body, give the connection back."""
        response = await self.sent(url, wait=wait)
        try:
            return response.read() if isinstance(self.pool, Pool) else await response.aread()
        finally:
            await done(response)

    async def closed(self) -> None:
        """Close the pool."""
        if isinstance(self.pool, Pool):
            self.pool.close()
        else:
            await self.pool.aclose()

    def counts(self) -> tuple[int, int]:
        """Tell how many connections are open, and how many requests wait for one."""
        if isinstance(self.pool, Pool):
            ledgers = [self.pool._ledger]
            return sum(len(ledger.open) for ledger in ledgers), sum(len(ledger._waiting) for ledger in ledgers)
        homes = list(self.pool._homes.values())
        return sum(len(home.ledger.open) for home in homes), sum(len(home.ledger._waiting) for home in homes)


async def done(response: httpcore.Response) -> None:
    if hasattr(response.stream, "aclose"):
        await response.aclose()
    else:
        response.close()

"""Write the models of many servers as CSV. All servers are asked at once.

    python inventory.py https://api.openai.com/v1 http://127.0.0.1:8000/v1 > models.csv

The key for `api.openai.com` is taken from API_OPENAI_COM_KEY, and so on.
Exit status 1 means that a server failed.
"""

from __future__ import annotations

import asyncio
import csv
import os
import re
import sys
from urllib.parse import urlsplit

from openai_models import AsyncOpenAI, OpenAIError

COLUMNS = ["server", "id", "owned_by", "created", "shutdown_date", "error"]


def key_for(url: str) -> str:
    """Return the key of a server from the environment; servers without keys accept any."""
    name = re.sub(r"\W", "_", urlsplit(url).hostname or "").upper()
    return os.environ.get(f"{name}_KEY", "none")


async def list_server(url: str) -> list[dict[str, object]]:
    """Return one row for each model of a server, or one row with the error."""
    rows: list[dict[str, object]] = []
    try:
        async with AsyncOpenAI(base_url=url, api_key=key_for(url), timeout=10) as client:
            async for model in client.models.list():
                created = model.created_at.date() if model.created_at else None
                values = (url, model.id, model.owned_by, created, model.shutdown_date)
                rows.append(dict(zip(COLUMNS, values, strict=False)))
    except OpenAIError as error:
        rows.append({"server": url, "error": f"{type(error).__name__}: {error}"})
    return rows


async def main(urls: list[str]) -> int:
    """Write the CSV to standard output. Return the exit status."""
    results = await asyncio.gather(*map(list_server, urls))
    writer = csv.DictWriter(sys.stdout, COLUMNS)
    writer.writeheader()
    writer.writerows(row for rows in results for row in rows)
    return int(any("error" in row for rows in results for row in rows))


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))

"""Write docs/providers.md from the descriptions of servers in tests/acceptance/providers/servers/.

python tools/providers_page.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SERVERS = ROOT / "tests" / "acceptance" / "providers" / "servers"
PAGE = ROOT / "docs" / "providers.md"

HEAD = """\
# Other servers

Many servers speak these three endpoints, each in its own way. What this client makes of their
answers is held to recorded ones by [tests/acceptance/providers](../tests/acceptance/providers/README.md), from which
this page is written (`python tools/providers_page.py`): a list in a bare array, `data: null`,
absent and additional fields, dates in two forms, errors in a dozen forms, errors under status
200. Only a model's `id` is indispensable.

Point the client at a server by its base URL:

```python
import os

from openai_models import OpenAI

client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
for model in client.models.list():
    print(model.id, model.to_dict().get("context_length"))
```

A server without keys takes any: `api_key="none"`. Anthropic's takes it in a header of its own:
`default_headers={"x-api-key": key, "anthropic-version": "2023-06-01"}`.

How your own server does is told by `openai-models contract http://127.0.0.1:8000/v1`, see
[contract.md](contract.md); the mock plays each of these in your tests:
`MockServer(profile="vllm")`, see [testing.md](testing.md).

| server | base URL | list | retrieve | delete |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    servers = [json.loads(file.read_text("utf-8")) for file in sorted(SERVERS.glob("*.json"))]
    rows = [_row(server) for server in servers]
    sections = [_section(server) for server in servers]
    return HEAD + "\n".join(rows) + "\n\n## Peculiarities\n\n" + "\n".join(sections)


def _row(server: dict[str, Any]) -> str:
    works = server["works"]
    cells = [server["name"], f"`{server['base_url']}`", works["list"], works["retrieve"], works["delete"]]
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _section(server: dict[str, Any]) -> str:
    points = "\n".join(f"- {point}" for point in server["peculiarities"])
    return f"### {server['name']}\n\n{points}\n"


def main(arguments: list[str]) -> int:
    """Write the page, or check that it is up to date. Return the exit status."""
    if arguments != ["--check"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == page():
        return 0
    print("docs/providers.md is out of date: run python tools/providers_page.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Print a tour of the package: a few lines of code, and their output (`make demo`).

Each snippet is executed as it is printed.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import os
import sys
import textwrap
from typing import TYPE_CHECKING

from openai_models import OpenAI, OpenAIError
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_ONLY = {
    "List the models": """
        from openai_models import OpenAI

        client = OpenAI()
        page = client.models.list()
        for model in page.data[:5]:
            print(f"{model.id:45} {model.owned_by}")
    """,
    "Retrieve one": """
        model = client.models.retrieve(page.data[0].id)
        print(model.id, "created", model.created_at, "shuts down", model.shutdown_date)
    """,
    "Iterate, whatever the number of pages": """
        fine_tuned = [model.id for model in client.models.list() if model.is_fine_tuned]
        print(len(fine_tuned), "fine-tuned:", *fine_tuned)
    """,
    "The same, async": """
        from openai_models import AsyncOpenAI

        async with AsyncOpenAI() as aclient:
            print(len([model async for model in aclient.models.list()]), "models")
    """,
}
MODIFYING = {
    "Delete a fine-tuned model": """
        gone = client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123")
        print(gone.id, "deleted:", gone.deleted)
        print("still listed:", gone.id in [model.id for model in client.models.list()])
    """,
}
FAILING = {
    "Errors are typed, and say what the server said": """
        from openai_models import NotFoundError

        try:
            client.models.retrieve("no-such-model")
        except NotFoundError as error:
            print(error)
            print("status", error.status_code, "code", error.code, "request", error.request_id)
    """,
}


def show(title: str, code: str, namespace: dict[str, object]) -> None:
    """Print a snippet and run it."""
    code = textwrap.dedent(code).strip()
    print(f"\n# {title}\n")
    print(textwrap.indent(code, ">>> ", lambda _: True))
    print()
    compiled = compile(code, "<demo>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(compiled, namespace)  # noqa: S307 - a snippet of this file
    if asyncio.iscoroutine(result):
        asyncio.run(result)


@contextlib.contextmanager
def server(*, live: bool) -> Iterator[str]:
    """Point the environment to a server, and yield that server's name."""
    if live:
        yield os.environ.get("OPENAI_BASE_URL", "the OpenAI API")
        return
    with MockServer() as mock:
        os.environ.update(OPENAI_BASE_URL=mock.base_url, OPENAI_API_KEY=mock.api_key)
        yield f"the bundled mock at {mock.base_url}"


def main(arguments: list[str]) -> int:
    """Print the tour; with `--live` only its read-only half, against the server of the environment."""
    live = "--live" in arguments
    if live and not os.environ.get("OPENAI_API_KEY"):
        print("LIVE=1 needs OPENAI_API_KEY, and OPENAI_BASE_URL if it isn't the OpenAI API.", file=sys.stderr)
        return 2
    namespace: dict[str, object] = {}
    with server(live=live) as name:
        print(f"A tour of openai-models, against {name}.")
        try:
            for title, code in {**READ_ONLY, **({} if live else MODIFYING), **FAILING}.items():
                show(title, code, namespace)
                if not getattr(namespace["page"], "data", None):
                    print("(the server lists no models, and so there is nothing more to show)")
                    return 0
        except OpenAIError as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return 1
        finally:
            client = namespace.get("client")
            if isinstance(client, OpenAI):
                client.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

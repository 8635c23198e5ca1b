"""Print a tour of the package: a few lines of code and their output (`make demo`).

Each snippet is executed as it is printed. The printed text is Python, so that any part of it can be pasted: headings
and output are comments.
"""

import contextlib
import io
import os
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Iterator
from typing import Final

from openai_models import OpenAI, OpenAIError
from openai_models.testing import MockServer

READ_ONLY: Final = {
    "List the models": """
        from openai_models import OpenAI

        client = OpenAI()  # OPENAI_API_KEY, OPENAI_BASE_URL
        page = client.models.list()
        for model in page.data[:4]:
            print(model.id, "by", model.owned_by, "of", model.created_at)
    """,
    "Retrieve one": """
        model = client.models.retrieve(page.data[0].id)
        print(model.id, "was created", model.created_at, "and shuts down", model.shutdown_date or "at no known date")
    """,
    "The same, async (asyncio or trio)": """
        import asyncio
        from openai_models import AsyncOpenAI

        async def count() -> int:
            async with AsyncOpenAI() as client:
                return len([model async for model in client.models.list()])

        print(asyncio.run(count()), "models")
    """,
    "Every error has a class, and the server's words": """
        from openai_models import NotFoundError

        try:
            client.models.retrieve("no-such-model")
        except NotFoundError as error:
            print(error)
            print("status", error.status_code, "code", error.code, "request", error.request_id)
    """,
}
WITH_THE_MOCK: Final = {
    "Delete a fine-tuned model; `deleted` is what the server confirmed": """
        gone = client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123")
        print(gone.id, "deleted:", gone.deleted)
    """,
    "A 429 is retried when the server says: after one second": """
        import time

        mock.fail_next(429, headers={"retry-after": "1"})
        started, before = time.monotonic(), len(mock.requests)
        model = client.models.retrieve("gpt-4o")
        print(f"{model.id} after {time.monotonic() - started:.1f} s and {len(mock.requests) - before} requests")
    """,
    "A server that sends a byte now and then, for hours: `timeout=1` ends the call": """
        from openai_models import APITimeoutError

        mock.drip_next(0.5)
        started = time.monotonic()
        try:
            client.with_options(timeout=1, max_retries=0).models.list()
        except APITimeoutError as error:
            print(f"{type(error).__name__} after {time.monotonic() - started:.1f} s")
    """,
    "A proxy answers with an HTML page: an error of this package, not a JSONDecodeError": """
        from openai_models import APIResponseValidationError

        mock.break_next("html")
        try:
            client.models.list()
        except APIResponseValidationError as error:
            print(error)
    """,
    "Another server's list, with its own fields: the mock can answer as 13 other servers do": """
        from openai_models.testing import MockServer

        with MockServer(profile="openrouter") as router, OpenAI(base_url=router.base_url, api_key="any") as other:
            for model in other.models.list().data[:3]:
                print(f"{model.id:44} context length {model['context_length']:,}")
    """,
}
COMMAND: Final = ["list", "--match", "gpt-4*"]
END: Final = """
# To test a server of yours against the contract of the API (installs what the tests need, once):
#   make contract BASE_URL=http://127.0.0.1:8000/v1
"""
BOLD, CYAN, PLAIN = "\033[1m", "\033[36m", "\033[0m"


class Tour:
    """Runs snippets in one namespace, and prints them with their output.

    Args:
        namespace: The variables that the snippets find.
        colour: Whether to print with colours.
    """

    def __init__(self, namespace: dict[str, object], *, colour: bool) -> None:
        self.namespace = namespace
        self.colour = colour

    def show(self, title: str, code: str) -> None:
        """Print a snippet, run it, and print its output."""
        code = textwrap.dedent(code).strip()
        print(f"\n{self.styled(BOLD, f'# {title}')}\n{self.styled(CYAN, code)}", flush=True)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(code, "<demo>", "exec"), self.namespace)  # noqa: S102 - a snippet of this file
        print(textwrap.indent(output.getvalue(), "#> "), end="", flush=True)

    def show_command(self, arguments: list[str]) -> None:
        """Run the command `openai-models`, and print its output."""
        typed = " ".join(each if each.isalnum() or each.startswith("--") else f"'{each}'" for each in arguments)
        print(f"\n{self.styled(BOLD, '# On the command line')}\n{self.styled(CYAN, f'# $ openai-models {typed}')}")
        command = [sys.executable, "-m", "openai_models", *arguments]
        environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"} | {"COLUMNS": "100"}
        environment |= {"FORCE_COLOR": "1"} if self.colour else {}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, encoding="utf-8")
        print(textwrap.indent(done.stdout, "#> "), end="", flush=True)

    def styled(self, style: str, text: str) -> str:
        """Return a text in a style, if there are colours."""
        return "\n".join(f"{style}{line}{PLAIN}" for line in text.split("\n")) if self.colour else text


@contextlib.contextmanager
def server(namespace: dict[str, object], *, live: bool) -> Iterator[str]:
    """Point the environment to a server, and yield that server's name."""
    if live:
        yield os.environ.get("OPENAI_BASE_URL", "the OpenAI API")
        return
    with MockServer() as mock:
        os.environ.update(OPENAI_BASE_URL=mock.base_url, OPENAI_API_KEY=mock.api_key)
        namespace["mock"] = mock
        yield f"the bundled mock at {mock.base_url}, the variable `mock`"


def tour(*, live: bool, colour: bool) -> None:
    """Print the tour; against a live server only its read-only part."""
    shown = Tour({}, colour=colour)
    with server(shown.namespace, live=live) as name:
        print(f"# A tour of openai-models, against {name}.")
        try:
            for title, code in {**READ_ONLY, **({} if live else WITH_THE_MOCK)}.items():
                shown.show(title, code)
                if not getattr(shown.namespace["page"], "data", None):
                    print("# (the server lists no models: there is no more to show)")
                    return
            if not live:
                shown.show_command(COMMAND)
        finally:
            client = shown.namespace.get("client")
            if isinstance(client, OpenAI):
                client.close()
    print(END, end="", flush=True)


def main(arguments: list[str]) -> int:
    """Print the tour. Return the exit status."""
    live = "--live" in arguments
    colour = "NO_COLOR" not in os.environ and (sys.stdout.isatty() or "FORCE_COLOR" in os.environ)
    try:
        tour(live=live, colour=colour)
    except OpenAIError as error:
        print("".join(traceback.format_exception_only(error)), end="", file=sys.stderr)  # with its notes
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Write the parts of docs/ that are made from data: the tables of three pages and the images of the command.

    python -m tools.pages [migrating] [providers] [screens] [reliability]

Without a name, all but `reliability`, which runs every fault against two libraries and takes minutes.
The images are the same on every run: the server is the mock; request IDs are removed and ages replaced.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text
from tests.acceptance.faults import run as fault_run
from tests.acceptance.faults.catalogue import FAULTS
from tests.acceptance.faults.runner import Cell
from tests.acceptance.parity.difference import Todo
from tests.acceptance.parity.differences import DIFFERENCES

from openai_models.testing import MockServer

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
SERVERS: Final = ROOT / "tests" / "acceptance" / "providers" / "servers"
TABLE: Final = re.compile(r"(<!-- The table:[^>]* -->\n).*(<!-- The end of the table. -->\n)", re.DOTALL)
FAULT_SHELLS: Final = ("sync", "asyncio")

WIDTH: Final = 100  # fits the longest model ID of the mock
SCREENS: Final = {
    "help": ["list", "--help"],
    "list": ["list"],
    "get": ["get", "gpt-4o-mimi"],
    "check": ["check", "gpt-4o-mini", "gpt-3.5-turbo", "gpt-4-0613"],
}
REQUEST_ID: Final = re.compile(r" \(request id req_\w+\)")
AGE: Final = re.compile(r"(?<=  )[0-9]+ years?(?=\s)")


def with_table(page: str, table: str) -> str:
    """Return a page with its table replaced.

    Raises:
        ValueError: The page lacks the comments that mark the table.
    """
    new, found = TABLE.subn(lambda marks: f"{marks[1]}\n{table}\n{marks[2]}", page)
    if not found:
        msg = "the page lacks the comments that mark the table"
        raise ValueError(msg)
    return new


def rows(cells: Iterable[Sequence[str]]) -> str:
    """Return the rows of a Markdown table; the first is its head."""
    head, *others = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    return "\n".join([head, "|" + "---|" * (head.replace("\\|", "").count("|") - 1), *others]) + "\n"


def migrating() -> str:
    """Return the tables of the differences from the official SDK, one for each thing that a reader does about them."""
    parts = []
    for todo in Todo:
        found = [(row.what, row.theirs, row.ours, row.reason) for row in DIFFERENCES if row.todo is todo]
        parts.append(f"### {todo}\n\n{rows([('what', '`openai`', '`openai_models`', 'why'), *found])}")
    return "\n".join(parts)


def providers() -> str:
    """Return the table of the servers, and a section with the peculiarities of each."""
    servers: list[dict[str, Any]] = [json.loads(file.read_text("utf-8")) for file in sorted(SERVERS.glob("*.json"))]
    calls = ("list", "retrieve", "delete")
    found = [(each["name"], f"`{each['base_url']}`", *(each["works"][call] for call in calls)) for each in servers]
    sections = [
        f"### {each['name']}\n\n" + "".join(f"- {point}\n" for point in each["peculiarities"]) for each in servers
    ]
    return rows([("server", "base URL", *calls), *found]) + "\n## Peculiarities\n\n" + "\n".join(sections)


def reliability() -> str:
    """Run every fault against both libraries. Return the table of the outcomes."""
    libraries = (fault_run.OURS, fault_run.THEIRS)
    results = {library: fault_run.run_all(library, FAULT_SHELLS, lambda _: None) for library in libraries}
    summaries = [
        f"`{library}` {version(fault_run.DISTRIBUTIONS[library])}: {fault_run.summary(results[library].values())}"
        for library in libraries
    ]
    parts = [f"Faults that end as they should, on both clients: {', '.join(summaries)}.\n"]
    for group in dict.fromkeys(fault.group for fault in FAULTS):
        found = [
            (fault.name, str(fault.expected), *(_outcome(results[library], fault.name) for library in libraries))
            for fault in FAULTS
            if fault.group == group
        ]
        head = ("fault", "expected", *(f"`{library}`" for library in libraries))
        parts.append(f"### {group[0].upper()}{group[1:]}\n\n{rows([head, *found])}")
    return "\n".join(parts)


def _outcome(cells: dict[tuple[str, str], Cell], fault: str) -> str:
    """Return one text if the shells agree, else one for each."""
    found = {shell: cells[fault, shell] for shell in FAULT_SHELLS}
    texts = {shell: f"{'**wrong**: ' if cell.problems else ''}{cell.outcome}" for shell, cell in found.items()}
    if len(set(texts.values())) == 1:
        return texts[FAULT_SHELLS[0]]
    return "; ".join(f"{shell}: {text}" for shell, text in texts.items())


def screens() -> None:
    """Write the images of the command's terminal output."""
    with MockServer() as mock:
        environment = os.environ | {
            "OPENAI_BASE_URL": mock.base_url,
            "OPENAI_API_KEY": mock.api_key,
            "FORCE_COLOR": "1",
            "COLUMNS": str(WIDTH),
            "TERM": "xterm-256color",
        }
        for name, arguments in SCREENS.items():
            with Path(os.devnull).open("w", encoding="utf-8") as devnull:
                console = Console(record=True, width=WIDTH, file=devnull, force_terminal=True)
                console.print(Text(f"$ openai-models {' '.join(arguments)}", style="bold"))
                console.print(Text.from_ansi(_screen(arguments, environment)))
                svg = console.export_svg(title="openai-models", theme=SVG_EXPORT_THEME, unique_id=f"cli-{name}")
            # Remote fonts would disclose the page's readers to a third party.
            image = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
            (DOCS / "img" / f"cli-{name}.svg").write_text(image, "utf-8")


def _screen(arguments: list[str], environment: dict[str, str]) -> str:
    """Run the command as on a terminal. Return its output."""
    command = [sys.executable, "-m", "openai_models", *arguments]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return AGE.sub(lambda found: "2 years".ljust(len(found[0])), REQUEST_ID.sub("", done.stdout))


TABLES: Final[dict[str, Callable[[], str]]] = {
    "migrating": migrating,
    "providers": providers,
    "reliability": reliability,
}


def main(names: list[str]) -> int:
    """Write what is named. Return the exit status."""
    if unknown := set(names) - {*TABLES, "screens"}:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join([*TABLES, 'screens'])}", file=sys.stderr)
        return 2
    for name in names or ["migrating", "providers", "screens"]:
        if name in TABLES:
            page = DOCS / f"{name}.md"
            page.write_text(with_table(page.read_text("utf-8"), TABLES[name]()), "utf-8")
        else:
            screens()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

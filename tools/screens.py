"""Render the command's terminal output to docs/img/cli-*.svg.

The output is the same on every run: the server is the mock with its default models; request IDs are removed and ages
replaced.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from openai_models.testing import MockServer

FOLDER = Path(__file__).parents[1] / "docs" / "img"
# Fits the longest model ID of the mock.
WIDTH = 100
SCREENS = {
    "list": ["list"],
    "get": ["get", "gpt-4o-mimi"],
    "check": ["check", "gpt-4o-mini", "gpt-3.5-turbo", "gpt-4-0613"],
}
REQUEST_ID = re.compile(r" \(request id req_\w+\)")
AGE = re.compile(r"(?<=  )[0-9]+ years?(?=\s)")


def screen(arguments: list[str], environment: dict[str, str]) -> str:
    """Run the command as on a terminal. Return its output."""
    command = [sys.executable, "-m", "openai_models", *arguments]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    text = REQUEST_ID.sub("", done.stdout)
    return AGE.sub(lambda found: "2 years".ljust(len(found[0])), text)


def main() -> None:
    """Write the images."""
    FOLDER.mkdir(parents=True, exist_ok=True)
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
                console.print(Text.from_ansi(screen(arguments, environment)))
                path = FOLDER / f"cli-{name}.svg"
                svg = console.export_svg(title="openai-models", theme=SVG_EXPORT_THEME, unique_id=f"cli-{name}")
                # Remote fonts would disclose the page's readers to a third party.
                path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()

"""Hooks of mkdocs.yml: links that leave docs/ lead to the repository, and a notebook becomes text and code."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any, Final

LOG: Final = logging.getLogger("mkdocs.hooks")  # in strict mode, its warnings fail the build
ROOT: Final = Path(__file__).resolve().parent.parent
LINK: Final = re.compile(r"\]\((\.\./[^)\s#]+)(#[^)\s]*)?\)")
NOTEBOOK: Final = re.compile(r"^<!-- notebook: (\S+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Rewrite a page before it is rendered."""
    del files
    folder = PurePosixPath("docs", page.file.src_uri).parent

    def in_repository(link: re.Match[str]) -> str:
        path = normpath(str(folder / link[1]))
        if path.startswith("docs/"):
            return link[0]
        if not (ROOT / path).exists():
            LOG.warning("Doc file '%s' contains a link '%s', but there is no such file", page.file.src_uri, link[1])
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"]({config.extra['repository']}/{kind}/main/{path}{link[2] or ''})"

    return LINK.sub(in_repository, NOTEBOOK.sub(lambda found: notebook_as_markdown(ROOT / found[1]), markdown))


def notebook_as_markdown(path: Path) -> str:
    """Return the cells of a notebook as text and fenced code, without its title and its outputs."""
    parts: list[str] = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        parts.append(f"```python\n{text}\n```" if cell["cell_type"] == "code" else re.sub(r"\A# .*\n+", "", text))
    return "\n\n".join(parts)

"""Hooks of mkdocs.yml: links that leave docs/ lead to the repository, and pages include files of it.

`<!-- include: examples/inventory.py -->` is replaced by that file: a program or a notebook as code, Markdown as it is.
"""

import json
import logging
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any, Final

LOG: Final = logging.getLogger("mkdocs.hooks")  # in strict mode, its warnings fail the build
ROOT: Final = Path(__file__).resolve().parent.parent
LINK: Final = re.compile(r"\]\((\.\./[^)\s#]+)(#[^)\s]*)?\)")
INCLUDE: Final = re.compile(r"^<!-- include: (\S+) -->$", re.MULTILINE)


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

    return LINK.sub(in_repository, INCLUDE.sub(lambda found: as_markdown(found[1]), markdown))


def as_markdown(name: str) -> str:
    """Return a file of the repository as Markdown; of a notebook the cells, without its title and its outputs."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".md"):
        return text
    if name.endswith(".py"):
        return f"```python\n{text}```"
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    return "\n\n".join(
        f"```python\n{source}\n```" if kind == "code" else re.sub(r"\A# .*\n+", "", source) for kind, source in cells
    )

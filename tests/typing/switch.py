"""The programs for the official SDK, and the same with their imports changed."""

import re
from pathlib import Path

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def switched(code: str) -> str:
    """Change what the command of docs/migrating.md changes."""
    code = re.sub(r"^( *)import openai$", r"\1import openai_models as openai", code, flags=re.MULTILINE)
    return re.sub(r"^( *)from openai\b", r"\1from openai_models", code, flags=re.MULTILINE)


def write_switched(folder: Path) -> list[Path]:
    """Write the programs, their imports changed."""
    written = []
    for program in PROGRAMS:
        code = program.read_text("utf-8")
        changed = switched(code)
        assert changed != code
        written.append(folder / program.name)
        written[-1].write_text(changed, "utf-8")
    return written

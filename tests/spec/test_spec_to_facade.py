"""A change of openapi.yaml reaches the users' `Model` with no edit under wrapper/.

Each test changes the spec in a copy of the repository, runs `make regen`'s script there,
and looks at the facade of the copy, at run time and through mypy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    "openapi.yaml",
    "generator-config.yaml",
    "templates",
    "generated",
    "wrapper",
    "tools",
    "requirements",
    "pyproject.toml",
)


class Copy:
    """A copy of the repository's sources in which the spec may be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in PARTS:
            source, target = ROOT / part, folder / part
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "node_modules")
                shutil.copytree(source, target, symlinks=True, ignore=ignored)
            else:
                shutil.copy(source, target)
        self._facade = self._files("wrapper")

    def _files(self, part: str) -> dict[str, bytes]:
        files = (file for file in (self.folder / part).rglob("*") if file.is_file() and not file.is_symlink())
        return {str(file): file.read_bytes() for file in files}

    def change_spec(self, old: str, new: str) -> None:
        spec = self.folder / "openapi.yaml"
        text = spec.read_text("utf-8")
        assert old in text, f"openapi.yaml has no {old!r}: change this test with it"
        spec.write_text(text.replace(old, new), "utf-8")
        subprocess.run([sys.executable, self.folder / "tools/regen.py"], cwd=self.folder, check=True)
        assert self._files("wrapper") == self._facade, "make regen changed something under wrapper/"

    @property
    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join(str(self.folder / part) for part in ("wrapper", "generated"))
        return {**os.environ, "PYTHONPATH": path, "MYPYPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, code: str) -> list[object]:
        """Run code that prints JSON, with the copy's facade."""
        code = "import json, openai_models\nfrom openai_models.types import Model\n" + dedent(code)
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def mypy(self, code: str) -> str:
        """Check a user's code against the copy's facade, strictly."""
        user = self.folder / "user.py"
        user.write_text("from openai_models.types import Model\n\n\n" + dedent(code), "utf-8")
        config = self.folder / "mypy.ini"
        config.write_text("[mypy]\nstrict = true\n", "utf-8")
        options = ["--config-file", str(config), "--cache-dir", str(self.folder / "cache")]
        command = [sys.executable, "-m", "mypy", *options, str(user)]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


PROPERTY = """\
        context_window:
          type: integer
          description: How many tokens fit into the model's context.
        retired_at:
          type: [string, "null"]
          format: date
          description: The day (in UTC) on which the model was retired.
        owned_by:
"""


def test_a_property_added_to_the_spec_appears_on_the_facade(copy: Copy) -> None:
    copy.change_spec("        owned_by:\n", PROPERTY)
    sent = {"id": "a", "context_window": 8192, "retired_at": "2026-01-02"}
    shown, date, kept, absent = copy.run(
        f"""
        model = Model.from_dict({sent!r})
        print(json.dumps(repr(model)))
        print(json.dumps(model.retired_at.isoformat()))
        print(json.dumps(model.to_dict()))
        model = Model.from_dict({{"id": "a", "context_window": "many"}})
        print(json.dumps([model.context_window, model.retired_at]))
        """
    )
    assert "context_window=8192" in str(shown)
    assert "retired_at=datetime.date(2026, 1, 2)" in str(shown)
    assert date == "2026-01-02"
    assert kept == sent
    assert absent == [None, None]
    checked = copy.mypy(
        """
        from datetime import date

        def read(model: Model) -> tuple[int | None, date | None, date | None]:
            return model.context_window, model.retired_at, model.shutdown_date

        def misread(model: Model) -> str:
            return model.context_window
        """
    )
    assert 'got "int | None", expected "str"' in checked
    assert "Found 1 error" in checked


def test_a_property_removed_from_the_spec_is_gone_from_the_facade(copy: Copy) -> None:
    spec = (copy.folder / "openapi.yaml").read_text("utf-8")
    start = spec.index("        shutdown_date:\n")
    end = start + 1
    while spec[end:].startswith("          ") or not spec[:end].endswith("\n"):
        end = spec.index("\n", end) + 1
    copy.change_spec(spec[start:end], "")
    shown, kept = copy.run(
        """
        model = Model.from_dict({"id": "a"})
        print(json.dumps(repr(model)))
        model = Model.from_dict({"id": "a", "shutdown_date": "2026-01-02"})
        print(json.dumps([model.shutdown_date, model.to_dict()]))
        """
    )
    assert "shutdown_date" not in str(shown)
    assert kept == ["2026-01-02", {"id": "a", "shutdown_date": "2026-01-02"}]
    checked = copy.mypy("def read(model: Model) -> object:\n    return model.shutdown_date\n")
    assert '"Model" has no attribute "shutdown_date"' in checked


@pytest.mark.parametrize(("key", "attribute"), [("owner", "owner"), ("ownedBy", "owned_by"), ("class", "class_")])
def test_a_property_renamed_in_the_spec_is_renamed_on_the_facade(copy: Copy, key: str, attribute: str) -> None:
    text = (copy.folder / "openapi.yaml").read_text("utf-8")
    (copy.folder / "openapi.yaml").write_text(text.replace("owned_by", key), "utf-8")
    copy.change_spec("openapi: 3.1", "openapi: 3.1")
    shown, read, kept = copy.run(
        f"""
        model = Model.from_dict({{"id": "a", {key!r}: "acme"}})
        print(json.dumps(repr(model)))
        print(json.dumps(getattr(model, {attribute!r})))
        print(json.dumps(model.to_dict()))
        """
    )
    assert "='acme'" in str(shown)
    assert read == "acme"
    assert kept == {"id": "a", key: "acme"}
    checked = copy.mypy(f"def read(model: Model) -> str:\n    return model.{attribute}\n")
    assert "Success" in checked

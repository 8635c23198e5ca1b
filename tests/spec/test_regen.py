"""`make regen` writes what the spec gives, or nothing at all."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import regen

ROOT = Path(__file__).parents[2]
API = "generated/openai_models_api"


class Checkout:
    """A copy of what regenerating needs, in which everything may be broken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "docs", "examples", "node*", "tests")
        shutil.copytree(ROOT, self.folder, symlinks=True, ignore=ignored)

    def regen(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-B", "tools/regen.py", *arguments]
        # An empty PATH shows that nothing is looked for there.
        environment = {"PATH": ""} | environment
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=self.folder)

    def files(self) -> dict[str, bytes]:
        return regen.files_of(self.folder)

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text("utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_it_writes_what_is_checked_in_whatever_was_there_and_lists_what_changed(checkout: Checkout) -> None:
    # With its temporary folder inside of the repository, the generator works below the repository's settings of ruff.
    folders = {"XDG_CONFIG_HOME": str(checkout.folder / "config"), "TMPDIR": str(checkout.folder)}
    for place in ("config/ruff/ruff.toml", "ruff.toml"):
        settings = checkout.folder / place
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text('line-length = 40\n[format]\nquote-style = "single"\n')
    before = checkout.files()
    (checkout.folder / "generated/mine.py").touch()
    (checkout.folder / API / "types.py").unlink()
    checkout.change(f"{API}/errors.py", "Unexpected status", "Odd status")
    assert checkout.regen(**folders).stdout.splitlines() == [
        "removed: generated/mine.py",
        f"changed: {API}/errors.py",
        f"added: {API}/types.py",
        "generated/ matches openapi.yaml",
    ]
    assert checkout.files() == before
    assert checkout.regen(**folders).stdout == "generated/ matches openapi.yaml\n"
    assert checkout.files() == before


def test_check_tells_each_file_that_the_spec_does_not_give_and_writes_nothing(checkout: Checkout) -> None:
    package = checkout.folder / API
    (package / "api/__init__.py").write_bytes((package / "api/__init__.py").read_bytes().replace(b"\n", b"\r\n"))
    (package / "mine.bin").write_bytes(b"\xff")
    (package.parent / "mine.py").touch()
    (package / "errors.py").unlink()
    checkout.change(f"{API}/types.py", "status_code: int", "status_code: str")
    before = checkout.files()
    done = checkout.regen("--check")
    assert done.returncode == 1
    assert "Run `make regen`" in done.stderr
    assert re.findall(r"^(?:not generated|edited|missing): .+", done.stderr, re.MULTILINE) == [
        "not generated: generated/mine.py",
        f"edited: {API}/api/__init__.py",
        f"missing: {API}/errors.py",
        f"not generated: {API}/mine.bin",
        f"edited: {API}/types.py",
    ]
    assert "\n-    status_code: str\n+    status_code: int\n" in done.stderr
    assert checkout.files() == before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("type: boolean", 'type: "boolean" too', 'type: "boolean" too', id="no YAML"),
        pytest.param(
            'schemas/Error"', 'schemas/Nope"', '$ref: "#/components/schemas/Nope"', id="a reference to nothing"
        ),
        pytest.param("type: array", "type: arrray", "type: arrray", id="no OpenAPI"),
        pytest.param(
            "operationId: deleteModel\n      tags", "operationId: 3\n      tags", "operationId: 3", id="no operation"
        ),
        pytest.param("type: string\n          const: model", "enum: [model, 3]", "object:", id="a property"),
        pytest.param("type: string\n          minLength: 1", "type: array", "schema:", id="a parameter"),
        pytest.param('"409":', '"4xy":', "delete:", id="a status"),
    ],
)
def test_a_spec_that_the_generator_cannot_take_is_refused_by_a_line(
    old: str, new: str, line: str, tmp_path: Path
) -> None:
    text = regen.SPEC.read_text("utf-8")
    assert old in text
    spec = tmp_path / "openapi.yaml"
    spec.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(regen.RegenError) as caught:
        regen.generate(tmp_path, spec)
    number = int(str(caught.value).split("openapi.yaml:")[1].split(":")[0].split(")")[0])
    assert spec.read_text("utf-8").splitlines()[number - 1].strip() == line


@pytest.mark.parametrize("renames", [0, 1])
def test_an_interrupt_between_the_renames_leaves_the_old_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    new, generated = tmp_path / "new", tmp_path / "generated"
    for folder, text in ((new, "new"), (generated, "old")):
        folder.mkdir()
        (folder / "module.py").write_text(text)
    rename, done = Path.rename, 0

    def interrupted(path: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done == renames + 1:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(regen, "ROOT", tmp_path)
    monkeypatch.setattr(regen, "GENERATED", generated)
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        regen.replace(new)
    assert (generated / "module.py").read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [generated, new]


@pytest.mark.parametrize(
    ("old", "new", "missing", "options"),
    [
        pytest.param("    delete:\n", "    x-delete:\n", "delete_model", [], id="an operation"),
        pytest.param(
            "tags: [Models]", "tags: [Other]", "delete_model, list_models, retrieve_model", ["--check"], id="a tag"
        ),
        pytest.param("DeleteModelResponse", "Gone", "DeleteModelResponse", [], id="a schema"),
    ],
)
def test_a_spec_without_what_the_facade_imports_is_refused(
    checkout: Checkout, old: str, new: str, missing: str, options: list[str]
) -> None:
    checkout.change("openapi.yaml", old, new)
    before = checkout.files()
    done = checkout.regen(*options)
    assert done.returncode == 1
    assert f" imports {missing} from openai_models_api" in done.stderr
    assert checkout.files() == before


def test_another_generator_than_the_pinned_one_is_refused(checkout: Checkout) -> None:
    checkout.change("requirements/dev.txt", "openapi-python-client==", "openapi-python-client==1")
    (checkout.folder / API / "types.py").unlink()
    before = checkout.files()
    done = checkout.regen()
    assert done.returncode == 1
    assert "run `make setup`" in done.stderr
    assert checkout.files() == before


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SystemExit, match="2"):
        regen.main(["--chek"])

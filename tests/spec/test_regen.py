"""`make regen` writes what the spec gives, or nothing at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import regen

ROOT = Path(__file__).parents[2]
PARTS = ("openapi.yaml", "generator-config.yaml", "templates", "generated", "requirements", "wrapper")


class Checkout:
    """A copy of what regenerating needs, in which everything may be broken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "generated/openai_models_api"
        self.spec = folder / "openapi.yaml"
        ignore = shutil.ignore_patterns("__pycache__")
        for part in PARTS:
            source, target = ROOT / part, folder / part
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore=ignore)
            else:
                shutil.copy(source, target)
        (folder / "tools").mkdir()
        for name in ("regen.py", "spec_lines.py"):
            shutil.copy(ROOT / "tools" / name, folder / "tools" / name)

    def regen(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.folder / "tools/regen.py"), *arguments]
        # An empty PATH shows that nothing is looked for there.
        return subprocess.run(
            command, env={"PATH": "", **environment}, capture_output=True, text=True, check=False, cwd=self.folder
        )

    def generated(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted((self.folder / "generated").rglob("*"))
            if path.is_file()
        }

    def replace(self, old: str, new: str) -> int:
        """Change the spec where `old` stands first, and give the number of that line."""
        text = self.spec.read_text("utf-8")
        place = text.index(old)
        self.spec.write_text(text[:place] + new + text[place + len(old) :], "utf-8")
        return text[:place].count("\n") + 1


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_what_is_checked_in_is_what_the_spec_gives(checkout: Checkout) -> None:
    done = checkout.regen("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_regenerating_changes_nothing_byte_for_byte(checkout: Checkout) -> None:
    before = checkout.generated()
    shutil.rmtree(checkout.package)
    for _ in range(2):
        assert checkout.regen().returncode == 0
        assert checkout.generated() == before


@pytest.mark.parametrize("place", ["config/ruff/ruff.toml", "ruff.toml"], ids=["the user's", "the repository's"])
def test_ruff_settings_from_elsewhere_do_not_shape_the_output(checkout: Checkout, place: str) -> None:
    settings = checkout.folder / place
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('line-length = 40\n[format]\nquote-style = "single"\n')
    # With its temporary folder inside of the repository, the generator works below the repository's settings.
    folders = {"XDG_CONFIG_HOME": str(checkout.folder / "config"), "TMPDIR": str(checkout.folder)}
    assert checkout.regen("--check", **folders).returncode == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("type: boolean", 'type: "boolean" too', id="no YAML"),
        pytest.param('"#/components/schemas/Error"', '"#/components/schemas/Nope"', id="a reference to nothing"),
        pytest.param("type: array", "type: arrray", id="no OpenAPI"),
        pytest.param(
            "operationId: deleteModel\n      tags", "operationId: 3\n      tags", id="no OpenAPI in an operation"
        ),
    ],
)
def test_a_spec_that_can_not_be_read_is_refused_by_its_line(checkout: Checkout, old: str, new: str) -> None:
    before = checkout.generated()
    line = checkout.replace(old, new)
    done = checkout.regen()
    assert done.returncode == 1
    assert f"openapi.yaml:{line}" in done.stderr
    assert checkout.generated() == before


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        pytest.param("type: string\n          const: model", "enum: [model, 3]", "object:", id="a property"),
        pytest.param("items:\n            $ref", "x-items:\n            $ref", "data:", id="a list of what?"),
        pytest.param("type: string\n          minLength: 1", "type: array", "schema:", id="a parameter"),
        pytest.param('"409":', '"4xy":', "delete:", id="a status"),
        pytest.param("name: model\n", "name: modell\n", "get:", id="a path without its parameter"),
    ],
)
def test_what_the_generator_warns_about_is_refused_near_its_line(
    checkout: Checkout, old: str, new: str, near: str
) -> None:
    before = checkout.generated()
    checkout.replace(old, new)
    done = checkout.regen()
    assert done.returncode == 1
    assert "generated/ is left as it was" in done.stderr
    line = int(done.stderr.split("(near openapi.yaml:")[1].split(")")[0])
    assert checkout.spec.read_text("utf-8").splitlines()[line - 1].strip() == near
    assert checkout.generated() == before


@pytest.mark.parametrize("change", ["edited", "edited in its line ends", "added", "added beside", "missing"])
def test_check_fails_on_a_file_that_the_spec_does_not_give(checkout: Checkout, change: str) -> None:
    model = checkout.package / "models/model.py"
    match change:
        case "edited":
            model.write_text(model.read_text("utf-8") + "# mine\n", "utf-8")
        case "edited in its line ends":
            model.write_bytes(model.read_bytes().replace(b"\n", b"\r\n"))
        case "added":
            (checkout.package / "mine.bin").write_bytes(b"\xff")
        case "added beside":
            (checkout.package.parent / "mine.py").touch()
        case "missing":
            model.unlink()
    before = checkout.generated()
    done = checkout.regen("--check")
    assert done.returncode == 1
    assert "Run `make regen`" in done.stderr
    kind = {"added": "not generated", "edite": "edited", "missi": "missing"}[change[:5]]
    assert f"\n{kind}: generated/" in done.stderr
    assert checkout.generated() == before


def test_regenerating_removes_what_the_spec_does_not_give(checkout: Checkout) -> None:
    before = checkout.generated()
    (checkout.package / "mine.py").touch()
    (checkout.package.parent / "mine.py").touch()
    assert checkout.regen().returncode == 0
    assert checkout.generated() == before


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


def test_another_generator_than_the_pinned_one_is_refused(checkout: Checkout) -> None:
    pins = checkout.folder / "requirements/dev.txt"
    pins.write_text(pins.read_text("utf-8").replace("openapi-python-client==", "openapi-python-client==1"), "utf-8")
    done = checkout.regen()
    assert done.returncode == 1
    assert "run `make setup`" in done.stderr


def test_regenerating_lists_the_files_that_changed(checkout: Checkout) -> None:
    (checkout.package / "mine.py").touch()
    (checkout.package / "types.py").unlink()
    checkout.replace("description: A model", "description: Some model")
    done = checkout.regen()
    first, *files, last = done.stdout.splitlines()
    assert [first, last] == ["removed: generated/openai_models_api/mine.py", "generated/ matches openapi.yaml"]
    assert "added: generated/openai_models_api/types.py" in files
    assert checkout.regen().stdout == f"{last}\n"


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        pytest.param("operationId: deleteModel", "operationId: removeModel", "delete_model", id="a renamed operation"),
        pytest.param("    delete:\n", "    x-delete:\n", "delete_model", id="a deleted operation"),
        pytest.param(
            "tags: [Models]", "tags: [Other]", "delete_model, list_models, retrieve_model", id="a renamed tag"
        ),
        pytest.param("DeleteModelResponse", "ModelGone", "DeleteModelResponse", id="a renamed schema"),
    ],
)
def test_a_spec_without_what_the_facade_imports_is_refused(
    checkout: Checkout, old: str, new: str, missing: str
) -> None:
    before = checkout.generated()
    text = checkout.spec.read_text("utf-8")
    assert old in text
    checkout.spec.write_text(text.replace(old, new), "utf-8")
    for arguments in ([], ["--check"]):
        done = checkout.regen(*arguments)
        assert done.returncode == 1
        assert f" imports {missing} from openai_models_api" in done.stderr
    assert checkout.generated() == before


def test_an_unknown_option_writes_nothing(checkout: Checkout) -> None:
    (checkout.package / "types.py").unlink()
    before = checkout.generated()
    assert checkout.regen("--chek").returncode == 2
    assert checkout.generated() == before

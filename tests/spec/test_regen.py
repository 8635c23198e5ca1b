"""`make regen` writes what the spec gives, or nothing at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("openapi.yaml", "generator-config.yaml", "generated", "wrapper", "requirements")


class Checkout:
    """A copy of what regenerating needs, in which everything may be broken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "generated/openai_models_api"
        self.spec = folder / "openapi.yaml"
        self.view = folder / "wrapper/openai_models/types/_generated_view/models"
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


def test_a_users_own_ruff_settings_do_not_shape_the_output(checkout: Checkout, tmp_path: Path) -> None:
    settings = tmp_path / "config/ruff/ruff.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('line-length = 40\n[format]\nquote-style = "single"\n')
    assert checkout.regen("--check", XDG_CONFIG_HOME=str(tmp_path / "config")).returncode == 0


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


def test_what_the_generator_only_warns_about_is_refused_too(checkout: Checkout) -> None:
    before = checkout.generated()
    checkout.replace("const: model", "enum: [model, 3]")
    done = checkout.regen()
    assert done.returncode == 1
    assert "generated/ is left as it was" in done.stderr
    assert checkout.generated() == before


@pytest.mark.parametrize("change", ["edited", "added", "missing"])
def test_check_fails_on_a_file_that_the_spec_does_not_give(checkout: Checkout, change: str) -> None:
    model = checkout.package / "models/model.py"
    if change == "edited":
        model.write_text(model.read_text("utf-8") + "# mine\n", "utf-8")
    elif change == "added":
        (checkout.package / "mine.py").touch()
    else:
        model.unlink()
    before = checkout.generated()
    done = checkout.regen("--check")
    assert done.returncode == 1
    assert "Run `make regen`" in done.stderr
    assert checkout.generated() == before


def test_the_facades_view_is_linked_anew_where_a_copy_took_the_links_place(checkout: Checkout) -> None:
    checkout.view.unlink()
    shutil.copytree(checkout.package / "models", checkout.view)
    assert "is not a link" in checkout.regen("--check").stderr
    assert checkout.regen().returncode == 0
    assert checkout.view.is_symlink()
    assert checkout.regen("--check").returncode == 0


def test_another_generator_than_the_pinned_one_is_refused(checkout: Checkout) -> None:
    pins = checkout.folder / "requirements/dev.txt"
    pins.write_text(pins.read_text("utf-8").replace("openapi-python-client==", "openapi-python-client==1"), "utf-8")
    done = checkout.regen()
    assert done.returncode == 1
    assert "run `make setup`" in done.stderr

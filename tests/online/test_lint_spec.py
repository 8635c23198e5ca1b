"""`make spec-lint` is content with the spec, and with nothing less than it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "openapi.yaml"


def lint(spec: Path) -> subprocess.CompletedProcess[str]:
    """Run the recipe with this Python instead of the one of `.venv`."""
    command = ["make", "spec-lint", f"SPEC={spec}", f"BIN={Path(sys.executable).parent}", "READY="]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_all_linters_accept_the_spec() -> None:
    done = lint(SPEC)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("  - name: Models\n    description", "  - name: Models\n    x-description", "tag", id="a warning"),
        pytest.param("operationId: deleteModel\n      tags", "operationId: 3\n      tags", "3 is not", id="an error"),
        pytest.param("\n  description: ", "\n  x-description: ", "info-description", id="what Spectral alone finds"),
    ],
)
def test_a_spec_that_a_linter_complains_about_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = SPEC.read_text("utf-8")
    assert old in text
    spec = tmp_path / "openapi.yaml"
    spec.write_text(text.replace(old, new), "utf-8")
    done = lint(spec)
    assert done.returncode != 0
    assert said in done.stdout + done.stderr

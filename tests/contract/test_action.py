"""action.yml does what it says; tests/online has it checked by actionlint."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from openai_models.testing import MockServer

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PAGE = (ROOT / "docs/contract.md").read_text("utf-8")
EXAMPLE = yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0])


def run_step(tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the last step of the action, as a runner does, in the environment of these tests."""
    inputs = {name: given.get(name.replace("-", "_"), spec.get("default")) for name, spec in ACTION["inputs"].items()}
    step = ACTION["runs"]["steps"][-1]
    environment = {name: expanded(value, inputs) for name, value in step["env"].items() if name != "PYTHONPATH"}
    bash = shutil.which("bash")
    assert bash is not None
    return subprocess.run(
        [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={
            **environment,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def expanded(value: str, inputs: Mapping[str, str | None]) -> str:
    expression = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
    assert expression is not None, value
    text = inputs[expression[1]]
    assert text is not None
    return text


def test_a_server_that_passes_passes_the_step(tmp_path: Path, mock: MockServer) -> None:
    done = run_step(tmp_path, url=mock.base_url, api_key=mock.api_key, max_examples="1", rate="500")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("passes (")
    assert (tmp_path / "contract-report/report.html").is_file()
    assert "The server passes" in (tmp_path / "summary.md").read_text("utf-8")


def test_a_server_that_fails_fails_the_step(tmp_path: Path) -> None:
    with MockServer(profile="mistral") as mock:
        done = run_step(
            tmp_path, url=mock.base_url, api_key=mock.api_key, level="compatible", max_examples="1", report="out"
        )
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=contract unknown_model::")
    assert (tmp_path / "out/junit.xml").is_file()


@pytest.mark.parametrize("url", ["--help", "$(touch injected)", "'; touch injected; '"])
def test_no_input_is_run_or_read_as_an_option(url: str, tmp_path: Path) -> None:
    done = run_step(tmp_path, url=url)
    assert done.returncode == 2
    assert not (tmp_path / "injected").exists()
    assert "Usage" not in done.stdout


def test_no_input_stands_in_a_script() -> None:
    assert "${{" not in "".join(step["run"] for step in ACTION["runs"]["steps"])


def test_every_input_has_a_use_and_a_row_in_the_docs() -> None:
    used = re.findall(r"inputs\.([\w-]+)", str(ACTION["runs"]))
    documented = re.findall(r"^\| `([\w-]+)` \| .* \|$", PAGE.partition("## In a GitHub workflow")[2], re.MULTILINE)
    assert sorted(used) == sorted(ACTION["inputs"]) == sorted(documented)


def test_the_example_gives_inputs_that_there_are() -> None:
    (given,) = (
        step["with"] for step in EXAMPLE["jobs"]["contract"]["steps"] if "openai-models" in step.get("uses", "")
    )
    required = {name for name, spec in ACTION["inputs"].items() if spec.get("required")}
    assert required <= given.keys() <= ACTION["inputs"].keys()

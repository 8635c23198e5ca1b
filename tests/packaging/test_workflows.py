"""The workflows of CI call targets of the Makefile, and pin each action by its commit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
    return found


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_each_job_that_has_the_source_calls_a_target_that_exists(workflow: Path) -> None:
    for name, job in jobs(workflow).items():
        steps = job["steps"]
        if not any("actions/checkout@" in step.get("uses", "") for step in steps):
            continue
        commands = "\n".join(step.get("run", "") for step in steps)
        called = set(re.findall(r"^make ([a-z-]+)", commands, re.MULTILINE))
        assert called <= TARGETS, name
        assert called or ".ci/run" in commands, name


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_each_action_is_pinned_by_its_commit_with_the_release_beside_it(workflow: Path) -> None:
    uses = re.findall(r"uses: (.*)$", workflow.read_text("utf-8"), re.MULTILINE)
    assert [each for each in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[0-9.]+", each)] == []


def test_an_action_is_pinned_to_one_commit_in_all_workflows() -> None:
    text = "\n".join(workflow.read_text("utf-8") for workflow in WORKFLOWS)
    pins = set(re.findall(r"uses: ([\w/-]+)@(.*)$", text, re.MULTILINE))
    assert len(pins) == len(dict(pins))


def test_the_set_up_of_an_environment_is_not_in_what_a_target_prints() -> None:
    # `make release-notes > notes.md` is the first target that its job runs.
    messages = re.findall(r"echo \"setting up.*", MAKEFILE)
    assert messages
    assert [message for message in messages if not message.endswith(">&2")] == []

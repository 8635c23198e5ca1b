"""The workflows of CI call targets of the Makefile, and pin each action by its commit."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = {path.name: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_each_job_that_has_the_source_calls_a_target_that_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    jobs = {
        f"{name}: {job}": content["steps"]
        for name, text in WORKFLOWS.items()
        for job, content in yaml.safe_load(text)["jobs"].items()
        if "actions/checkout@" in str(content["steps"])
    }
    commands = {name: "\n".join(step.get("run", "") for step in steps) for name, steps in jobs.items()}
    called = {name: set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)) for name, text in commands.items()}
    assert {name: unknown for name, found in called.items() if (unknown := found - targets)} == {}
    assert [name for name, found in called.items() if not found and ".ci/run" not in commands[name]] == []
    assert len(jobs) > 5


def test_each_action_is_pinned_to_one_commit_with_the_release_beside_it() -> None:
    uses = {use for text in WORKFLOWS.values() for use in re.findall(r"uses: (.*)$", text, re.MULTILINE)}
    assert uses
    assert [each for each in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[0-9.]+", each)] == []
    assert len({each.partition("@")[0] for each in uses}) == len(uses)


def test_the_set_up_of_an_environment_is_not_in_what_a_target_prints() -> None:
    # `make release-notes > notes.md` is the first target that its job runs.
    messages = re.findall(r"echo \"setting up.*", MAKEFILE)
    assert messages
    assert [message for message in messages if not message.endswith(">&2")] == []

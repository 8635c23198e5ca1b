"""`make release` prepares a release on this machine, and publishes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import release

ROOT = Path(__file__).parents[2]
CHANGELOG = "# Changelog\n\n## [Unreleased] - will be 0.2.0\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-02\n\n- The first.\n"
PERSON = {f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Checkout:
    """A repository with what a release changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changelog = folder / "CHANGELOG.md"
        self.version = folder / "wrapper/openai_models/_version.py"
        self.version.parent.mkdir(parents=True)
        self.version.write_text('"""The version."""\n\n__version__ = "0.1.0"\n')
        self.changelog.write_text(CHANGELOG)
        (folder / "tools").mkdir()
        shutil.copy(ROOT / "tools/release.py", folder / "tools")
        for line in ("init --quiet", "add .", "commit --quiet --message start"):
            self.git(*line.split())

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, **PERSON}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def release(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "tools/release.py", *arguments)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_release_is_a_commit_and_a_tag_and_what_remains_to_be_done_is_printed(checkout: Checkout) -> None:
    assert checkout.release("--notes", "0.1.0").stdout == "- The first.\n"
    done = checkout.release("0.2.0")
    assert (done.returncode, done.stderr) == (0, "")
    today = datetime.now(UTC).date()
    assert f"## [Unreleased]\n\n## [0.2.0] - {today}\n\n### Added\n\n- A thing.\n" in checkout.changelog.read_text()
    assert checkout.version.read_text().endswith('\n__version__ = "0.2.0"\n')
    assert checkout.git("log", "-1", "--format=%s") == "Release 0.2.0\n"
    assert checkout.git("tag", "--points-at", "HEAD") == "v0.2.0\n"
    assert checkout.git("status", "--porcelain") == ""
    assert "git push origin HEAD:main v0.2.0" in done.stdout
    assert "git tag -d v0.2.0" in done.stdout
    assert checkout.release("--notes", "0.2.0").stdout == "### Added\n\n- A thing.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["0.1.0"], "'0.1.0' is not a version after 0.1.0"),
        (["0.2.0"], "[Unreleased] is empty"),
        (["v0.2.0"], "'v0.2.0' is not a version"),
        ([""], "VERSION=1.2.3"),
        (["--notes", "0.2.0"], "this source is version 0.1.0, not '0.2.0'"),
    ],
    ids=str,
)
def test_what_is_no_release_changes_nothing(checkout: Checkout, arguments: list[str], message: str) -> None:
    checkout.changelog.write_text(CHANGELOG.replace("### Added\n\n- A thing.\n\n", ""))
    checkout.git("commit", "--quiet", "--all", "--message", "empty the section")
    before = checkout.git("rev-parse", "HEAD")
    done = checkout.release(*arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert checkout.git("rev-parse", "HEAD") == before
    assert checkout.git("tag") == ""


def test_changes_that_are_not_committed_are_not_released(checkout: Checkout) -> None:
    checkout.version.write_text('__version__ = "0.1.0"  # mine\n')
    assert "not committed" in checkout.release("0.2.0").stderr


def test_the_changelog_of_this_repository_can_be_released() -> None:
    assert release.section("Unreleased")
    assert release.notes(release.current())

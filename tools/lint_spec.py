"""Run the spec's linters on openapi.yaml: openapi-spec-validator, Redocly's and Spectral's. A warning fails too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import node

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "tools" / "node"


def main(arguments: list[str]) -> int:
    """Lint the spec, or another one given as an argument; return 0 if no linter complains."""
    spec = str(Path(arguments[0]).resolve() if arguments else ROOT / "openapi.yaml")
    redocly = ["lint", spec, f"--config={RULES / 'redocly.yaml'}", "--format=stylish"]
    spectral = ["lint", spec, f"--ruleset={RULES / 'spectral.yaml'}", "--fail-severity=hint"]
    commands = [
        [sys.executable, "-W", "error", "-m", "openapi_spec_validator", spec],
        node.command("redocly", *redocly),
        node.command("spectral", *spectral),
    ]
    statuses = [subprocess.run(each, env=node.environment(), check=False).returncode for each in commands]
    return int(any(statuses))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the spec's linters on openapi.yaml: openapi-spec-validator and Redocly's, both without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import node

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "tools" / "node" / "redocly.yaml"


def main(arguments: list[str]) -> int:
    """Lint the spec, or another one given as an argument; 0 if both linters are content."""
    spec = Path(arguments[0]).resolve() if arguments else ROOT / "openapi.yaml"
    validator = [sys.executable, "-W", "error", "-m", "openapi_spec_validator", str(spec)]
    redocly = node.command("redocly", "lint", str(spec), f"--config={RULES}", "--format=stylish")
    statuses = [
        subprocess.run(validator, check=False).returncode,
        subprocess.run(redocly, env=node.environment(), check=False).returncode,
    ]
    return int(any(statuses))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Pin requirements/*.txt anew from pyproject.toml.

Every package with its hashes, for every platform and Python that the project supports;
no index is named, so that each machine uses its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {
    "dev.txt": ["pyproject.toml", "--all-extras", "--group", "dev"],
    "bench.txt": ["pyproject.toml", "--extra", "aiohttp", "--extra", "cli", "--group", "bench"],
    "integration.txt": ["--group", "pyproject.toml:integration"],
    "ecosystem.txt": ["pyproject.toml", "--group", "ecosystem"],
    "ecosystem-vcrpy7.txt": ["--group", "pyproject.toml:ecosystem-vcrpy7"],
    "ecosystem-vcrpy8.txt": ["--group", "pyproject.toml:ecosystem-vcrpy8"],
}
OPTIONS = [
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
]


def main(packages: list[str]) -> int:
    """Pin all packages anew, or only those named."""
    upgrade = [f"--upgrade-package={name}" for name in packages] or ["--upgrade"]
    for name, chosen in LOCKS.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *upgrade, *chosen]
        subprocess.run([*command, "--output-file", f"requirements/{name}"], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

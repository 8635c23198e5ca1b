"""Run the benchmark in a separate environment, built from requirements/bench.txt.

python tools/bench.py [arguments of tests/bench/run.py]
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements" / "bench.txt"
ENVIRONMENT = ROOT / ".venv-bench"


def install() -> Path:
    """Create the environment unless it exists with the same pins. Return its Python."""
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / ".ready"
    pins = f"{sys.version}\n{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()}\n"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == pins:
        return python
    print(f"setting up {ENVIRONMENT.name} (half a minute, once)", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--only-binary=:all:", "--requirement", str(REQUIREMENTS)], check=True)
    stamp.write_text(pins, encoding="utf-8")
    return python


def main(arguments: list[str]) -> int:
    """Run the benchmark on the packages of this repository. Return its exit status."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("wrapper", "generated"))
    command = [str(install()), "-m", "tests.bench.run", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

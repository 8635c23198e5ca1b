"""Run tests/ecosystem with the tools that mock or trace a program's requests: respx, vcrpy and others.

    python tests/ecosystem/run.py [arguments for pytest]

They are installed in a separate environment, built from requirements/ecosystem.txt. Two older versions of vcrpy, which
replace other methods, have a folder each that precedes it on the path. The tests of vcrpy run with every version.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
ENVIRONMENT: Final = ROOT / ".venv-ecosystem"
PYTHON: Final = str(ENVIRONMENT / "bin" / "python")
TESTS: Final = Path("tests/ecosystem")
# What would steer the client or a tool.
STEERING: Final = ("OPENAI_", "OTEL_", "SENTRY_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
PINS: Final = ROOT / "requirements" / "ecosystem.txt"
OLDER: Final = {name: PINS.with_name(f"ecosystem-{name}.txt") for name in ("vcrpy7", "vcrpy8")}


def install() -> None:
    """Create the environment unless it exists with the same pins."""
    stamp = ENVIRONMENT / ".ready"
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in (PINS, *OLDER.values()))).hexdigest()
    pins = f"{sys.version}\n{digest}\n"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == pins:
        return
    print(f"setting up {ENVIRONMENT.name} (a few seconds, once)", flush=True)
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, ENVIRONMENT], check=True)
    pip = [*uv, "pip", "install", "--python", PYTHON, "--require-hashes", "--only-binary=:all:", "--compile-bytecode"]
    subprocess.run([*pip, "--requirement", str(PINS)], check=True)
    for name, file in OLDER.items():
        subprocess.run([*pip, "--target", str(ENVIRONMENT / name), "--requirement", str(file)], check=True)
    stamp.write_text(pins, encoding="utf-8")


def run(tests: Path, pins: Path, arguments: list[str], first: Path | None = None) -> int:
    """Run tests with the vcrpy of some pins, which may be in a folder of its own. Return pytest's exit status."""
    found = re.search(r"^vcrpy==(\S+)", pins.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    print(f"{tests} with vcrpy {found[1]}", flush=True)
    paths = os.pathsep.join(str(folder) for folder in (first, ROOT / "wrapper", ROOT / "generated") if folder)
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(STEERING)}
    environment |= {"PYTHONPATH": paths, "ECOSYSTEM_VCRPY": found[1], "OPENAI_MODELS_NO_RETRY_DELAYS": "1"}
    command = [PYTHON, "-m", "pytest", f"--confcutdir={TESTS}", str(tests), *arguments]
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    # Arguments such as `-k respx` may deselect all tests of vcrpy: status 5.
    return 0 if status == 5 and arguments else status


def main(arguments: list[str]) -> int:
    """Run the tests with each vcrpy. Return the first exit status of pytest that is not 0."""
    install()
    statuses = [run(TESTS, PINS, arguments)]
    statuses += [run(TESTS / "test_vcrpy.py", file, arguments, ENVIRONMENT / name) for name, file in OLDER.items()]
    return next(filter(None, statuses), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A program that PyInstaller bundles, in an environment of its own that comes from the Python package index."""

import subprocess
import sys
from pathlib import Path

from openai_models.testing import PROFILES

ROOT = Path(__file__).parents[2]
PROGRAM = """
import openai_models.testing

for profile in openai_models.testing.PROFILES:
    with openai_models.testing.MockServer(profile=profile) as mock:
        assert mock.client().models.list().data
        print(profile)
# What the package imports when it is used.
print(openai_models.types.Model.__name__, openai_models.pagination.SyncPage.__name__, openai_models.models)
"""


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_bundled_program_has_every_profile_without_further_options(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    uv = (sys.executable, "-m", "uv", "--quiet")
    pins = run(*uv, "pip", "freeze", "--exclude-editable", "--python", sys.executable, cwd=tmp_path)
    (tmp_path / "pins.txt").write_text(pins, "utf-8")
    run(*uv, "venv", "--python", sys.executable, "venv", cwd=tmp_path)
    install = [*uv, "pip", "install", "--python", "venv/bin/python", "--constraint", "pins.txt"]
    run(*install, f"{wheel}[mock]", "pyinstaller==6.22.3", cwd=tmp_path)
    run("venv/bin/pyinstaller", "program.py", cwd=tmp_path)
    printed = run("dist/program/program", cwd=tmp_path).splitlines()
    assert printed == [*PROFILES, "Model SyncPage <openai_models.models>"]

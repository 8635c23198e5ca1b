"""Bundle the profiles of `MockServer` with a program that imports it."""  # noqa: N999 - PyInstaller's name for it

from __future__ import annotations

from pathlib import Path

datas = [(str(Path(__file__).parents[1] / "profiles"), "openai_models/testing/profiles")]

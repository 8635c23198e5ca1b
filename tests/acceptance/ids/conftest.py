"""Hypothesis keeps what it computes of Unicode in a folder; let that one go with the run."""

from __future__ import annotations

import tempfile

from hypothesis.configuration import set_hypothesis_home_dir

FOLDER = tempfile.TemporaryDirectory(prefix="hypothesis-")
set_hypothesis_home_dir(FOLDER.name)


def pytest_unconfigure() -> None:
    FOLDER.cleanup()

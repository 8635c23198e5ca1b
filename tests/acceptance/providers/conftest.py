from __future__ import annotations

import shutil
import tempfile

from hypothesis.configuration import set_hypothesis_home_dir

# Without a database of examples, Hypothesis still keeps its tables of characters and constants,
# the latter as early as tests are collected: they go where nobody finds them.
HOME = tempfile.mkdtemp(prefix="hypothesis-")
set_hypothesis_home_dir(HOME)


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)

"""The pytest fixture `openai_models_contract`. pytest loads this plugin wherever the package is installed."""

# No `from __future__ import annotations`: `typing.get_type_hints` must find the types at run time.

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def openai_models_contract() -> Callable[..., Any]:
    """Return a function that checks a server, and that fails the test if the server does not pass.

    It takes the arguments of `openai_models.contract.run`, and returns its report.
    """
    from . import run  # noqa: PLC0415 - of the extra, and slow to import

    def check(*arguments: Any, **options: Any) -> Any:
        report = run(*arguments, **options)
        if not report.passed:
            pytest.fail(str(report), pytrace=False)
        return report

    return check

"""Check that a server behaves like the model endpoints of the OpenAI API: `run(base_url, api_key=...).passed`.

Requires the extra: `pip install "openai-models[contract]"`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ._level import Level
    from ._report import Failure, Report, Verdict
    from ._suite import hold, run
    from ._target import Target, UnusableTargetError

__all__ = ["Failure", "Level", "Report", "Target", "UnusableTargetError", "Verdict", "hold", "run"]

# Imported when they are asked for: the command line names its options without schemathesis.
HOMES: Final = {
    "Failure": "_report",
    "Level": "_level",
    "Report": "_report",
    "Target": "_target",
    "UnusableTargetError": "_target",
    "Verdict": "_report",
    "hold": "_suite",
    "run": "_suite",
}

MISSING: Final = 'the contract needs an extra: pip install "openai-models[contract]"'


def is_of_extra(error: ModuleNotFoundError) -> bool:
    """Return whether the module that was not found is one of the extra."""
    return (error.name or "").partition(".")[0] in {"schemathesis", "hypothesis", "rich"}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    try:
        return getattr(import_module(f".{HOMES[name]}", __name__), name)
    except ModuleNotFoundError as error:
        if not is_of_extra(error):
            raise
        raise ImportError(MISSING) from error

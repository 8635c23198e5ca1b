"""Retries without waiting."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE: Final = "OPENAI_MODELS_NO_RETRY_DELAYS"


@contextmanager
def no_retry_delays() -> Iterator[None]:
    """Let all clients retry at once, sync and async, whatever delay the rules or the server ask for.

    How often a client retries stays as it is. Inside the block, the environment variable
    `OPENAI_MODELS_NO_RETRY_DELAYS` is set, so that it holds for all threads and for the processes that are started.
    """
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before

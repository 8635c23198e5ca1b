"""Retries without waiting."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE: Final = "OPENAI_MODELS_NO_RETRY_DELAYS"
_LOCK: Final = Lock()
# The variable's value before each block that is open. Blocks of several threads or tasks end in any order.
_BEFORE: Final[list[str | None]] = []


@contextmanager
def no_retry_delays() -> Iterator[None]:
    """Let all clients retry at once, sync and async, whatever delay the rules or the server ask for.

    How often a client retries stays as it is. Inside the block, the environment variable
    `OPENAI_MODELS_NO_RETRY_DELAYS` is set, so that it holds for all threads and for the processes that are started.
    """
    with _LOCK:
        _BEFORE.append(os.environ.get(VARIABLE))
        os.environ[VARIABLE] = "1"
    try:
        yield
    finally:
        with _LOCK:
            before = _BEFORE.pop()  # of the last block to end: what was before the first one
            if not _BEFORE:
                if before is None:
                    os.environ.pop(VARIABLE, None)
                else:
                    os.environ[VARIABLE] = before

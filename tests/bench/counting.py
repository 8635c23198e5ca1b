"""Count the calls that code makes, Python's own and those into C, in the thread that runs it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Self


class Calls:
    """Counts while its `with` block lasts; other threads, such as a server's, don't count.

    Attributes:
        python: How often each function of Python ran, by module and qualified name.
        c: How often each function in C was called, by qualified name.
    """

    def __init__(self) -> None:
        self.python: Counter[str] = Counter()
        self.c: Counter[str] = Counter()

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            self.python[f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"] += 1
        elif event == "c_call":
            self.c[argument.__qualname__] += 1

    @property
    def total(self) -> int:
        """All of them, Python's and C's."""
        return self.python.total() + self.c.total()

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)


def counted(work: Callable[[], object]) -> Calls:
    """Do work once, and give the calls that it made."""
    with Calls() as calls:
        work()
    return calls

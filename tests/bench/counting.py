"""Count the calls that code makes, Python's own and those into C, in the thread that runs it."""

import sys
from types import FrameType
from typing import Any, Self


class Calls:
    """Counts while its `with` block lasts; other threads, such as a server's, don't count.

    Attributes:
        python: The module of each function of Python that ran, in order; a generator that is resumed counts.
        c: The qualified name of each function in C that was called.
    """

    def __init__(self) -> None:
        self.python: list[str] = []
        self.c: list[str] = []

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            self.python.append(str(frame.f_globals.get("__name__")))
        elif event == "c_call":
            self.c.append(argument.__qualname__)

    @property
    def total(self) -> int:
        """All of them, Python's and C's."""
        return len(self.python) + len(self.c)

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

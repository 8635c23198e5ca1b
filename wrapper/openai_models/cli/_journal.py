"""The journal of deletions: one JSON object a line, on disk before the next step."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Event", "Journal", "read_journal"]

EVENTS = ("started", "done", "failed")
Event = Literal["started", "done", "failed"]


class Journal:
    """Append events to a file; safe to share between threads.

    Raises:
        OSError: The file can't be opened or written.
    """

    def __init__(self, path: Path) -> None:
        # What an interrupted write left must not swallow the next line.
        torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
        self._path = path
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")
        if torn:
            self._file.write("\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # it fails again with what `write` could not write
            self._file.close()

    def write(self, event: Event, model: str, reason: str | None = None) -> None:
        """Write an event; it is on the disk when this returns."""
        entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, "model": model}
        if reason is not None:
            entry["reason"] = reason
        try:
            with self._lock:
                self._file.write(json.dumps(entry) + "\n")
                self._file.flush()
                os.fsync(self._file.fileno())
        except OSError as error:
            error.filename = str(self._path)
            raise


def read_journal(path: Path) -> dict[str, Event]:
    """Return the last event of every model; nothing where there is no file.

    "started" means that the run ended before the response came: the model may be gone.
    A line cut short is left out: the write of it never returned.

    Raises:
        ValueError: A complete line is none of a journal.
    """
    if not path.exists():
        return {}
    last: dict[str, Event] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            entry = json.loads(line)
            event, model = entry["event"], entry["model"]
        except (ValueError, KeyError, TypeError):
            event, model = None, None
        if event in EVENTS and isinstance(model, str):
            last[model] = event
        elif line[:7] == b'{"time"'[: len(line)] and not line.endswith(b"}"):
            continue  # cut short
        else:
            msg = f"{path}, line {number}: not a line of a journal of deletions"
            raise ValueError(msg)
    return last

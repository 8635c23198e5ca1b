"""A clock that keeps going while a test freezes `time`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

if sys.platform == "win32":

    def machine_time(clock: Callable[[], float] = time.perf_counter) -> float:
        """Return the seconds of a monotonic clock."""
        return clock()  # freezegun replaces it in every module, but not where it is a default

else:

    def machine_time() -> float:
        """Return the seconds of a monotonic clock, which neither freezegun nor time-machine replaces."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

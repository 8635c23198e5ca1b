"""The two engines, sync and async: the only code that sends, reads and sleeps for a call."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .aio import AsyncEngine as AsyncEngine
else:
    AsyncEngine = Any  # for annotations: its module loads anyio, which only async programs need

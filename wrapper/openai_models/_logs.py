"""What is logged, to the logger `openai_models`: no key, no header, no query, no body.

`OPENAI_LOG=info` or `debug` in the environment prints it, as with the official SDK.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ._http import Request, Response

LOG: Final = logging.getLogger("openai_models")
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}


def set_up() -> None:
    """Print the package's records on stderr if the environment asks for it."""
    level = _LEVELS.get(os.environ.get("OPENAI_LOG", "").lower())
    if level is None:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("[%(asctime)s - %(name)s - %(levelname)s] %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(level)
    LOG.propagate = False


def _where(request: Request) -> str:
    return f"{request.method} {request.url.copy_with(userinfo=b'', query=None)}"


def answered(response: Response) -> None:
    """Log that a response came."""
    if LOG.isEnabledFor(logging.DEBUG):
        identity = response.headers.get("x-request-id")
        LOG.debug("%s gave %s, request id %s", _where(response.request), response.status_code, identity)


def broken(request: Request, error: BaseException) -> None:
    """Log that no response came, or not all of one."""
    if LOG.isEnabledFor(logging.DEBUG):
        LOG.debug("%s failed: %s", _where(request), type(error).__name__)


def waiting(seconds: float, retries_taken: int) -> None:
    """Log that another attempt will be made."""
    LOG.info("Retrying in %.3f seconds (retry %s)", seconds, retries_taken + 1)

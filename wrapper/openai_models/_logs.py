"""Log to the logger `openai_models`: no key, no header, no query, no body.

`OPENAI_LOG=info` or `debug` in the environment prints it, as with the official SDK.
"""

import logging
import os
from typing import Final

from ._exceptions import APIError, APIStatusError
from ._httpx import Request, Response
from ._redaction import redact_url

LOG: Final = logging.getLogger("openai_models")


def set_up() -> None:
    """Print the package's records if the environment asks for it, as the official SDK does."""
    level = os.environ.get("OPENAI_LOG")
    if level in {"debug", "info", "warning", "error", "critical"}:
        logging.basicConfig(
            format="[%(asctime)s - %(name)s:%(lineno)d - %(levelname)s] %(message)s", datefmt="%Y-%m-%d %H:%M:%S"
        )
        LOG.setLevel(level.upper())


def _where(request: Request) -> str:
    return f"{request.method} {redact_url(request.url)}"


def answered(response: Response) -> None:
    """Log that a response came."""
    identity = response.headers.get("x-request-id")
    LOG.debug("%s gave %s, request id %s", _where(response.request), response.status_code, identity)


def broken(request: Request, error: BaseException) -> None:
    """Log that no response came, or not all of one."""
    LOG.debug("%s failed: %s", _where(request), type(error).__name__)


def waiting(error: APIError, seconds: float, retries_taken: int) -> None:
    """Log that another attempt will be made. A server's own words stay out: they may quote a key."""
    reason = f"status {error.status_code}" if isinstance(error, APIStatusError) else error.message
    LOG.info("Retrying %s in %.3f seconds (retry %s): %s", _where(error.request), seconds, retries_taken + 1, reason)

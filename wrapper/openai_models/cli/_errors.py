"""From an exception to an exit status, and to one or two lines with what to do next."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from ._exit import Exit
from ._output import say
from ._safe import redacted, safe

if TYPE_CHECKING:
    from .._exceptions import APIError

__all__ = ["Refusal", "outcome", "report"]


class Refusal(Exception):
    """The command ends here, with a status and what to tell.

    Args:
        status: The exit status.
        message: What happened.
        hint: What to do next.
    """

    def __init__(self, status: Exit, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.hint = hint


def report(error: BaseException, *, debug: bool) -> Exit:
    """Tell what went wrong, on stderr; give the exit status."""
    status, message, hint = outcome(error)
    if debug:
        secrets = _secrets(error)
        lines = "".join(traceback.format_exception(error)).splitlines()
        say("\n".join(safe(redacted(line, *secrets)) for line in lines))
    say(f"openai-models: {message}")
    if hint:
        say(f"  {hint}")
    return status


def outcome(error: BaseException) -> tuple[Exit, str, str]:  # noqa: PLR0911 - a table would hide the classes
    """Give the status, what happened, and what to do next."""
    from .. import _exceptions as api  # noqa: PLC0415 - the client's; usage errors come without

    message = safe(" ".join(redacted(str(error), *_secrets(error)).split()))
    if isinstance(error, Refusal):
        return error.status, message, safe(redacted(error.hint))
    if isinstance(error, api.APIError):
        return _of_call(error, message)
    if isinstance(error, api.OpenAIError):
        hint = "set OPENAI_API_KEY, or name a file with --api-key-file"
        return Exit.KEY, "there is no API key" if "api_key=" in message else message, hint
    # typer's usage errors, whose class moved between its versions
    written = getattr(error, "format_message", None)
    if written is not None:
        return Exit.USAGE, safe(redacted(written())) or "a command is missing", "see openai-models --help"
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return Exit.USAGE, safe(redacted(f"{where}{error.strerror or error}")), ""
    if isinstance(error, ValueError | TypeError | ImportError):
        return Exit.USAGE, message, ""
    name = type(error).__name__
    return Exit.SERVER, f"{name}: {message}", "this is a bug; --debug shows the traceback"


def _of_call(error: APIError, message: str) -> tuple[Exit, str, str]:
    from .. import _exceptions as api  # noqa: PLC0415 - see above

    identity = getattr(error, "request_id", None)
    status, hint = Exit.SERVER, "try again; --verbose shows the requests"
    if isinstance(error, api.AuthenticationError):
        status, hint = Exit.KEY, "check OPENAI_API_KEY or --api-key-file, and that the key is for this --base-url"
    elif isinstance(error, api.PermissionDeniedError):
        status, hint = Exit.KEY, "the key may not do this: use another, or --organization and --project"
    elif isinstance(error, api.NotFoundError):
        if error.request.url.path.endswith("/models"):
            hint = "is --base-url right, with its version (…/v1)?"
        else:
            status, hint = Exit.NO_MODEL, "openai-models list shows the models there are"
    elif isinstance(error, api.RateLimitError):
        hint = "wait a little, or raise --max-retries"
    elif isinstance(error, api.APITimeoutError):
        hint = "raise --timeout, or check --base-url"
    elif isinstance(error, api.APIConnectionError):
        hint = "check --base-url, the network and the proxy"
    elif isinstance(error, api.APIResponseValidationError):
        hint = "is --base-url the URL of an API, with its version (…/v1)?"
    return status, message, f"{hint} (request id {safe(str(identity))})" if identity else hint


def _secrets(error: BaseException) -> tuple[str, ...]:
    # Some servers repeat the key that they refuse.
    request = getattr(error, "request", None)
    sent = request.headers.get("authorization", "") if request is not None else ""
    return (sent.rpartition(" ")[2],)

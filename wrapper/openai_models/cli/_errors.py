"""Turn an exception into an exit status, and into one or two lines with what happened and what to do next."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import click

from ._escape import escape_controls, redact
from ._exit_codes import Exit
from ._output import echo_err

if TYPE_CHECKING:
    from .._exceptions import APIError
    from ._global_options import GlobalOptions

__all__ = ["CliError", "classify", "report"]


class CliError(Exception):
    """The command ends with a status and a message.

    Args:
        status: The exit status.
        message: What happened.
        hint: What to do next.
    """

    def __init__(self, status: Exit, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.hint = hint


def report(error: BaseException, options: GlobalOptions | None, *, debug: bool) -> Exit:
    """Print what went wrong to stderr. Return the exit status."""
    status, message, hint = classify(error, options)
    if debug:
        secrets = _secrets(error)
        lines = "".join(traceback.format_exception(error)).splitlines()
        echo_err("\n".join(escape_controls(redact(line, *secrets)) for line in lines))
    echo_err(f"openai-models: {message}")
    if hint:
        echo_err(f"  {hint}")
    return status


def classify(error: BaseException, options: GlobalOptions | None = None) -> tuple[Exit, str, str]:
    """Return the status, what happened, and what to do next."""
    from .. import _exceptions as api  # noqa: PLC0415 - usage errors come without

    message = escape_controls(" ".join(redact(str(error), *_secrets(error)).split()))
    name = type(error).__name__
    status, hint = Exit.SERVER, "this is a bug; --debug shows the traceback"
    if isinstance(error, CliError):
        status, hint = error.status, escape_controls(redact(error.hint))
    elif isinstance(error, api.APIError):
        status, hint = _classify_call(error, options)
        message = message.removesuffix(": set SSL_CERT_FILE, or verify= of an http_client")  # the hint has more
    elif isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx is not None else "openai-models"
        status, hint = Exit.USAGE, f"see {path} --help"
        message = escape_controls(redact(error.format_message())).rstrip(".")
        message = message[:1].lower() + message[1:]
    elif isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        status, hint, message = Exit.USAGE, "", escape_controls(redact(f"{where}{error.strerror or error}"))
    elif isinstance(error, ValueError | TypeError | ImportError):
        status, hint = Exit.USAGE, ""
    elif isinstance(error, OverflowError):
        status, hint, message = Exit.USAGE, "", f"a number is too large: {message}"
    else:
        message = f"{name}: {message}"
    return status, message, hint


def _classify_call(error: APIError, options: GlobalOptions | None) -> tuple[Exit, str]:
    from .. import _exceptions as api  # noqa: PLC0415 - usage errors come without
    from ._global_options import GlobalOptions  # noqa: PLC0415 - a circle at import

    options = options or GlobalOptions()
    status, hint = Exit.SERVER, "try again; --verbose shows the requests"
    if isinstance(error, api.AuthenticationError):
        status, hint = Exit.KEY, options.key_hint
    elif isinstance(error, api.PermissionDeniedError):
        status, hint = Exit.KEY, "the key may not do this: use another, or --organization and --project"
    elif isinstance(error, api.NotFoundError):
        if error.request.url.path.endswith("/models"):
            hint = f"is {options.base_url_source} right, with its version (…/v1)?"
        else:
            status, hint = Exit.NO_MODEL, "openai-models list shows the models there are"
    elif isinstance(error, api.RateLimitError):
        hint = "wait a little, or raise --max-retries"
    elif isinstance(error, api.APIConnectionError):
        from ._connection_hints import connection_hint  # noqa: PLC0415 - only then

        hint = connection_hint(error, options.base_url_source)
    elif isinstance(error, api.APIResponseValidationError):
        hint = f"is {options.base_url_source} the URL of an API, with its version (…/v1)?"
    identity = getattr(error, "request_id", None)
    return status, f"{hint} (request id {escape_controls(str(identity))})" if identity else hint


def _secrets(error: BaseException) -> tuple[str, ...]:
    # Some servers repeat the key that they refuse.
    request = getattr(error, "request", None)
    sent = request.headers.get("authorization", "") if request is not None else ""
    return (sent.rpartition(" ")[2],)

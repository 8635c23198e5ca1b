"""Map what a transport raises to the package's errors."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from .. import _logs
from .._exceptions import APIConnectionError, APITimeoutError, OpenAIError
from .._http.tls import TransportSettingError
from .._httpx import InvalidURL
from .._redaction import is_ours
from .connection_text import connection_text, is_timeout, note_of, timeout_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._httpx import Request

_UNSENDABLE: Final = "the request can't be sent: the http_client adds a header that HTTP doesn't allow"


@contextmanager
def map_exceptions(request: Request, total: float | None = None) -> Iterator[None]:
    """Turn every failure of an attempt into an `APIError`.

    The one place that catches all there is: what httpx, httpcore, ssl or a caller's own transport may
    raise has no common base.

    Args:
        request: The request.
        total: How many seconds the attempt may take; None for no bound.
    """
    started = time.monotonic()
    unsendable: APIConnectionError | None = None
    is_ours.set(True)
    try:
        yield
    except (OpenAIError, TransportSettingError):
        raise
    except Exception as error:
        _logs.broken(request, error)
        if is_timeout(error):
            text = timeout_text(error, request, total, time.monotonic() - started)
            raise _annotate_cause(APITimeoutError(request, message=text), error) from error
        is_local = type(error).__name__ == "LocalProtocolError"  # httpx's or httpx2's
        if is_local:
            error.__cause__ = error.__context__ = None  # h11's own error, whose frames hold the lines of the request
        if not is_local or not str(error).startswith("Illegal header"):
            text = connection_text(error, request)
            raise _annotate_cause(APIConnectionError(message=text, request=request), error) from error
        unsendable = APIConnectionError(message=f"Connection error: {_UNSENDABLE}", request=request)
        unsendable.add_note(_UNSENDABLE)
    finally:
        is_ours.set(False)  # without a token: a generator may be closed in another context than it began in
    if unsendable is not None:
        try:
            raise unsendable
        finally:
            unsendable.__context__ = None  # whose message quotes the header
            del unsendable  # whose traceback would hold itself


def _annotate_cause(failure: APIConnectionError, cause: BaseException) -> APIConnectionError:
    """Add the message of the first cause that has one, as a note."""
    if isinstance(cause, InvalidURL):  # httpx looks at each location, followed or not
        failure.add_note("the server redirects to something that is no URL")
    if note := note_of(cause):
        failure.add_note(note)
    return failure

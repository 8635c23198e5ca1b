"""Map what a transport raises to the package's errors."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from .. import _logs
from .._exceptions import APIConnectionError, APITimeoutError, OpenAIError
from .._http.tls import TransportSettingError
from .._httpx import InvalidURL
from .._redaction import is_ours
from .connection_text import connection_text, is_timeout, note_of, timeout_text

if TYPE_CHECKING:
    from .._httpx import Request

_UNSENDABLE: Final = "the request can't be sent: the http_client adds a header that HTTP doesn't allow"


class MappedExceptions:
    """Turns every failure within a `with` statement into an `APIError`.

    The one place that catches all there is: what httpx, httpcore, ssl or a caller's own transport may
    raise has no common base.

    Args:
        request: The request.
        total: How many seconds the attempt may take; None for no bound.
    """

    def __init__(self, request: Request, total: float | None = None) -> None:
        self._request = request
        self._total = total
        self._started = time.monotonic()

    def __enter__(self) -> None:
        is_ours.set(True)

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        is_ours.set(False)  # without a token: a generator may be closed in another context than it began in
        if not isinstance(error, Exception) or isinstance(error, OpenAIError | TransportSettingError):
            return
        _logs.broken(self._request, error)
        if is_timeout(error):
            text = timeout_text(error, self._request, self._total, time.monotonic() - self._started)
            raise _annotate_cause(APITimeoutError(self._request, message=text), error) from error
        is_local = type(error).__name__ == "LocalProtocolError"  # httpx's or httpx2's
        if is_local:
            error.__cause__ = error.__context__ = None  # h11's own error, whose frames hold the lines of the request
        if not is_local or not str(error).startswith("Illegal header"):
            text = connection_text(error, self._request)
            raise _annotate_cause(APIConnectionError(message=text, request=self._request), error) from error
        del error, trace  # which quote the header
        unsendable = APIConnectionError(message=f"Connection error: {_UNSENDABLE}", request=self._request)
        unsendable.add_note(_UNSENDABLE)
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

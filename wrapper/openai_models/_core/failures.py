"""Map what a transport raises to the package's errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .. import _logs
from .._exceptions import APIConnectionError, APITimeoutError, OpenAIError
from .._http.tls import TransportSettingError
from .._httpx import InvalidURL, LocalProtocolError, TimeoutException
from .._redaction import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._httpx import Request


@contextmanager
def map_exceptions(request: Request) -> Iterator[None]:
    """Turn every failure of an attempt into an `APIError`.

    The one place that catches all there is: what httpx, httpcore, ssl or a caller's own transport may
    raise has no common base.
    """
    unsendable: APIConnectionError | None = None
    is_ours.set(True)
    try:
        yield
    except (OpenAIError, TransportSettingError):
        raise
    except (TimeoutException, TimeoutError) as error:
        _logs.broken(request, error)
        raise _annotate_cause(APITimeoutError(request), error) from error
    except LocalProtocolError as error:
        _logs.broken(request, error)
        error.__cause__ = error.__context__ = None  # h11's own error, whose frames hold the lines of the request
        if not str(error).startswith("Illegal header"):
            raise _annotate_cause(APIConnectionError(request=request), error) from error
        unsendable = APIConnectionError(request=request)
        unsendable.add_note("the request can't be sent: the http_client adds a header that HTTP doesn't allow")
    except Exception as error:
        _logs.broken(request, error)
        raise _annotate_cause(APIConnectionError(request=request), error) from error
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
    told = False
    seen: set[int] = set()
    inner: BaseException | None = cause
    while inner is not None and id(inner) not in seen:  # raised anew, an error can be its own context
        seen.add(id(inner))
        # trio's streams have no message of their own for what ssl says of a certificate.
        if isinstance(inner, Exception) and str(inner) and not told:  # a cancellation only names a scope
            told = True
            failure.add_note(f"{type(inner).__name__}: {inner}")
        inner = inner.__cause__ or inner.__context__
    return failure

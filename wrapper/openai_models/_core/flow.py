"""What both shells share of an attempt: how it is judged and how it fails. No I/O."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from attrs import field, frozen

from .. import _logs
from .._exceptions import APIConnectionError, APITimeoutError, NotFoundError, OpenAIError
from .._http.tls import TransportSettingError
from .._httpx import InvalidURL, LocalProtocolError, TimeoutException
from .._redaction import is_ours
from ..types._record import Record
from .error_text import request_id
from .parse import insist
from .response import status_error
from .retries import delay_before_retry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import stamina._core

    from .._config.configuration import Configuration
    from .._httpx import Request, Response
    from .request import Call

R = TypeVar("R")
T = TypeVar("T")

_DELETED_BEFORE: Final = (
    "An earlier attempt of this call may be the one that deleted the model, though its answer didn't say so."
)


@frozen(eq=False, repr=False)
class Answer(Generic[T]):
    """A response with a status of success, and what is needed to read it.

    Attributes:
        call: What was asked.
        response: What came; its body is read unless it is streamed.
        problem: What is wrong with its body; see `BodyReader.problem`.
        retries_taken: How many attempts went before.
        strict: Whether an answer that departs from the spec is an error.
    """

    call: Call[T]
    response: Response
    problem: str | None = None
    retries_taken: int = field(default=0, kw_only=True)
    strict: bool = field(default=False, kw_only=True)

    def result(self) -> T:
        """Read the result.

        Raises:
            APIResponseValidationError: The answer isn't one of this operation.
        """
        result = self.call.operation.read(self.response, self.problem, self.call.arguments)
        if self.strict:
            insist(self.response, result)
        return result

    def finished(self, finish: Callable[[T], R]) -> R:
        """Read the result, and give what a resource makes of it with the request's id.

        Raises:
            APIResponseValidationError: The answer isn't one of this operation.
        """
        value = finish(self.result())
        if isinstance(value, Record):
            value._request_id = request_id(self.response.headers, None)
        return value


def accept(
    config: Configuration, call: Call[T], response: Response, problem: str | None, *, retries_taken: int
) -> Answer[T]:
    """Take a response whose status is a success.

    Raises:
        APIStatusError: It isn't.
    """
    _logs.answered(response)
    if response.is_success:
        return Answer(call, response, problem, retries_taken=retries_taken, strict=config.strict)
    error = status_error(response)
    if retries_taken and response.request.method == "DELETE" and isinstance(error, NotFoundError):
        error.add_note(_DELETED_BEFORE)
    raise error


class RetryPolicy:
    """Decides, for one call, what follows each failed attempt."""

    def __init__(self, max_retries: int) -> None:
        self._max_retries = max_retries
        self._retries_taken = 0

    def __call__(self, failure: Exception) -> float | bool:
        """Give the seconds to wait before the next attempt, or False: stamina's backoff hook."""
        delay = delay_before_retry(failure, retries_taken=self._retries_taken)
        # stamina counts as well, but a program may have told it to count otherwise in tests.
        if delay is None or self._retries_taken >= self._max_retries:
            return False
        _logs.waiting(delay, self._retries_taken)
        self._retries_taken += 1
        return delay


def retry_context(max_retries: int) -> stamina._core._RetryContextIterator:
    """Give the attempts of a call whose first one has failed."""
    import stamina  # noqa: PLC0415 - only programs that meet a failure pay for it

    _logs.speak_for(logging.getLogger("stamina"))
    attempts = stamina.retry_context(on=RetryPolicy(max_retries), attempts=max_retries + 1, timeout=None)
    return attempts.with_name(_logs.LOG.name, (), {})


@contextmanager
def failures(request: Request) -> Iterator[None]:
    """Turn every failure of an attempt into an `APIError`.

    The one place that catches all there is: what httpx, httpcore, ssl or a transport
    of the caller's own may raise has no common base.
    """
    unsendable = None
    is_ours.set(True)
    try:
        yield
    except (OpenAIError, TransportSettingError):
        raise
    except (TimeoutException, TimeoutError) as error:
        _logs.broken(request, error)
        raise _caused(APITimeoutError(request), error) from error
    except Exception as error:
        _logs.broken(request, error)
        failure = APIConnectionError(request=request)
        if not (isinstance(error, LocalProtocolError) and str(error).startswith("Illegal header")):
            raise _caused(failure, error) from error
        unsendable = failure
    finally:
        is_ours.set(False)  # without a token: a generator may be closed in another context than it began in
    if unsendable is not None:
        # Without h11's words for it, which quote the header.
        unsendable.add_note("the request can't be sent: the http_client adds a header that HTTP doesn't allow")
        raise unsendable from None


def _caused(failure: APIConnectionError, cause: BaseException) -> APIConnectionError:
    """Tell the cause, without the frames whose variables hold the headers that were sent."""
    if isinstance(cause, InvalidURL):  # httpx looks at each location, followed or not
        failure.add_note("the server redirects to something that is no URL")
    told = False
    seen: set[int] = set()
    inner: BaseException | None = cause
    while inner is not None and id(inner) not in seen:  # raised anew, an error can be its own context
        seen.add(id(inner))
        inner.__traceback__ = None
        # trio's streams have no words of their own for what ssl says of a certificate.
        if isinstance(inner, Exception) and str(inner) and not told:  # a cancellation names but a scope
            told = True
            failure.add_note(f"{type(inner).__name__}: {inner}")
        inner = inner.__cause__ or inner.__context__
    return failure

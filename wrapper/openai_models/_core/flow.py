"""A call from its request to its result, as a generator without I/O. The engines in `_engine` perform its steps.

            ┌ Within ────────────┐
NeedKey ──> │ Exchange ──> Read  │ ──> RawResult
   ^        │   ^  │             │
   │        │   └──┘             │       a redirect: Close, then the next Exchange
   │        └────────────────┬───┘
   └────────── Sleep <───────┘           a failure after which another attempt may succeed

The engine sends the result of a step into the generator, or throws the exception that ended it.
"""

import inspect
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar, cast

from .. import _logs
from .._attempt import Attempt
from .._config.checks import checked_key
from .._config.configuration import Configuration
from .._exceptions import APIError, APIStatusError, OpenAIError
from .._httpx import AsyncClient, Client, HTTPStatusError, Request, RequestError, Response, TooManyRedirects
from .._redaction import Secret
from ..types._base_page import BasePage
from .decoder import Decoder
from .failures import MappedExceptions
from .parse import validate_strict
from .redirects import RedirectRefusedError, next_request, origin
from .request import RequestOptions, build_request
from .response import status_error, validation_error
from .retries import next_delay
from .steps import Close, Exchange, Flow, NeedKey, Read, Sleep, Within

T = TypeVar("T")

_DELETED_BEFORE = (
    "An earlier attempt of this call may be the one that deleted the model, though its response did not say so."
)

_WITHOUT_KEY = "The request was redirected to another origin, where the key does not go: set base_url to that."


class RawResult(NamedTuple, Generic[T]):
    """A response with a status of success, and what is needed to parse it.

    Attributes:
        options: The call.
        response: The response; its body is in memory unless it is streamed.
        problem: What is wrong with its body; see `Decoder.problem`.
        retries_taken: The number of attempts before.
        strict: Whether a body that departs from the spec is an error.
    """

    options: RequestOptions[T]
    response: Response
    problem: str | None
    retries_taken: int
    strict: bool

    def check_body(self) -> None:
        """Raise an `APIResponseValidationError` if the body could not be read whole."""
        if self.problem is not None:
            raise validation_error(self.response, f"The body {self.problem}")

    def parse(self, engine: Any) -> T:
        """Parse the body.

        Args:
            engine: Sends the calls for further pages; None after unpickling.

        Raises:
            APIResponseValidationError: The body is none of this operation.
        """
        value: Any = self.options.operation.parse(self.response, self.problem, self.options.arguments)
        if self.strict:
            validate_strict(self.response, value)
        if isinstance(value, BasePage):
            value._fetch_page = partial(_fetch_page, engine, self.options)
        headers = self.response.headers
        request_id = headers.get("x-request-id")
        value._known_request_id = headers.get("request-id") if request_id is None else request_id
        return cast("T", value)


def _fetch_page(engine: Any, options: RequestOptions[T], params: Mapping[str, str]) -> Any:
    """Send a call again with the query parameters of another page."""
    if engine is None:
        raise RuntimeError("This page belongs to no client: its response was unpickled.")
    return engine.call(options.replace(extra_query={**options.extra_query, **params}))


def call_flow(
    config: Configuration, http: Client | AsyncClient, options: RequestOptions[T], *, stream: bool
) -> Flow[RawResult[T]]:
    """Send a call, and again while that may help.

    Args:
        config: The settings of the client.
        http: The HTTP client. Its settings are read here; the engine sends with it.
        options: The call.
        stream: Whether to leave the body of a success unread.

    Raises:
        OpenAIError: The call failed.
        ValueError: No request can be built of it.
    """
    if http.is_closed:
        raise OpenAIError("The client has been closed; make another one for further calls.")
    retries_taken = 0
    while True:
        try:
            return (yield from _attempt(config, http, options, retries_taken, stream=stream))
        except APIError as error:
            delay = next_delay(error, retries_taken, config.max_retries)
            if http.is_closed:
                error.add_note("The client was closed while the call was under way.")
                delay = None
            if delay is None:
                raise
            _logs.waiting(error, delay, retries_taken)
        yield Sleep(delay)
        retries_taken += 1


def _attempt(
    config: Configuration, http: Client | AsyncClient, options: RequestOptions[T], retries_taken: int, *, stream: bool
) -> Flow[RawResult[T]]:
    per_operation, total = options.split_timeout(config)
    key = config.api_key
    if not isinstance(key, Secret):
        key = _checked_key(Secret((yield NeedKey(key))))
    request = build_request(http, config, options, per_operation, key=key, retries_taken=retries_taken)
    with MappedExceptions(request, total), Attempt(total) as attempt:
        flow = _send_and_read(config, http, options, request, attempt, stream=stream)
        response, problem = yield Within(attempt, flow)
    if _logs.LOG.isEnabledFor(logging.DEBUG):
        _logs.answered(response)
    if response.is_success:
        return RawResult(options, response, problem, retries_taken, config.strict)
    raise _annotate(status_error(response), request, retries_taken)  # in no variable: its traceback would hold itself


def _send_and_read(
    config: Configuration,
    http: Client | AsyncClient,
    options: RequestOptions[Any],
    request: Request,
    attempt: Attempt,
    *,
    stream: bool,
) -> Flow[tuple[Response, str | None]]:
    """Send a request, follow redirects and read the body; return the response, and what is wrong with its body."""
    refused = None
    send_options: dict[str, Any] = {}
    history: list[Response] = []
    while True:
        try:
            response: Response = yield Exchange(request, attempt, send_options)
        except HTTPStatusError as error:  # of a hook of the HTTP client that calls `raise_for_status`
            if error.request is not request or error.response.is_success:
                raise
            response = error.response
        response.history = history or response.history  # of an auth flow
        if not (http.follow_redirects and response.has_redirect_location):
            break
        if len(history) >= http.max_redirects:
            yield Close(response)
            raise TooManyRedirects(f"more than {http.max_redirects} redirects", request=request)
        # A header of its own takes the place of the client's cookies.
        names = {name.lower() for name in (*config.default_headers, *options.extra_headers, *http.headers)}
        try:
            request, more = next_request(response, None if send_options or "cookie" in names else http.cookies)
        except RedirectRefusedError as refusal:
            refused = str(refusal)
            break
        yield Close(response)
        attempt.clip()  # raises if the time is over
        send_options = {**send_options, **more}
        history = [*history, response]
    problem = None if stream and response.is_success else (yield from _read(config, response, attempt))
    if refused is not None:
        _logs.answered(response)
        raise status_error(response, refused=refused)
    return response, problem


def _annotate(error: APIStatusError, request: Request, retries_taken: int) -> APIStatusError:
    """Add a note where an attempt before may have succeeded, or where a redirect left the key behind."""
    if error.status_code in {401, 403} and origin(error.request.url) != origin(request.url):
        error.add_note(_WITHOUT_KEY)
    if retries_taken and error.request.method == "DELETE" and error.status_code == 404:
        error.add_note(_DELETED_BEFORE)
    return error


def _checked_key(key: Secret) -> Secret:
    """Return the key that a function returned, if it can be sent."""
    if inspect.iscoroutine(key.value):  # in async code, the engine has awaited it
        key.value.close()
        raise TypeError("the function that gives the key is a coroutine function; that is for AsyncOpenAI")
    return checked_key(key)


def _read(config: Configuration, response: Response, attempt: Attempt) -> Flow[str | None]:
    """Read a body within bounds, and return what is wrong with it."""
    if response.is_stream_consumed:  # by a hook of the HTTP client, or made whole by a mock
        response.read()
        yield Close(response)
        return None
    decoder = Decoder(response.headers.get("content-encoding", ""), config.max_response_bytes)
    if not response.is_closed:  # as it is where a hook raised
        try:
            yield Read(response, attempt, decoder)
        except RequestError as error:
            error.request = response.request  # as httpx's own `iter_raw` does
            raise
    decoder.finish(response)
    return decoder.problem


def read_flow(config: Configuration, result: RawResult[T]) -> Flow[RawResult[T]]:
    """Read the body of a streamed response; that may take as long as an attempt.

    Raises:
        APIConnectionError: The connection broke before the end of the body, or the time is over.
    """
    _, total = result.options.split_timeout(config)
    with MappedExceptions(result.response.request, total), Attempt(total) as attempt:
        problem = yield Within(attempt, _read(config, result.response, attempt))
    return result._replace(problem=problem)

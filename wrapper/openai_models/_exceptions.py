"""The errors that a call can raise.

OpenAIError
└── APIError                            the base class of all that follow
    ├── APIConnectionError              no response, or only a part of one
    │   └── APITimeoutError             the timeout passed before the end of the response
    ├── APIResponseValidationError      a response that is not one of this API
    └── APIStatusError                  a status other than 2xx
        ├── BadRequestError             400
        ├── AuthenticationError         401
        ├── PermissionDeniedError       403
        ├── NotFoundError               404
        ├── ConflictError               409
        ├── UnprocessableEntityError    422
        ├── RateLimitError              429
        └── InternalServerError         5xx

The annotations of this module are no strings, as `typing.get_type_hints` would look their names up in the
package, whose name these classes have as their `__module__`.
"""

# The status as a literal narrows an attribute which the base class can set to any; so does
# the official SDK, and users' type checkers rely on it.
# pyright: reportIncompatibleVariableOverride=false

from collections.abc import Callable, Mapping
from typing import Literal

from ._httpx import Request, Response
from ._redaction import bare_request, bare_response


class OpenAIError(Exception):
    """The base class of the errors of this package, such as a missing key or a closed client."""


class APIError(OpenAIError):
    """The base class of the errors that a request can raise.

    Args:
        message: What went wrong, for people.
        request: The request as it was sent.
        body: The `error` object of the response, or else the whole body (parsed if it is JSON, text if not);
            None if there is no body.

    Attributes:
        message: What went wrong, for people; also `str(error)`.
        request: The request as it was sent.
        body: The `error` object of the response, or else the whole body; None if there is no body.
        code: The server's code of the error, as a string; None if it sent none.
        param: The parameter that the server objects to; None if it named none.
        type: The server's type of the error; None if it sent none.
    """

    message: str
    request: Request
    body: object | None
    code: str | None = None
    param: str | None = None
    type: str | None = None

    def __init__(self, message: str, request: Request, *, body: object | None) -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.body = body
        if isinstance(body, dict):
            self.code = text_of(body.get("code"))
            self.param = text_of(body.get("param"))
            self.type = text_of(body.get("type"))

    def __reduce__(self) -> tuple[Callable[..., "APIError"], tuple[object, ...]]:
        """Pickle without the headers of the request, one of which holds the key."""
        state = {**vars(self), "request": bare_request(self.request)}
        if state.get("response") is not None:
            state["response"] = bare_response(state["response"], state["request"])
        return _restore, (type(self), self.args, state)


def text_of(value: object) -> str | None:
    """Return a value that a server sent as a code, of whatever JSON type, as text."""
    return None if value is None else str(value)


def _restore(cls: type[APIError], args: tuple[object, ...], state: Mapping[str, object]) -> APIError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)  # the notes among it
    return error


class APIConnectionError(APIError):
    """The server could not be reached, or the connection failed before the end of the response.

    Args:
        message: What went wrong, for people.
        request: The request as it was sent.
    """

    def __init__(self, *, message: str = "Connection error.", request: Request) -> None:
        super().__init__(message, request, body=None)


class APITimeoutError(APIConnectionError):
    """The timeout passed before the end of the response.

    Args:
        request: The request as it was sent.
        message: What went wrong, for people.
    """

    def __init__(self, request: Request, *, message: str = "Request timed out.") -> None:
        super().__init__(message=message, request=request)


class APIResponseValidationError(APIError):
    """The response is not one of this API: HTML, for example, or a deletion that the server does not confirm.

    Args:
        response: The HTTP response.
        body: The whole body, parsed if it is JSON.
        message: What went wrong, for people.

    Attributes:
        response: The HTTP response.
        status_code: Its status.
        request_id: The server's id of the request, from a header or the body; None if there is none.
    """

    response: Response
    status_code: int
    request_id: str | None

    def __init__(self, response: Response, body: object | None, *, message: str | None = None) -> None:
        super().__init__(message or "Data returned by API invalid for expected schema.", response.request, body=body)
        self.response = response
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")


class APIStatusError(APIError):
    """The status of the response is not 2xx.

    Args:
        message: What went wrong, for people.
        response: The HTTP response.
        body: The `error` object of the response, or else the whole body.

    Attributes:
        response: The HTTP response.
        status_code: Its status.
        request_id: The server's id of the request, from a header or the body; None if there is none.
    """

    response: Response
    status_code: int
    request_id: str | None

    def __init__(self, message: str, *, response: Response, body: object | None) -> None:
        super().__init__(message, response.request, body=body)
        self.response = response
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")


class BadRequestError(APIStatusError):
    """400: the server does not understand the request."""

    status_code: Literal[400] = 400


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or revoked."""

    status_code: Literal[401] = 401


class PermissionDeniedError(APIStatusError):
    """403: the key is not allowed to do this."""

    status_code: Literal[403] = 403


class NotFoundError(APIStatusError):
    """404: the model does not exist, or the key cannot see it."""

    status_code: Literal[404] = 404


class ConflictError(APIStatusError):
    """409: the model is being changed by another request."""

    status_code: Literal[409] = 409


class UnprocessableEntityError(APIStatusError):
    """422: the server understands the request, but cannot process it."""

    status_code: Literal[422] = 422


class RateLimitError(APIStatusError):
    """429: too many requests, or the quota is used up."""

    status_code: Literal[429] = 429


class InternalServerError(APIStatusError):
    """5xx: the server failed."""


BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_class(status: int) -> type[APIStatusError]:
    """Return the class of the error for a status."""
    return BY_STATUS.get(status) or (InternalServerError if status >= 500 else APIStatusError)

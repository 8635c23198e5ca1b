"""What a call can raise.

OpenAIError
└── APIError
    ├── APIConnectionError              nothing, or not all, of an answer came
    │   └── APITimeoutError             not in time
    ├── APIResponseValidationError      an answer came that isn't one of this API
    └── APIStatusError                  the server refused, or failed
        ├── BadRequestError             400
        ├── AuthenticationError         401
        ├── PermissionDeniedError       403
        ├── NotFoundError               404
        ├── ConflictError               409
        ├── UnprocessableEntityError    422
        ├── RateLimitError              429
        └── InternalServerError         5xx
"""

# The status as a literal narrows an attribute which the base class can set to any; so does
# the official SDK, and users' type checkers rely on it.
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ._httpx import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._httpx import Request, Response

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "InternalServerError",
    "NotFoundError",
    "OpenAIError",
    "PermissionDeniedError",
    "RateLimitError",
    "UnprocessableEntityError",
]


class OpenAIError(Exception):
    """The base of all that this package raises on its own account."""


class APIError(OpenAIError):
    """A call that didn't give a result.

    Attributes:
        message: What went wrong, for people; also `str(error)`.
        request: The request as it was sent.
        body: The `error` object of the server's answer, or else the whole answer
            (parsed if it was JSON, text if it wasn't); None where there was none.
        code: The server's code for the error, as a string.
        param: The parameter that the server found fault with.
        type: The server's type of the error.
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

    def __reduce__(self) -> tuple[Callable[..., APIError], tuple[object, ...]]:
        """Pickle without the request's headers: one of them is the key."""
        state = dict(self.__dict__)
        state["request"] = bare_request(self.request)
        response: Response | None = state.get("response")
        if response is not None:
            state["response"] = bare_response(response, state["request"])
        return _restore, (type(self), self.args, state)


def text_of(value: object) -> str | None:
    """Give what a server sent as a code, in whatever JSON type, as text."""
    return None if value is None else str(value)


def _restore(cls: type[APIError], args: tuple[object, ...], state: Mapping[str, object]) -> APIError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)  # the notes among it
    return error


def bare_request(request: Request) -> Request:
    """Give the request without what may be secret: headers, userinfo, query and body."""
    url = request.url.copy_with(userinfo=b"", query=None)
    return type(request)(request.method, url)


def bare_response(response: Response, request: Request) -> Response:
    """Give a finished copy of the response which belongs to this request."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _NOT_OF_A_COPY]
    try:
        content = response.content
    except StreamError:  # streamed, and so not kept
        content = b""
    return type(response)(response.status_code, headers=headers, content=content, request=request)


# What may repeat a secret, and what holds for the body as it travelled.
_NOT_OF_A_COPY = {"set-cookie", "location", "content-encoding", "content-length", "transfer-encoding"}


class APIConnectionError(APIError):
    """The server could not be reached, or the connection broke before its answer was whole."""

    def __init__(self, *, message: str = "Connection error.", request: Request) -> None:
        super().__init__(message, request, body=None)


class APITimeoutError(APIConnectionError):
    """The answer was not there, or not whole, in time."""

    def __init__(self, request: Request) -> None:
        super().__init__(message="Request timed out.", request=request)


class APIResponseValidationError(APIError):
    """An answer came that this API doesn't give: HTML, say, or a deletion that is none.

    Attributes:
        response: The HTTP response.
        status_code: Its status.
        request_id: The server's id of the request.
    """

    response: Response
    status_code: int
    request_id: str | None

    def __init__(self, response: Response, body: object | None, *, message: str | None = None) -> None:
        super().__init__(
            message or "Data returned by API invalid for expected schema.",
            response.request,
            body=body,
        )
        self.response = response
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")


class APIStatusError(APIError):
    """The server answered with a status that isn't a success.

    Attributes:
        response: The HTTP response.
        status_code: Its status.
        request_id: The server's id of the request; support asks for it.
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
    """400: the request is not one the server understands."""

    status_code: Literal[400] = 400


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or revoked."""

    status_code: Literal[401] = 401


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""

    status_code: Literal[403] = 403


class NotFoundError(APIStatusError):
    """404: no such model, or none that the key may see."""

    status_code: Literal[404] = 404


class ConflictError(APIStatusError):
    """409: the model is being changed by somebody else."""

    status_code: Literal[409] = 409


class UnprocessableEntityError(APIStatusError):
    """422: understood, but not valid."""

    status_code: Literal[422] = 422


class RateLimitError(APIStatusError):
    """429: too many requests, or none left."""

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
    """Give the class for a status."""
    return BY_STATUS.get(status) or (InternalServerError if status >= 500 else APIStatusError)

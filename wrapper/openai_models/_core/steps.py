"""The steps that a flow yields. The engine sends the result into the flow, or throws the exception that ended the step."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from .._attempt import Attempt
from .._httpx import Request, Response
from .decoder import Decoder

T = TypeVar("T")


class NeedKey(NamedTuple):
    """Call the function that returns the key, and return the key."""

    function: Callable[[], object]


class Within(NamedTuple):
    """Perform a flow within the time of an attempt. Only tasks can be cancelled: in threads, its steps look at the time."""

    attempt: Attempt
    flow: Generator[Any, Any, Any]


class Exchange(NamedTuple):
    """Send a request, and return the response when its head has come.

    Attributes:
        request: The request.
        attempt: Bounds the time.
        send_options: Further arguments of the HTTP client's `send`.
    """

    request: Request
    attempt: Attempt
    send_options: Mapping[str, Any]


class Read(NamedTuple):
    """Feed the body of a response to its decoder until that wants no more, and close the response.

    Attributes:
        response: The response.
        attempt: Bounds the time.
        decoder: Decodes and bounds the body.
    """

    response: Response
    attempt: Attempt
    decoder: Decoder


class Close(NamedTuple):
    """Close a response whose body nobody needs."""

    response: Response


class Sleep(NamedTuple):
    """Wait for so many seconds."""

    seconds: float


Step: TypeAlias = NeedKey | Within | Exchange | Read | Close | Sleep
Flow: TypeAlias = Generator[Step, Any, T]

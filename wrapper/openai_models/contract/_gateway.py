"""The way that every request of a run takes, those included that schemathesis sends of its own accord.

It counts them, keeps to the rate, follows no redirect, and reads no answer without end, be it of bytes or of time.
"""

from __future__ import annotations

import contextlib
from collections import deque
from http import HTTPStatus
from http.client import HTTPResponse
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import requests
from requests.sessions import SessionRedirectMixin
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ._response_helpers import BUSY
from ._target import MOST_BYTES, SECONDS, USER_AGENT
from ._watchdog import NotSentError, OverdueError, Watch, watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Status = tuple[str, int, str]

# The hundredth is for the server's clock, which may go faster than ours.
WINDOW: Final = 1.01
PIECE: Final = 2**16
# A server that is late every time would be waited for, request by request, and a run take more than a minute.
PATIENCE: Final = 2
TOO_LONG: Final = f"it is longer than {MOST_BYTES // 2**20} MiB, of which the rest was not read"


class TooLongError(requests.RequestException):
    """An answer has more bytes than anybody would want to judge."""


class Wire:
    """What goes to a server.

    Args:
        rate: The most requests that the server gets in any second. None: as many as can be.
        before: When requests were answered that went there before, by `monotonic`.
        told: Is called with the count for each request.

    Attributes:
        count: How many requests were sent, those before included.
        refused: How many of them were answered with 429.
        overdue: Which answers were given up; no more than two, after which nothing is sent.
        in_all: The seconds that an answer may take, be it silent or slow.
    """

    def __init__(
        self, rate: int | None = None, before: Sequence[float] = (), told: Callable[[int], object] | None = None
    ) -> None:
        self._told = told
        self.count = len(before)
        self.refused = 0
        self.overdue: list[OverdueError] = []
        self.in_all: float = SECONDS
        self._answered = deque(before, maxlen=rate) if rate else None

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Have all requests of ours, and nobody else's, go this way."""
        send, target_of = requests.Session.send, SessionRedirectMixin.get_redirect_target
        read_status = HTTPResponse._read_status  # type: ignore[attr-defined]  # noqa: SLF001 - not public; a test says when it is gone

        def sent(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            if not ours(request):
                return send(session, request, **options)
            if len(self.overdue) >= PATIENCE:
                message = f"not sent: {PATIENCE} answers before it were not complete after {self.in_all:g} seconds"
                raise NotSentError(message, request)
            self._wait()
            self.count += 1
            if self._told is not None:
                self._told(self.count)
            try:
                return self._answer(request, lambda: send(session, request, **{**options, "stream": True}))
            finally:
                if self._answered is not None:
                    self._answered.append(monotonic())

        def redirected(session: requests.Session, answer: requests.Response) -> str | None:
            return None if ours(answer.request) else target_of(session, answer)

        with (
            patch.object(requests.Session, "send", sent),
            patch.object(SessionRedirectMixin, "get_redirect_target", redirected),
            # For everybody's, since an answer doesn't know who asked; the others lose nothing by it.
            patch.object(HTTPResponse, "_read_status", status_of(read_status)),
            # Which would be read for as long as the time limit of one read, each.
            patch("schemathesis.transport.requests.is_event_stream", return_value=False),
            # Which would send a HEAD past all this, to see whether a server that reset a connection is still there.
            patch("schemathesis.engine.outage.answers_after_reset", return_value=True),
            watching(),
        ):
            yield

    def _answer(self, request: requests.PreparedRequest, send: Callable[[], requests.Response]) -> requests.Response:
        with Watch(self.in_all) as watch:
            try:
                answer = read(send())
            except requests.RequestException as error:
                self.count -= never_left(error)
                if watch.over or isinstance(error, requests.Timeout):
                    raise self._given_up(request) from error
                raise
        if watch.over:  # a body that ends with its connection ends without an error
            raise self._given_up(request)
        self.refused += answer.status_code == BUSY
        return answer

    def _given_up(self, request: requests.PreparedRequest) -> OverdueError:
        error = OverdueError(f"{request.method} {request.path_url} took longer than {self.in_all:g} seconds", request)
        self.overdue.append(error)
        return error

    def _wait(self) -> None:
        """Wait until the request that is `rate` requests back was answered, and so had come, more than a second ago."""
        times = self._answered
        if times is not None and len(times) == times.maxlen:
            sleep(max(0.0, times[0] + WINDOW - monotonic()))


def ours(request: requests.PreparedRequest) -> bool:
    """Whether it is a request of the contract."""
    return request.headers.get("User-Agent") == USER_AGENT


def never_left(error: requests.RequestException) -> bool:
    """Whether there was no connection on which a request could have gone."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def status_of(read_status: Callable[[HTTPResponse], Status]) -> Callable[[HTTPResponse], Status]:
    """Have every interim answer passed over (RFC 9110 §15.2); http.client does so with 100, and takes 103 for the end."""

    def passing_over(answer: HTTPResponse) -> Status:
        version, status, reason = read_status(answer)
        interim = status // 100 == 1 and status != HTTPStatus.SWITCHING_PROTOCOLS
        return version, HTTPStatus.CONTINUE if interim else status, reason

    return passing_over


def read(answer: requests.Response) -> requests.Response:
    """Read an answer, as far as it goes.

    Raises:
        TooLongError: It goes too far.
    """
    body = bytearray()
    for piece in answer.iter_content(PIECE):
        body += piece
        if len(body) > MOST_BYTES:
            answer.close()
            raise TooLongError(TOO_LONG, request=answer.request, response=answer)
    # Where requests itself keeps what it has read.
    answer._content = bytes(body)  # noqa: SLF001 - the response must be given as one that was read
    return answer

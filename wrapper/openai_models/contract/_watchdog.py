"""An end for answers that come, but without end: a byte now and then is enough for the time limit of each read."""

from __future__ import annotations

import contextlib
import socket
from threading import Timer, local
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import requests
from urllib3.connection import HTTPConnection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self


class OverdueError(requests.Timeout):
    """An answer takes longer than anybody would want to wait.

    Args:
        message: Which, and how long.
        sent: The request.
    """

    def __init__(self, message: str, sent: requests.PreparedRequest) -> None:
        super().__init__(message, request=sent)
        self.sent = sent


class NotSentError(OverdueError):
    """Answers took so long before that another one is not asked for."""


class Watch:
    """Cuts the connection under an answer, head and body, that is not there in time.

    Args:
        seconds: The time.

    Attributes:
        over: Whether it was cut.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        WATCHED.watch = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        WATCHED.watch = None

    def look_at(self, connection: HTTPConnection) -> None:
        """Take the connection on which the answer comes."""
        self._socket = connection.sock
        if self.over:
            self._end()

    def _end(self) -> None:
        self.over = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


WATCHED: Final = local()


@contextlib.contextmanager
def watching() -> Iterator[None]:
    """Have each watch know its connection, also before the head of the answer is there."""
    getresponse = HTTPConnection.getresponse

    def watched(connection: HTTPConnection) -> Any:
        watch: Watch | None = getattr(WATCHED, "watch", None)
        if watch is not None:
            watch.look_at(connection)
        return getresponse(connection)

    with patch.object(HTTPConnection, "getresponse", watched):
        yield

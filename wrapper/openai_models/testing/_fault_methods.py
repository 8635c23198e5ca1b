"""The methods of `MockServer` that queue faults."""

# No `from __future__ import annotations`: `typing.get_type_hints` must find the types at run time.

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, get_args

from . import _validation as check
from ._faults import Breakage, Fault, FaultQueue, Operation

__tracebackhide__ = True
Body: TypeAlias = bytes | str | Mapping[str, object] | Sequence[object] | None


class FaultMethods:
    """Queue faults for the requests to come. Each request consumes the oldest fault that applies to it.

    Args:
        faults: The queue.
    """

    def __init__(self, faults: FaultQueue) -> None:
        self._faults = faults

    @property
    def pending_faults(self) -> list[Fault]:
        """A copy of the faults that no request has consumed yet, oldest first.

        See `MockServer.assert_all_met`.
        """
        return self._faults.pending

    def fail_next(
        self,
        status: int = 500,
        *,
        times: int = 1,
        on: Operation | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        delay: float = 0.0,
    ) -> None:
        """Respond to the next request with an error, or with any other response, without performing the operation.

        Args:
            status: Status code, 200 to 599.
            times: Number of requests to fail, 1 or more.
            on: Fail only this operation: `"list"`, `"retrieve"` or `"delete"`. None: fail any request.
            headers: Response headers, such as `{"retry-after-ms": "50"}`. They replace the mock's own of the same name.
            body: A mapping or sequence is sent as JSON; a string as plain text, or as HTML if it starts with `<`; bytes
                as they are, with the content type of JSON. None: an error in the format of the server that the mock
                imitates.
            delay: Seconds to wait before responding, 0 or more.

        Raises:
            ValueError: An argument is out of range, or a header or the body can't be sent.
        """
        checked_status = check.status(status)
        checked_body = check.body(body, checked_status)
        checked_headers = check.headers(headers, body)
        self._add(
            Fault(kind="fail", status=checked_status, headers=checked_headers, body=checked_body), times, on, delay
        )

    def break_next(
        self, how: Breakage = "truncated", *, times: int = 1, on: Operation | None = None, delay: float = 0.0
    ) -> None:
        """Perform the next request's operation, but send a broken body; status and headers stay as usual.

        Args:
            how: `"truncated"`: the first half of the JSON; `"garbage"`: bytes that are not text; `"html"`: a page as
                proxies send it; `"empty"`: nothing.
            times: Number of requests, 1 or more.
            on: Apply only to this operation; see `fail_next`.
            delay: Seconds to wait before responding, 0 or more.

        Raises:
            ValueError: An argument is out of range.
        """
        check.one_of("how", how, get_args(Breakage))
        self._add(Fault(kind="break", how=how), times, on, delay)

    def delay_next(self, seconds: float, *, times: int = 1, on: Operation | None = None) -> None:
        """Wait before performing the next request's operation. Skip it if the client disconnects meanwhile.

        Args:
            seconds: Seconds to wait, 0 or more. The wait ends early if the client disconnects or the mock stops.
            times: Number of requests, 1 or more.
            on: Apply only to this operation; see `fail_next`.

        Raises:
            ValueError: An argument is out of range.
        """
        self._add(Fault(kind="delay"), times, on, seconds)

    def drop_next(
        self,
        *,
        after_bytes: int | None = None,
        times: int = 1,
        on: Operation | None = None,
        delay: float = 0.0,
    ) -> None:
        """Close the connection of the next request.

        If this package's client resends a GET because its kept-alive connection was closed, the mock drops the resend
        as well: one fault is one failed attempt, with two entries in `requests`. aiohttp resends any request once, which
        the mock cannot tell from another call: with a `DefaultAioHttpClient`, `times=2` is one failed attempt.

        Args:
            after_bytes: None: close it without performing the operation and without a response. A number: perform the
                operation, send the head of the response and this many bytes of its body, but never all, then close it.
            times: Number of requests, 1 or more.
            on: Apply only to this operation; see `fail_next`.
            delay: Seconds to wait before closing or responding, 0 or more.

        Raises:
            ValueError: An argument is out of range.
        """
        if after_bytes is not None:
            check.integer("after_bytes", after_bytes, 0)
        self._add(Fault(kind="drop", after_bytes=after_bytes), times, on, delay)

    def drip_next(
        self, interval: float = 0.01, *, chunk: int = 1, times: int = 1, on: Operation | None = None, delay: float = 0.0
    ) -> None:
        """Perform the next request's operation, and send the response's body slowly, in small pieces.

        Tests that a client bounds the total time of a response, and not only the wait for each piece.

        Args:
            interval: Seconds between two pieces, 0 or more.
            chunk: Bytes per piece, 1 or more.
            times: Number of requests, 1 or more.
            on: Apply only to this operation; see `fail_next`.
            delay: Seconds to wait before sending the head of the response, 0 or more.

        Raises:
            ValueError: An argument is out of range.
        """
        fault = Fault(kind="drip", interval=check.seconds("interval", interval), chunk=check.integer("chunk", chunk, 1))
        self._add(fault, times, on, delay)

    def _add(self, fault: Fault, times: int, on: Operation | None, delay: float) -> None:
        if on is not None:
            check.one_of("on", on, get_args(Operation))
        delay_name = "seconds" if fault.kind == "delay" else "delay"
        self._faults.add(
            replace(fault, times=check.integer("times", times, 1), on=on, delay=check.seconds(delay_name, delay))
        )

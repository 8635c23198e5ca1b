"""The mock server as tests see it."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Self, get_args

from ._faults import (
    Breakage,
    Fault,
    Faults,
    Operation,
    checked_body,
    checked_headers,
    checked_status,
    choice,
    seconds,
    whole,
)
from ._profiles import OFFICIAL, load_profile
from ._seeds import SEEDS
from ._state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from ._faults import Body
    from ._state import RecordedRequest

API_KEY = "sk-mock-owner-0123456789abcdef"
READER_API_KEY = "sk-mock-reader-0123456789abcdef"
VISIBLE_ASCII = re.compile(r"[!-~](?:[ -~]*[!-~])?")
HOST = re.compile(r"[!-~]+")
MAX_PORT = 65535
BASE_PATH = "/v1"


class MockServer:
    """The three endpoints of the official API on a port of this machine, for as long as a `with` block lasts.

    It lists, retrieves and deletes; answers a missing or wrong key, a key that may not delete, an unknown model, URL or
    method as the official API does; and remembers every request. Only models with the id of a fine-tuned one
    (`ft:…`, or `…:ft-…`) can be deleted. A deletion lasts until `reset()`.

    What is to go wrong with the requests to come is said beforehand: `fail_next`, `break_next`, `delay_next`,
    `drop_next` and `drip_next`. Each request meets the oldest of these that is meant for it.

    It runs in a thread, so it serves sync and async clients, other processes, and other languages alike. When the block
    ends, so do all connections.

    Args:
        models: What to start with instead of the default models. Each is served as it is given, so it may lack fields
            or have its own; only `id` is needed.
        api_key: The key to accept.
        host: The address to listen on.
        port: The port to listen on; 0 for a free one.
        profile: The server to play, one of `openai_models.testing.PROFILES`: its models, its URLs and its errors.
            None, or `"openai"`, for the official API.
        latency: The seconds before every answer.
        fail_rate: The share of requests, from 0.0 to 1.0, that fail at random, with 429 or 5xx. 1.0 is a server that is
            down.
        seed: What the randomness starts from: with the same one, the same requests fail.

    Raises:
        ImportError: The extra `mock` is not installed.
        TypeError: `models` holds something else than models; one has no string `id`, or no JSON form.
        ValueError: Two models have one id, or one has no JSON form; a key that can't be sent in a header; a host or port
            that can't be one; a profile that isn't known; a latency, share or seed that isn't one.
    """

    def __init__(
        self,
        *,
        models: Iterable[Mapping[str, object]] | None = None,
        api_key: str = API_KEY,
        host: str = "127.0.0.1",
        port: int = 0,
        profile: str | None = None,
        latency: float = 0.0,
        fail_rate: float = 0.0,
        seed: int = 0,
    ) -> None:
        try:
            from ._app import Keys, create_app  # noqa: PLC0415 - of the extra
            from ._profile_app import create_profile_app  # noqa: PLC0415 - of the extra
            from ._server import ServerThread  # noqa: PLC0415 - of the extra
        except ModuleNotFoundError as error:
            message = 'the mock server needs an extra: pip install "openai-models[mock]"'
            raise ImportError(message) from error

        if not (isinstance(api_key, str) and VISIBLE_ASCII.fullmatch(api_key)):
            message = "api_key must be visible ASCII characters (spaces within are fine), as it is sent in a header"
            raise ValueError(message)
        if not (isinstance(host, str) and HOST.fullmatch(host)):
            message = f"host must be an address or a name, such as '127.0.0.1' or 'localhost': {host!r}"
            raise ValueError(message)
        if not 0 <= whole("port", port) <= MAX_PORT:
            message = f"port must be from 0 to {MAX_PORT}: {port}"
            raise ValueError(message)
        self._api_key = api_key
        self._address = host, port
        played = load_profile(profile)
        seeds = SEEDS if played is None else played.models
        self._profile = profile or OFFICIAL
        self._state = State(seeds if models is None else models, Faults(latency, fail_rate, seed))
        keys = Keys(api_key, READER_API_KEY)
        if played is None:
            app = create_app(self._state, keys)
        else:
            app = create_profile_app(self._state, keys, played, own_models=models is not None)
        self._base_path = BASE_PATH if played is None else played.base_path
        self._thread = ServerThread(app)
        self._entered = False
        self._base_url: str | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url or 'not running'}>"

    def __enter__(self) -> Self:
        """Start to serve.

        Raises:
            OSError: The port is taken, or the address is none of this machine's.
            RuntimeError: It runs or ran already; each serves for one block.
        """
        if self._entered:
            message = "this MockServer was started before: make a new one for each `with` block"
            raise RuntimeError(message)
        listener = _listen(*self._address)
        self._entered = True
        self._thread.start(listener)
        self._base_url = _origin(listener) + self._base_path
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Cut all connections, free the port, end the thread."""
        if self._base_url is None:
            message = "this MockServer is not running"
            raise RuntimeError(message)
        self._base_url = None
        self._thread.stop()

    @property
    def base_url(self) -> str:
        """What a client takes as `base_url`: `http://127.0.0.1:40123/v1`.

        Raises:
            RuntimeError: It isn't running.
        """
        if self._base_url is None:
            message = "this MockServer is not running: it has a base_url only within its `with` block"
            raise RuntimeError(message)
        return self._base_url

    @property
    def api_key(self) -> str:
        """The key of an Owner, who may do everything."""
        return self._api_key

    @property
    def reader_api_key(self) -> str:
        """The key of a member who may list and retrieve; deleting gives 403 at the official API."""
        return READER_API_KEY

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests since the start or the last `reset()`, oldest first; a copy."""
        return self._state.requests

    @property
    def models(self) -> list[dict[str, object]]:
        """The models that are there now, in the order of the list; a copy."""
        return self._state.models

    @property
    def profile(self) -> str:
        """The server that is played; `"openai"` unless told otherwise."""
        return self._profile

    @property
    def pending_faults(self) -> list[Fault]:
        """The faults that no request has met yet, oldest first; a copy.

        `assert not mock.pending_faults` at the end of a test tells that all of them happened.
        """
        return self._state.faults.pending

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
        """Answer the next request with an error, or with anything at all; nothing is done for it.

        Args:
            status: The status, from 200 to 599.
            times: How many requests.
            on: Wait for this operation, `"list"`, `"retrieve"` or `"delete"`, and let others pass. None: the next one,
                whatever it is.
            headers: Headers, `{"retry-after-ms": "50"}`.
            body: A mapping or a sequence is sent as JSON; a string as plain text, or as HTML where it begins with `<`;
                bytes as they are, as if they were JSON. None: an error in the form of the server that is played.
            delay: The seconds before the answer.

        Raises:
            ValueError: One of these can't be.
        """
        sent_status = checked_status(status)
        sent_body = checked_body(body, sent_status)
        sent_headers = checked_headers(headers, body)
        self._add(Fault(kind="fail", status=sent_status, headers=sent_headers, body=sent_body), times, on, delay)

    def break_next(
        self, how: Breakage = "truncated", *, times: int = 1, on: Operation | None = None, delay: float = 0.0
    ) -> None:
        """Do what the next request asks, and answer as ever, save that the body is broken.

        Args:
            how: `"truncated"`, JSON that ends in the middle, `"garbage"`, bytes that are no text, `"html"`, a page as
                proxies send it, or `"empty"`.
            times: How many requests.
            on: The operation to wait for; see `fail_next`.
            delay: The seconds before the answer.

        Raises:
            ValueError: One of these can't be.
        """
        choice("how", how, get_args(Breakage))
        self._add(Fault(kind="break", how=how), times, on, delay)

    def delay_next(self, seconds: float, *, times: int = 1, on: Operation | None = None) -> None:
        """Let the next request wait, then do what it asks, unless its client has left by then.

        Args:
            seconds: How long. The wait ends when the client leaves or the mock stops.
            times: How many requests.
            on: The operation to wait for; see `fail_next`.

        Raises:
            ValueError: One of these can't be.
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
        """Hang up on the next request.

        Args:
            after_bytes: None: hang up before anything is done or said. Otherwise do what the request asks, send the
                head of the answer and so many bytes of its body, though never all, and hang up then: an answer that
                got lost.
            times: How many requests.
            on: The operation to wait for; see `fail_next`.
            delay: The seconds before it hangs up, or answers.

        Raises:
            ValueError: One of these can't be.
        """
        if after_bytes is not None:
            whole("after_bytes", after_bytes, 0)
        self._add(Fault(kind="drop", after_bytes=after_bytes), times, on, delay)

    def drip_next(
        self, interval: float = 0.01, *, chunk: int = 1, times: int = 1, on: Operation | None = None, delay: float = 0.0
    ) -> None:
        """Do what the next request asks, and send the body of the answer bit by bit.

        Against a client that waits for each bit no longer than so many seconds, but for all of them together without end.

        Args:
            interval: The seconds from one piece to the next.
            chunk: How many bytes a piece has.
            times: How many requests.
            on: The operation to wait for; see `fail_next`.
            delay: The seconds before the head of the answer.

        Raises:
            ValueError: One of these can't be.
        """
        fault = Fault(kind="drip", interval=seconds("interval", interval), chunk=whole("chunk", chunk, 1))
        self._add(fault, times, on, delay)

    def _add(self, fault: Fault, times: int, on: Operation | None, delay: float) -> None:
        if on is not None:
            choice("on", on, get_args(Operation))
        name = "seconds" if fault.kind == "delay" else "delay"
        checked = replace(fault, times=whole("times", times, 1), on=on, delay=seconds(name, delay))
        self._state.faults.add(checked)

    def reset(self) -> None:
        """Bring back the models of the start, forget the requests and the faults, start the randomness anew."""
        self._state.reset()


def _listen(host: str, port: int) -> socket.socket:
    """Listen here and now, so that no other process can take the port before the thread is up."""
    # With the protocol named, asyncio sets TCP_NODELAY; without, an answer on a used connection takes 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        message = f"can't listen on {host}, port {port}: {error.strerror}"
        raise OSError(error.errno, message) from error
    return listener


def _origin(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

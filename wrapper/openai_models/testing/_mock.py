"""The mock server as tests see it."""

from __future__ import annotations

import os
import re
import socket
from typing import TYPE_CHECKING, Self

from ._seeds import SEEDS
from ._state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from ._state import RecordedRequest

API_KEY = "sk-mock-owner-0123456789abcdef"
READER_API_KEY = "sk-mock-reader-0123456789abcdef"
VISIBLE_ASCII = re.compile(r"[!-~](?:[ -~]*[!-~])?")
MAX_PORT = 65535


class MockServer:
    """The three endpoints of the official API on a port of this machine, for as long as a `with` block lasts.

    It lists, retrieves and deletes; answers a missing or wrong key, a key that may not delete, an unknown model, URL or
    method as the official API does; and remembers every request. Only models with the id of a fine-tuned one
    (`ft:…`, or `…:ft-…`) can be deleted. A deletion lasts until `reset()`.

    It runs in a thread, so it serves sync and async clients, other processes, and other languages alike. When the block
    ends, so do all connections.

    Args:
        models: What to start with instead of the default models. Each is served as it is given, so it may lack fields
            or have its own; only `id` is needed.
        api_key: The key to accept.
        host: The address to listen on.
        port: The port to listen on; 0 for a free one.

    Raises:
        ImportError: The extra `mock` is not installed.
        TypeError: A model has no string `id`, or has no JSON form.
        ValueError: Two models have one id; a key that can't be sent in a header; a port that can't be one.
    """

    def __init__(
        self,
        *,
        models: Iterable[Mapping[str, object]] | None = None,
        api_key: str = API_KEY,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        try:
            from ._app import Keys, create_app  # noqa: PLC0415 - of the extra
            from ._server import ServerThread  # noqa: PLC0415 - of the extra
        except ModuleNotFoundError as error:
            message = 'the mock server needs an extra: pip install "openai-models[mock]"'
            raise ImportError(message) from error

        if not VISIBLE_ASCII.fullmatch(api_key):
            message = "api_key must be visible ASCII characters (spaces within are fine), as it is sent in a header"
            raise ValueError(message)
        if not 0 <= port <= MAX_PORT:
            message = f"port must be from 0 to {MAX_PORT}: {port}"
            raise ValueError(message)
        self._api_key = api_key
        self._address = host, port
        self._state = State(SEEDS if models is None else models)
        self._thread = ServerThread(create_app(self._state, Keys(api_key, READER_API_KEY)))
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
        self._base_url = _base_url(listener)
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
        """The key of a member who may list and retrieve; deleting gives 403."""
        return READER_API_KEY

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests since the start or the last `reset()`, oldest first; a copy."""
        return self._state.requests

    @property
    def models(self) -> list[dict[str, object]]:
        """The models that are there now, in the order of the list; a copy."""
        return self._state.models

    def reset(self) -> None:
        """Bring back the models of the start, forget the requests."""
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


def _base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/v1" if ":" in host else f"http://{host}:{port}/v1"

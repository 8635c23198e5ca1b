"""`MockServer`, the mock as tests see it."""

# No `from __future__ import annotations`: `typing.get_type_hints` must find the types at run time.

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Final, Self, TypedDict, Unpack

from openai_models import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, Omit, OpenAI, Timeout

from . import _validation as check
from ._default_models import DEFAULT_MODELS
from ._fault_methods import FaultMethods
from ._faults import FaultQueue
from ._profiles import OFFICIAL, load_profile
from ._state import RecordedRequest, State

__tracebackhide__ = True
API_KEY: Final = "sk-mock-owner-0123456789abcdef"
READER_API_KEY: Final = "sk-mock-reader-0123456789abcdef"
BASE_PATH: Final = "/v1"


class ClientOptions(TypedDict, total=False):
    """The options of `OpenAI` and `AsyncOpenAI` that a client of the mock can have."""

    api_key: str
    organization: str
    project: str
    timeout: float | Timeout | None
    max_retries: int
    default_headers: Mapping[str, str | Omit]
    default_query: Mapping[str, object]
    max_response_bytes: int


class MockServer(FaultMethods):
    """A server of the three model endpoints on a local port, running for the duration of a `with` block.

    It lists, retrieves and deletes models, returns the errors of the official API (missing or invalid key, a key that
    may not delete, unknown model, URL or method) and records every request. Only models with the id of a fine-tuned one
    (`ft:…`, or `…:ft-…`) can be deleted. A deletion lasts until `reset()`.

    Queue faults in advance with `fail_next`, `break_next`, `delay_next`, `drop_next` and `drip_next`; each request
    consumes the oldest one that applies to it.

    The server runs in a thread, so it serves sync and async clients, other processes and other languages. At the end of
    the block, all connections and the clients of `client()` and `async_client()` are closed.

    Args:
        models: Initial models, instead of the default ones. Each is served unchanged, with any fields; only `id` is
            required.
        api_key: The key to accept, in visible ASCII characters.
        host: Address to listen on.
        port: Port to listen on, 1 to 65535; 0 for a free one.
        profile: The server to imitate, one of `openai_models.testing.PROFILES`: its models, URLs and errors. None or
            `"openai"`: the official API.
        latency: Seconds to wait before every response, 0 or more.
        fail_rate: Share of requests that fail at random with 429 or 5xx, from 0.0 (none) to 1.0 (all).
        seed: Seed of the random failures: with the same one, the same requests fail.

    Raises:
        ImportError: The extra `mock` is not installed.
        TypeError: `models` is not a list of mappings, or one of them has no string `id` or no JSON form.
        ValueError: An argument is out of range, two models have the same id, an id is empty, a model has no JSON form,
            or the profile is unknown.
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
            from ._app import Keys, create_app  # noqa: PLC0415 - needs the extra
            from ._profile_app import create_profile_app  # noqa: PLC0415 - needs the extra
            from ._server import ServerThread  # noqa: PLC0415 - needs the extra
        except ModuleNotFoundError as error:
            message = 'the mock server needs an extra: pip install "openai-models[mock]"'
            raise ImportError(message) from error

        self._base_url: str | None = None
        self._api_key = check.api_key(api_key)
        self._address = check.host(host), check.port(port)
        self._profile = profile or OFFICIAL
        server_profile = load_profile(profile)
        super().__init__(FaultQueue(latency, fail_rate, seed))
        default_models = DEFAULT_MODELS if server_profile is None else server_profile.models
        self._state = State(default_models if models is None else models, self._faults)
        keys = Keys(api_key, READER_API_KEY)
        if server_profile is None:
            app = create_app(self._state, keys)
            self._base_path = BASE_PATH
        else:
            app = create_profile_app(self._state, keys, server_profile, own_models=models is not None)
            self._base_path = server_profile.base_path
        self._thread = ServerThread(app)
        self._entered = False
        self._exits = ExitStack()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url or 'not running'}>"

    def __enter__(self) -> Self:
        """Start the server.

        Raises:
            OSError: The port is in use, or the address is not one of this machine.
            RuntimeError: The server is running or ran before; each instance serves for one block.
        """
        if self._entered:
            message = "this MockServer was started before: create a new one for each `with` block"
            raise RuntimeError(message)
        origin = self._thread.listen(*self._address)
        self._entered = True
        self._thread.start()
        self._exits.callback(self._thread.stop)
        self._base_url = origin + self._base_path
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close all clients and connections, free the port and end the thread.

        Raises:
            RuntimeError: The server is not running.
        """
        if self._base_url is None:
            message = "this MockServer is not running"
            raise RuntimeError(message)
        self._base_url = None
        self._exits.close()

    @property
    def base_url(self) -> str:
        """The `base_url` for a client, such as `http://127.0.0.1:40123/v1`.

        Raises:
            RuntimeError: The server is not running.
        """
        if self._base_url is None:
            message = "this MockServer is not running: it has a base_url only within its `with` block"
            raise RuntimeError(message)
        return self._base_url

    def client(self, **options: Unpack[ClientOptions]) -> OpenAI:
        """Return a new client of this mock, which is closed at the end of the block. It uses no proxy.

        Args:
            **options: Options of `OpenAI`, such as `max_retries=0`. Default of `api_key`: that of the mock.

        Raises:
            RuntimeError: The server is not running.
            ValueError: An option is out of range or can't be sent.
            TypeError: An option has the wrong type or is unknown.
        """
        options = {"api_key": self.api_key, **options}
        client = OpenAI(base_url=self.base_url, http_client=DefaultHttpxClient(trust_env=False), **options)
        self._exits.callback(client.close)
        return client

    def async_client(self, **options: Unpack[ClientOptions]) -> AsyncOpenAI:
        """Return a new async client of this mock, which is closed at the end of the block. It uses no proxy.

        Args:
            **options: Options of `AsyncOpenAI`, such as `max_retries=0`. Default of `api_key`: that of the mock.

        Raises:
            RuntimeError: The server is not running.
            ValueError: An option is out of range or can't be sent.
            TypeError: An option has the wrong type or is unknown.
        """
        options = {"api_key": self.api_key, **options}
        client = AsyncOpenAI(base_url=self.base_url, http_client=DefaultAsyncHttpxClient(trust_env=False), **options)
        self._exits.callback(self._close, client)
        return client

    def _close(self, client: AsyncOpenAI) -> None:
        # Under tools that intercept httpx, connections belong to their event loop, which may have ended by now.
        with suppress(RuntimeError):
            self._thread.run(client.close())

    @property
    def api_key(self) -> str:
        """The key of an organization owner, who may list, retrieve and delete."""
        return self._api_key

    @property
    def reader_api_key(self) -> str:
        """The key of a member, who may list and retrieve; with the official API's profile, deleting returns 403."""
        return READER_API_KEY

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy of the requests since the start or the last `reset()`, oldest first."""
        return self._state.requests

    @property
    def models(self) -> list[dict[str, object]]:
        """A copy of the current models, in the order of the list."""
        return self._state.models

    @property
    def profile(self) -> str:
        """The name of the server that the mock imitates, `"openai"` by default."""
        return self._profile

    def assert_all_met(self) -> None:
        """Raise unless requests have met all queued faults, each as often as its `times` say.

        Requests that clients have sent by now count; random failures don't.

        Raises:
            AssertionError: The message names the faults that are left.
        """
        if self.pending_faults and self._base_url is not None:
            self._thread.settle()
        if pending := self.pending_faults:
            faults = "".join(f"\n  {fault}" for fault in pending)
            requests = "".join(f"\n  {request.method} {request.path}" for request in self.requests[-5:])
            message = f"some queued faults were not met:{faults}\nlast requests:{requests or ' none'}"
            raise AssertionError(message)

    def reset(self) -> None:
        """Restore the initial models, remove requests and faults, restart the random failures from the seed."""
        self._state.reset()

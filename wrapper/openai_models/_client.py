"""The two clients: configuration, the resource, and the end of both.

What a client is made of is imported with the first one, what sends and reads with its first
call: 24 ms of the 28 that the package would take beside httpx.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from ._config.configured_client import Settings
from ._config.defaults import DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES
from ._config.sentinels import not_given
from ._http.clients import DefaultAsyncHttpxClient, DefaultHttpxClient
from ._httpx import AsyncClient, Client
from ._redaction import install_log_filters, redact

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType
    from typing import Unpack

    from ._config.configured_client import Changes
    from ._config.sentinels import NotGiven, Omit
    from ._httpx import URL, Timeout
    from .resources import (
        AsyncModels,
        AsyncModelsWithRawResponse,
        AsyncModelsWithStreamingResponse,
        Models,
        ModelsWithRawResponse,
        ModelsWithStreamingResponse,
    )


class OpenAI(Settings):
    """A client of the models endpoints of the OpenAI API, or of a server that speaks it.

    Args:
        api_key: The key, or a function that gives one and is asked before each attempt
            (what it raises comes through as it is); else that of `OPENAI_API_KEY`.
        organization: The organization to act for; else that of `OPENAI_ORG_ID`.
        project: The project to act for; else that of `OPENAI_PROJECT_ID`.
        base_url: Where the API is, version included; else that of `OPENAI_BASE_URL`,
            else `https://api.openai.com/v1`. A user and password in it are sent as HTTP
            Basic authentication, in the place of the key.
        timeout: In seconds, for a whole attempt, body included; or a `Timeout`, for each
            phase of it; None waits for ever. Default: 60 s, and 5 s to connect.
        max_retries: How many attempts may follow the first. Default: 2.
        default_headers: Sent with each request, over the package's own; one set to
            `omit` is left out.
        default_query: Query parameters of each request.
        http_client: An `httpx.Client` to send with, such as a `DefaultHttpxClient`.
        max_response_bytes: The bound of a response's decoded body, in bytes. Default: 64 MiB.

    Raises:
        OpenAIError: There is no key.
        ValueError: An argument has a value that can't be.
        TypeError: An argument is of the wrong type.
    """

    def __init__(
        self,
        *,
        api_key: str | Callable[[], str] | None = None,
        organization: str | None = None,
        project: str | None = None,
        base_url: str | URL | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str | Omit] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: Client | None = None,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        _strict_response_validation: bool = False,
    ) -> None:
        # First of all, so that no traceback with the variables of its frames shows a key.
        api_key, base_url = redact(api_key), redact(base_url)
        default_headers, default_query = redact(default_headers), redact(default_query)
        from ._config.configuration import Configuration, check_http_client, timeout_of  # noqa: PLC0415 - see above

        check_http_client(http_client, Client)
        self._config = Configuration(
            api_key=api_key,
            organization=organization,
            project=project,
            base_url=base_url,
            timeout=timeout_of(http_client, timeout),
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            strict=_strict_response_validation,
            max_response_bytes=max_response_bytes,
        )
        self._http = http_client or DefaultHttpxClient()
        install_log_filters()

    @cached_property
    def models(self) -> Models:
        """List, retrieve and delete models."""
        from ._engine.sync import Engine  # noqa: PLC0415 - see above
        from .resources import Models  # noqa: PLC0415 - see above

        return Models(Engine(self._config, self._http))

    @property
    def with_raw_response(self) -> ClientWithRawResponse:
        """This client, giving an `APIResponse` for each call."""
        return ClientWithRawResponse(self)

    @property
    def with_streaming_response(self) -> ClientWithStreamingResponse:
        """This client, giving each response unread, in a `with`."""
        return ClientWithStreamingResponse(self)

    def copy(self, *, http_client: Client | None = None, **changes: Unpack[Changes]) -> Self:
        """Make a client with other settings over the same connections.

        Args:
            http_client: Other connections.
            **changes: See `Changes`.
        """
        return self._copy(changes, http_client or self._http)

    with_options = copy

    def close(self) -> None:
        """Close the connections, those of copies and of an `http_client` included."""
        self._http.close()

    def is_closed(self) -> bool:
        """Tell whether the connections have been closed."""
        return self._http.is_closed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncOpenAI(Settings):
    """The async twin of `OpenAI`; it runs on asyncio and on trio.

    Args:
        api_key: As for `OpenAI`; the function may be a coroutine function.
        organization: As for `OpenAI`.
        project: As for `OpenAI`.
        base_url: As for `OpenAI`.
        timeout: As for `OpenAI`.
        max_retries: As for `OpenAI`.
        default_headers: As for `OpenAI`.
        default_query: As for `OpenAI`.
        http_client: An `httpx.AsyncClient` to send with, such as a `DefaultAsyncHttpxClient`.
        max_response_bytes: As for `OpenAI`.

    Raises:
        OpenAIError: There is no key.
        ValueError: An argument has a value that can't be.
        TypeError: An argument is of the wrong type.
    """

    def __init__(
        self,
        *,
        api_key: str | Callable[[], str | Awaitable[str]] | None = None,
        organization: str | None = None,
        project: str | None = None,
        base_url: str | URL | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str | Omit] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: AsyncClient | None = None,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        _strict_response_validation: bool = False,
    ) -> None:
        # First of all, so that no traceback with the variables of its frames shows a key.
        api_key, base_url = redact(api_key), redact(base_url)
        default_headers, default_query = redact(default_headers), redact(default_query)
        from ._config.configuration import Configuration, check_http_client, timeout_of  # noqa: PLC0415 - see above

        check_http_client(http_client, AsyncClient)
        self._config = Configuration(
            api_key=api_key,
            organization=organization,
            project=project,
            base_url=base_url,
            timeout=timeout_of(http_client, timeout),
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            strict=_strict_response_validation,
            max_response_bytes=max_response_bytes,
        )
        self._http = http_client or DefaultAsyncHttpxClient()
        install_log_filters()

    @cached_property
    def models(self) -> AsyncModels:
        """List, retrieve and delete models."""
        from ._engine.aio import AsyncEngine  # noqa: PLC0415 - see above
        from .resources import AsyncModels  # noqa: PLC0415 - see above

        return AsyncModels(AsyncEngine(self._config, self._http))

    @property
    def with_raw_response(self) -> AsyncClientWithRawResponse:
        """This client, giving an `APIResponse` for each call."""
        return AsyncClientWithRawResponse(self)

    @property
    def with_streaming_response(self) -> AsyncClientWithStreamingResponse:
        """This client, giving each response unread, in an `async with`."""
        return AsyncClientWithStreamingResponse(self)

    def copy(self, *, http_client: AsyncClient | None = None, **changes: Unpack[Changes]) -> Self:
        """Make a client with other settings over the same connections.

        Args:
            http_client: Other connections.
            **changes: See `Changes`.
        """
        return self._copy(changes, http_client or self._http)

    with_options = copy

    async def close(self) -> None:
        """Close the connections, those of copies and of an `http_client` included."""
        await self._http.aclose()

    def is_closed(self) -> bool:
        """Tell whether the connections have been closed."""
        return self._http.is_closed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class ClientWithRawResponse:
    """`client.with_raw_response`."""

    def __init__(self, client: OpenAI) -> None:
        self.models: ModelsWithRawResponse = client.models.with_raw_response


class ClientWithStreamingResponse:
    """`client.with_streaming_response`."""

    def __init__(self, client: OpenAI) -> None:
        self.models: ModelsWithStreamingResponse = client.models.with_streaming_response


class AsyncClientWithRawResponse:
    """`async_client.with_raw_response`."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self.models: AsyncModelsWithRawResponse = client.models.with_raw_response


class AsyncClientWithStreamingResponse:
    """`async_client.with_streaming_response`."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self.models: AsyncModelsWithStreamingResponse = client.models.with_streaming_response

"""The two clients, sync and async.

A program loads what a client is built of with its first client, and what sends and parses with its first call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import Generic, Self, TypeVar

from . import resources
from ._config.configured_client import ConfiguredClient
from ._config.defaults import DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES, NotGiven, Omit, not_given
from ._http.clients import DefaultAsyncHttpxClient, DefaultHttpxClient
from ._http.protocols import URL, AsyncHTTPClient, HTTPClient, Timeout
from ._httpx import AsyncClient, Client
from ._redaction import install_log_filters, redact

ModelsT = TypeVar("ModelsT")


class OpenAI(ConfiguredClient[Callable[[], str], HTTPClient]):
    """A client of the model endpoints of the OpenAI API.

    Other servers that speak this API work as well. Use it in a `with`, or call `close()`. It can be shared by threads.

    Args:
        api_key: The key, or a function that returns it and is called before each attempt; its
            exceptions are passed on as they are. Default: the environment variable `OPENAI_API_KEY`.
        organization: The organization's ID, sent as `OpenAI-Organization`. Default: `OPENAI_ORG_ID`.
        project: The project's ID, sent as `OpenAI-Project`. Default: `OPENAI_PROJECT_ID`.
        base_url: The http(s) URL of the API, with its version. A user and password in it are sent as HTTP Basic
            authentication, in place of the key. Default: `OPENAI_BASE_URL`, or else `https://api.openai.com/v1`.
        timeout: Seconds for a whole attempt, body included (over a plain `httpx.Client` or a proxy: for each phase, and
            between the pieces of the body); or a `Timeout` with one for each phase; None for no limit.
            Default: 60 s, and 5 s to connect.
        max_retries: The number of attempts after the first; 0 or more.
        default_headers: Headers of each request. They replace the package's own of the same name; `omit` removes one.
        default_query: Query parameters of each request.
        http_client: A `Client` of httpx or httpx2 to send with, such as a `DefaultHttpxClient`. Default: a new one.
        max_response_bytes: The size in bytes that the body of a response may have once decoded. Default: 64 MiB.

    Raises:
        OpenAIError: There is no key.
        ValueError: `base_url` is not an http(s) URL, a number is out of its range, or a value cannot be sent.
        TypeError: An argument has the wrong type.
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
        http_client: HTTPClient | None = None,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        _strict_response_validation: bool = False,
    ) -> None:
        # First of all, so that no traceback with the variables of its frames shows a key.
        api_key, base_url = redact(api_key), redact(base_url)
        default_headers, default_query = redact(default_headers), redact(default_query)
        from ._config.configuration import Configuration, checked_http_client, timeout_of  # noqa: PLC0415 - see above

        own_client = checked_http_client(http_client, Client)
        self._config = Configuration(
            api_key=api_key,
            organization=organization,
            project=project,
            base_url=base_url,
            timeout=timeout_of(own_client, timeout),
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            strict=_strict_response_validation,
            max_response_bytes=max_response_bytes,
        )
        self._http: Client = own_client or DefaultHttpxClient()
        install_log_filters()

    @cached_property
    def models(self) -> resources.Models:
        """List, retrieve and delete models."""
        from ._engine.sync import Engine  # noqa: PLC0415 - see above

        return resources.Models(Engine(self._config, self._http))

    @property
    def with_raw_response(self) -> ClientView[resources.ModelsWithRawResponse]:
        """The same calls, each of which returns an `APIResponse`: the status, the headers and the body."""
        return ClientView(self.models.with_raw_response)

    @property
    def with_streaming_response(self) -> ClientView[resources.ModelsWithStreamingResponse]:
        """The same calls, each for a `with`: it gives an `APIResponse` whose body has not been read yet."""
        return ClientView(self.models.with_streaming_response)

    def close(self) -> None:
        """Close the connections, also those of an `http_client` and of the copies of this client."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncOpenAI(ConfiguredClient[Callable[[], str | Awaitable[str]], AsyncHTTPClient]):
    """An async client of the model endpoints of the OpenAI API.

    Other servers that speak this API work as well. It runs on asyncio and on trio. Use it in an `async with`,
    or call `close()`.

    Args:
        api_key: The key, or a function or coroutine function that returns it and is called before each attempt; its
            exceptions are passed on as they are. Default: the environment variable `OPENAI_API_KEY`.
        organization: The organization's ID, sent as `OpenAI-Organization`. Default: `OPENAI_ORG_ID`.
        project: The project's ID, sent as `OpenAI-Project`. Default: `OPENAI_PROJECT_ID`.
        base_url: The http(s) URL of the API, with its version. A user and password in it are sent as HTTP Basic
            authentication, in place of the key. Default: `OPENAI_BASE_URL`, or else `https://api.openai.com/v1`.
        timeout: Seconds for a whole attempt, body included; or a `Timeout` with one for each phase; None for no limit.
            Default: 60 s, and 5 s to connect.
        max_retries: The number of attempts after the first; 0 or more.
        default_headers: Headers of each request. They replace the package's own of the same name; `omit` removes one.
        default_query: Query parameters of each request.
        http_client: An `AsyncClient` of httpx or httpx2 to send with, such as a `DefaultAsyncHttpxClient`.
            Default: a new one.
        max_response_bytes: The size in bytes that the body of a response may have once decoded. Default: 64 MiB.

    Raises:
        OpenAIError: There is no key.
        ValueError: `base_url` is not an http(s) URL, a number is out of its range, or a value cannot be sent.
        TypeError: An argument has the wrong type.
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
        http_client: AsyncHTTPClient | None = None,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        _strict_response_validation: bool = False,
    ) -> None:
        # First of all, so that no traceback with the variables of its frames shows a key.
        api_key, base_url = redact(api_key), redact(base_url)
        default_headers, default_query = redact(default_headers), redact(default_query)
        from ._config.configuration import Configuration, checked_http_client, timeout_of  # noqa: PLC0415 - see above

        own_client = checked_http_client(http_client, AsyncClient)
        self._config = Configuration(
            api_key=api_key,
            organization=organization,
            project=project,
            base_url=base_url,
            timeout=timeout_of(own_client, timeout),
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            strict=_strict_response_validation,
            max_response_bytes=max_response_bytes,
        )
        self._http: AsyncClient = own_client or DefaultAsyncHttpxClient()
        install_log_filters()

    @cached_property
    def models(self) -> resources.AsyncModels:
        """List, retrieve and delete models."""
        from ._engine.aio import AsyncEngine  # noqa: PLC0415 - see above

        return resources.AsyncModels(AsyncEngine(self._config, self._http))

    @property
    def with_raw_response(self) -> ClientView[resources.AsyncModelsWithRawResponse]:
        """The same calls, each of which returns an `APIResponse`: the status, the headers and the body."""
        return ClientView(self.models.with_raw_response)

    @property
    def with_streaming_response(self) -> ClientView[resources.AsyncModelsWithStreamingResponse]:
        """The same calls, each for an `async with`: it gives an `AsyncAPIResponse` whose body has not been read yet."""
        return ClientView(self.models.with_streaming_response)

    async def close(self) -> None:
        """Close the connections, also those of an `http_client` and of the copies of this client."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class ClientView(Generic[ModelsT]):
    """The calls of a client in another form: `client.with_raw_response` or `client.with_streaming_response`.

    Args:
        models: The resource in that form.

    Attributes:
        models: The calls of `client.models`, each of which returns an `APIResponse`; or each for a `with` (of an
            `AsyncOpenAI`: an `async with`), which gives a response whose body has not been read yet.
    """

    def __init__(self, models: ModelsT) -> None:
        self.models = models

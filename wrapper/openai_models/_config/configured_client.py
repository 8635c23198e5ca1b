"""What both clients have: attributes of their configuration, and copies with some of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar, cast, overload

from .._http import protocols
from .._httpx import URL, Timeout
from .._redaction import MAY_HOLD_KEYS, Secret, redact, reveal
from .defaults import NotGiven, Omit, not_given
from .headers import merge_headers, own_headers

if TYPE_CHECKING:
    from .configuration import Configuration

T = TypeVar("T")
V = TypeVar("V")
KeyFunction = TypeVar("KeyFunction")  # a function that returns a key
AnyHTTPClient = TypeVar("AnyHTTPClient")  # what a client takes as its `http_client`


class ConfigAttribute(Generic[T, V]):
    """An attribute of a client that its configuration holds, and checks when it is set."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: ConfiguredClient[Any, Any], owner: type) -> T: ...
    def __get__(self, client: ConfiguredClient[Any, Any] | None, owner: type) -> T | Self:
        if client is None:
            return self
        value: Any = getattr(client._config, self._name)  # noqa: SLF001 - part of the client
        if isinstance(value, Secret):
            value = value.value
        elif callable(value):
            value = ""
        elif isinstance(value, dict):
            value = reveal(value)
        return cast("T", value)

    def __set__(self, client: ConfiguredClient[Any, Any], value: V) -> None:
        if self._name in MAY_HOLD_KEYS:
            value = redact(value)
        setattr(client._config, self._name, value)  # noqa: SLF001 - part of the client


class ConfiguredClient(Generic[KeyFunction, AnyHTTPClient]):
    """The configuration of a client: its attributes, its repr, and copies of it."""

    if TYPE_CHECKING:  # what each client has of its own
        _config: Configuration
        _http: Any

        def __init__(self, **settings: Any) -> None: ...

    api_key: ConfigAttribute[str, str] = ConfigAttribute()
    """The key; an empty string if a function returns it."""
    organization: ConfigAttribute[str | None, str | None] = ConfigAttribute()
    """The organization's ID."""
    project: ConfigAttribute[str | None, str | None] = ConfigAttribute()
    """The project's ID."""
    base_url: ConfigAttribute[URL, str | protocols.URL] = ConfigAttribute()
    """The URL of the API. Its path ends with a slash."""
    timeout: ConfigAttribute[float | Timeout | None, float | protocols.Timeout | None] = ConfigAttribute()
    """Seconds for a whole attempt, or a `Timeout` for each phase; None for no limit."""
    max_retries: ConfigAttribute[int, int] = ConfigAttribute()
    """The number of attempts after the first."""
    max_response_bytes: ConfigAttribute[int, int] = ConfigAttribute()
    """The size in bytes that the body of a response may have once decoded."""
    default_query: ConfigAttribute[dict[str, object], dict[str, object]] = ConfigAttribute()
    """Query parameters of each request."""

    @property
    def _strict_response_validation(self) -> bool:
        return self._config.strict

    @property
    def default_headers(self) -> Mapping[str, str | Omit]:
        """The headers of each request, without the key."""
        config = self._config
        return merge_headers(own_headers(config.organization, config.project), config.default_headers)

    def __repr__(self) -> str:
        if "_config" not in vars(self):  # in the traceback of a constructor that failed
            return f"<{type(self).__name__} without a configuration>"
        return f"{type(self).__name__}({self._config.describe()})"

    if not TYPE_CHECKING:  # so that a type checker finds the mistake before

        def __getattr__(self, name: str) -> NoReturn:
            problem = f"{type(self).__name__!r} object has no attribute {name!r}"
            if not name.startswith("_"):
                problem += ": this package covers `models`; the official SDK, `openai`, has the rest"
            raise AttributeError(problem, name=name, obj=self)

    def copy(
        self,
        *,
        api_key: str | KeyFunction | None = None,
        organization: str | None = None,
        project: str | None = None,
        base_url: str | protocols.URL | None = None,
        timeout: float | protocols.Timeout | NotGiven | None = not_given,
        max_retries: int | NotGiven = not_given,
        default_headers: Mapping[str, str | Omit] | None = None,
        set_default_headers: Mapping[str, str | Omit] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        http_client: AnyHTTPClient | None = None,
        max_response_bytes: int | None = None,
    ) -> Self:
        """Return a client with some settings changed, which shares the connections of this one.

        What is not given stays as it is.

        Args:
            api_key: The key, or a function that returns it (for `AsyncOpenAI`: a coroutine function, too).
            organization: The organization's ID.
            project: The project's ID.
            base_url: The http(s) URL of the API, with its version.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit.
            max_retries: The number of attempts after the first; 0 or more.
            default_headers: Headers to add to those of this client; `omit` removes one.
            set_default_headers: Headers in place of those of this client.
            default_query: Query parameters to add to those of this client.
            set_default_query: Query parameters in place of those of this client.
            http_client: A `Client` (for `AsyncOpenAI`: an `AsyncClient`) of httpx or httpx2 to send with, in place of
                the shared one.
            max_response_bytes: The size in bytes that the body of a response may have once decoded.

        Returns:
            The new client. Closing either of the two closes the connections of both, unless `http_client` is given.

        Raises:
            ValueError: A value is out of its range or cannot be sent, or `default_headers` or `default_query` is
                given together with its `set_...`.
            TypeError: An argument has the wrong type.
        """
        # First of all, so that no traceback with the variables of its frames shows a key.
        api_key, base_url = redact(api_key), redact(base_url)
        default_headers, set_default_headers = redact(default_headers), redact(set_default_headers)
        default_query, set_default_query = redact(default_query), redact(set_default_query)
        if default_headers is not None and set_default_headers is not None:
            raise ValueError("default_headers and set_default_headers can't both be given")
        if default_query is not None and set_default_query is not None:
            raise ValueError("default_query and set_default_query can't both be given")
        for name, value in (("default_headers", default_headers), ("default_query", default_query)):
            if not isinstance(value, dict | None):
                raise TypeError(f"{name} must be a mapping")
        config = self._config
        if set_default_headers is None:
            set_default_headers = redact(merge_headers(config.default_headers, default_headers or {}))
        if set_default_query is None:
            set_default_query = {**config.default_query, **(default_query or {})}
        return type(self)(
            api_key=_or_own(api_key, config.api_key),
            organization=_or_own(organization, config.organization),
            project=_or_own(project, config.project),
            base_url=_or_own(base_url, config.base_url),
            timeout=config.timeout if isinstance(timeout, NotGiven) else timeout,
            max_retries=_or_own(max_retries, config.max_retries),
            default_headers=set_default_headers,
            default_query=set_default_query,
            http_client=http_client or self._http,
            max_response_bytes=_or_own(max_response_bytes, config.max_response_bytes),
            _strict_response_validation=config.strict,
        )

    with_options = copy

    def is_closed(self) -> bool:
        """Return whether the connections have been closed."""
        return bool(self._http.is_closed)


def _or_own(value: object, own: object) -> object:
    return own if value is None or isinstance(value, NotGiven) else value

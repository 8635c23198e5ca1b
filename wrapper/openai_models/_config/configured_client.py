"""What both clients have: attributes of their configuration, and copies with some of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar, cast, overload

from .._http import protocols
from .._httpx import URL, Timeout
from .._redaction import MAY_HOLD_KEYS, Secret, redact, reveal
from .headers import default_headers, merge_headers
from .sentinels import NotGiven, Omit

if TYPE_CHECKING:
    from .configuration import Configuration

T = TypeVar("T")
V = TypeVar("V")


class ConfigAttribute(Generic[T, V]):
    """An attribute of a client that its configuration holds, and checks when it is set."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: ConfiguredClient, owner: type) -> T: ...
    def __get__(self, client: ConfiguredClient | None, owner: type) -> T | Self:
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

    def __set__(self, client: ConfiguredClient, value: V) -> None:
        if self._name in MAY_HOLD_KEYS:
            value = redact(value)
        setattr(client._config, self._name, value)  # noqa: SLF001 - part of the client


class ConfiguredClient:
    """The configuration of a client: its attributes, its repr, and copies of it."""

    if TYPE_CHECKING:
        _config: Configuration

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
        return default_headers(self._config)

    def __repr__(self) -> str:
        if "_config" not in vars(self):  # in the traceback of a constructor that failed
            return f"<{type(self).__name__} without a configuration>"
        return f"{type(self).__name__}({self._config.describe()})"

    if not TYPE_CHECKING:  # so that a type checker finds the mistake before

        def __getattr__(self, name: str) -> NoReturn:
            hint = (
                ""
                if name.startswith("_")
                else ": this package covers `models`; the official SDK, `openai`, has the rest"
            )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)

    def _copy(
        self,
        http_client: Any,
        *,
        timeout: float | protocols.Timeout | NotGiven | None,
        default_headers: Mapping[str, str | Omit] | None,
        set_default_headers: Mapping[str, str | Omit] | None,
        default_query: Mapping[str, object] | None,
        set_default_query: Mapping[str, object] | None,
        **overrides: Any,
    ) -> Self:
        if default_headers is not None and set_default_headers is not None:
            raise ValueError("default_headers and set_default_headers can't both be given")
        if default_query is not None and set_default_query is not None:
            raise ValueError("default_query and set_default_query can't both be given")
        config = self._config
        if set_default_headers is None:
            set_default_headers = redact(merge_headers(config.default_headers, default_headers or {}))
        if set_default_query is None:
            set_default_query = {**config.default_query, **(default_query or {})}
        for name, value in overrides.items():
            if value is None or isinstance(value, NotGiven):
                overrides[name] = getattr(config, name)
        client_class: Any = type(self)
        client: Self = client_class(
            http_client=http_client,
            timeout=config.timeout if isinstance(timeout, NotGiven) else timeout,
            default_headers=set_default_headers,
            default_query=set_default_query,
            _strict_response_validation=config.strict,
            **overrides,
        )
        return client

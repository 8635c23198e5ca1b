"""A client's settings: how they are read, set and changed for a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypedDict, TypeVar, cast, overload

from .._redaction import MAY_HOLD_KEYS, Secret, redact, redact_options, reveal
from .headers import default_headers, merge_headers
from .sentinels import NotGiven, not_given

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .._httpx import URL, Timeout
    from .configuration import Configuration
    from .sentinels import Omit

T = TypeVar("T")
V = TypeVar("V")


class Setting(Generic[T, V]):
    """An attribute of a client that is kept, and checked, by its configuration."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Settings, owner: type) -> T: ...
    def __get__(self, client: Settings | None, owner: type) -> T | Self:
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

    def __set__(self, client: Settings, value: V) -> None:
        if self._name in MAY_HOLD_KEYS:
            value = redact(value)
        setattr(client._config, self._name, value)  # noqa: SLF001 - part of the client


class Changes(TypedDict, total=False):
    """What `copy` and `with_options` change; what isn't given stays.

    Attributes:
        api_key: As for the client.
        organization: As for the client.
        project: As for the client.
        base_url: As for the client.
        timeout: As for the client.
        max_retries: As for the client.
        default_headers: Added to those of the client.
        set_default_headers: Instead of those of the client.
        default_query: Added to that of the client.
        set_default_query: Instead of that of the client.
        max_response_bytes: As for the client.
    """

    api_key: str | Callable[[], str | Awaitable[str]] | None
    organization: str | None
    project: str | None
    base_url: str | URL | None
    timeout: float | Timeout | NotGiven | None
    max_retries: int
    default_headers: Mapping[str, str | Omit] | None
    set_default_headers: Mapping[str, str | Omit] | None
    default_query: Mapping[str, object] | None
    set_default_query: Mapping[str, object] | None
    max_response_bytes: int


_KEPT = ("api_key", "organization", "project", "base_url", "max_retries", "max_response_bytes")


class Settings:
    """What both clients are before they send: a configuration with a face."""

    _config: Configuration

    api_key: Setting[str, str] = Setting()
    """The key; empty where a function returns one for each attempt."""
    base_url: Setting[URL, URL | str] = Setting()
    default_query: Setting[dict[str, object], Mapping[str, object]] = Setting()
    organization: Setting[str | None, str | None] = Setting()
    project: Setting[str | None, str | None] = Setting()
    timeout: Setting[float | Timeout | None, float | Timeout | None] = Setting()
    max_retries: Setting[int, int] = Setting()
    max_response_bytes: Setting[int, int] = Setting()

    @property
    def _strict_response_validation(self) -> bool:
        return self._config.strict

    @property
    def default_headers(self) -> Mapping[str, str | Omit]:
        """What is sent with each request, the key aside."""
        return default_headers(self._config)

    def __repr__(self) -> str:
        if "_config" not in vars(self):  # in the traceback of a constructor that failed
            return f"<{type(self).__name__} that was not made>"
        return f"{type(self).__name__}({self._config.describe()})"

    if not TYPE_CHECKING:  # so that a type checker finds the mistake before

        def __getattr__(self, name: str) -> NoReturn:
            hint = (
                ""
                if name.startswith("_")
                else ": this package covers `models`; the official SDK, `openai`, has the rest"
            )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)

    def _copy(self, changes: Changes, http_client: Any) -> Self:
        given = cast("dict[str, Any]", changes)
        redact_options(given)
        make = cast("Callable[..., Self]", type(self))
        return make(http_client=http_client, **self._changed(given))

    def _changed(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a copy."""
        unknown = given.keys() - Changes.__annotations__.keys()
        if unknown:
            raise TypeError(f"copy() got an unexpected keyword argument {min(unknown)!r}")
        arguments: dict[str, Any] = {name: getattr(self._config, name) for name in _KEPT}
        arguments |= {name: value for name in _KEPT if (value := given.get(name)) is not None}
        timeout = given.get("timeout", not_given)
        arguments["timeout"] = self._config.timeout if isinstance(timeout, NotGiven) else timeout
        for name in ("default_headers", "default_query"):
            added, instead = given.get(name), given.get("set_" + name)
            if added is not None and instead is not None:
                raise ValueError(f"{name} and set_{name} can't both be given")
            merge: Callable[..., dict[str, Any]] = merge_headers if name == "default_headers" else _merge_query
            arguments[name] = redact(merge(getattr(self._config, name), added or {}) if instead is None else instead)
        arguments["_strict_response_validation"] = self._config.strict
        return arguments


def _merge_query(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, object]:
    return {**first, **second}

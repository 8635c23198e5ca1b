"""What a client is configured with: arguments, environment, and what is refused.

Nothing here opens a socket. A message never quotes a key, nor a header's value,
since that may be one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attrs import Attribute, define, field

from .._exceptions import OpenAIError
from .._http.clients import DEFAULT_TIMEOUT
from .._httpx import URL, InvalidURL, Timeout
from .._redaction import shown
from .checks import FIELD_VALUE, checked_headers, checked_key, checked_query, checked_timeout
from .defaults import DEFAULT_BASE_URL, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES
from .sentinels import NotGiven, Omit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .._httpx import AsyncClient, Client


def _api_key(key: str | Callable[[], str | Awaitable[str]] | None) -> str | Callable[[], str | Awaitable[str]]:
    if key is None:
        key = os.environ.get("OPENAI_API_KEY") or None
    if key is None or key == "":
        msg = "No API key: pass api_key=..., or set the environment variable OPENAI_API_KEY."
        raise OpenAIError(msg)
    if callable(key):
        return key
    return checked_key(key)


def _organization(value: object) -> str | None:
    return _identifier("organization", "OPENAI_ORG_ID", value)


def _project(value: object) -> str | None:
    return _identifier("project", "OPENAI_PROJECT_ID", value)


def _identifier(argument: str, variable: str, value: object) -> str | None:
    if value is None:
        value = os.environ.get(variable) or None
    if value is not None and not isinstance(value, str):
        msg = f"{argument} must be a string, not {type(value).__name__}"
        raise TypeError(msg)
    if value is not None and not FIELD_VALUE.fullmatch(value):
        msg = f"{argument} {value!r} has a line break, a character that is not ASCII, or spaces around it"
        raise ValueError(msg)
    return value


def _base_url(url: object) -> URL:
    if url is None:
        url = os.environ.get("OPENAI_BASE_URL") or DEFAULT_BASE_URL
    if not isinstance(url, str | URL):
        msg = f"base_url must be a string or a URL, not {type(url).__name__}"
        raise TypeError(msg)
    try:
        parsed = URL(url.strip() if isinstance(url, str) else url)
    except (InvalidURL, UnicodeEncodeError) as error:
        msg = f"base_url is not a URL: {error}"
        raise ValueError(msg) from None
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.fragment:
        # Without its scheme, `user:key@host` is not taken apart.
        quoted = "(not shown, as it has an @)" if "@" in parsed.path else repr(shown(parsed))
        msg = f"base_url {quoted} is not an http:// or https:// URL with a host and without a fragment"
        raise ValueError(msg)
    if parsed.port is not None and parsed.port > 65535:
        msg = f"base_url has the port {parsed.port}, and a port is at most 65535"
        raise ValueError(msg)
    path, _, query = parsed.raw_path.partition(b"?")
    return parsed.copy_with(raw_path=path.rstrip(b"/") + b"/" + (b"?" + query if query else b""))


def _whole_number(what: str) -> Callable[[Any, Attribute[int], object], None]:
    def check(_: object, __: object, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            msg = f"{what} must be a whole number, not {value!r}"
            raise TypeError(msg)
        if value < 0:
            msg = f"{what} must not be negative: {value!r}"
            raise ValueError(msg)

    return check


def _default_headers(headers: Mapping[str, str | Omit] | None) -> dict[str, str | Omit]:
    """Complete a client's default headers with those of `OPENAI_CUSTOM_HEADERS`, one on each line."""
    lines = (line.partition(":") for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines())
    own = {name.strip(): value.strip() for name, colon, value in lines if colon}
    return {**checked_headers(own), **checked_headers(headers)}


def check_http_client(http_client: object, kind: type) -> None:
    """Make sure that a caller's HTTP client is one.

    Raises:
        TypeError: It isn't.
    """
    if http_client is not None and not isinstance(http_client, kind):
        made = type(http_client)
        msg = f"http_client must be an httpx.{kind.__name__}, not {made.__module__}.{made.__name__}"
        raise TypeError(msg)


def timeout_of(http_client: Client | AsyncClient | None, timeout: float | Timeout | NotGiven | None) -> Any:
    """Return the timeout of a caller's own HTTP client, where that is set and no other is.

    As the official SDK does it: httpx's own default of 5 s counts as not set.
    """
    if isinstance(timeout, NotGiven) and http_client is not None and http_client.timeout != Timeout(5.0):
        return http_client.timeout
    return timeout


@define(kw_only=True, repr=False, eq=False)
class Configuration:
    """One client's settings, checked when made and again when set.

    What may hold a key is marked at the field: rich shows attrs' fields without asking for a repr.

    Attributes:
        api_key: The key, or a function that gives one for each attempt.
        organization: Sent as `OpenAI-Organization`.
        project: Sent as `OpenAI-Project`.
        base_url: Where the API is; its path ends with a slash.
        timeout: In seconds, or a `Timeout`; None for no bound.
        max_retries: How many attempts may follow the first.
        default_headers: Sent with each request, over the package's own.
        default_query: Sent with each request.
        strict: Whether an answer that departs from the spec is an error.
        max_response_bytes: The bound of a decoded body, in bytes.
    """

    api_key: str | Callable[[], str | Awaitable[str]] = field(converter=_api_key, default=None, repr=False)
    organization: str | None = field(converter=_organization, default=None)
    project: str | None = field(converter=_project, default=None)
    base_url: URL = field(converter=_base_url, default=None, repr=False)
    timeout: float | Timeout | None = field(converter=checked_timeout, default=DEFAULT_TIMEOUT)
    max_retries: int = field(validator=_whole_number("max_retries"), default=DEFAULT_MAX_RETRIES)
    default_headers: dict[str, str | Omit] = field(converter=_default_headers, default=None, repr=False)
    default_query: dict[str, object] = field(converter=checked_query, default=None, repr=False)
    strict: bool = False
    max_response_bytes: int = field(validator=_whole_number("max_response_bytes"), default=DEFAULT_MAX_RESPONSE_BYTES)

    def describe(self) -> str:
        """Give what may be shown: no key, no header, no query."""
        return f"base_url={shown(self.base_url)!r}, timeout={self.timeout!r}, max_retries={self.max_retries!r}"

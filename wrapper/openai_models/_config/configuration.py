"""The configuration of a client, from arguments and the environment.

A message never quotes a key, nor a header's value, since that may be one.
"""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from .._exceptions import OpenAIError
from .._http.clients import DEFAULT_TIMEOUT
from .._httpx import URL, AsyncClient, Client, InvalidURL, Timeout
from .._redaction import QuietURL, Secret, redact, redact_url
from .checks import FIELD_VALUE, checked_headers, checked_key, checked_query, checked_timeout, is_of_httpx2
from .defaults import DEFAULT_BASE_URL, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES, NotGiven
from .headers import EncodedHeaders, encode_headers, own_headers


def _api_key(given: Any) -> Secret | Callable[[], str | Awaitable[str]]:
    key: Any = redact((os.environ.get("OPENAI_API_KEY") or None) if given is None else given)
    if key is None or key == Secret(""):
        raise OpenAIError("No API key: pass api_key=..., or set the environment variable OPENAI_API_KEY.")
    if isinstance(key, dict):  # which is refused
        key = Secret(key)
    return checked_key(key) if isinstance(key, Secret) else key


def _identifier(argument: str, variable: str, value: object) -> str | None:
    if value is None:
        value = os.environ.get(variable) or None
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{argument} must be a string, not {type(value).__name__}")
    if value is not None and not FIELD_VALUE.fullmatch(value):
        raise ValueError(f"{argument} {value!r} has a line break, a character that is not ASCII, or spaces around it")
    return value


def _base_url(url: object) -> URL:
    url = redact((os.environ.get("OPENAI_BASE_URL") or DEFAULT_BASE_URL) if url is None else url)
    if isinstance(url, Secret) and is_of_httpx2(url.value, "URL"):
        url = Secret(str(url.value))
    if not isinstance(url, Secret) or not isinstance(url.value, str | URL):
        raise TypeError(f"base_url must be a string or a URL, not {type(getattr(url, 'value', url)).__name__}")
    parsed, problem = None, ""
    try:
        parsed = QuietURL(url.value.strip() if isinstance(url.value, str) else url.value)
    except (InvalidURL, UnicodeError) as error:  # whose words may quote a part of a password with a slash in it
        problem = "it is not shown, as it has an @" if "@" in str(url.value) else str(error)
    if parsed is None:  # without the error, whose frames hold the URL
        raise ValueError(f"base_url is not a URL: {problem}")
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.fragment:
        raise ValueError(
            f"base_url {redact_url(parsed)!r} is not an http:// or https:// URL with a host and without a fragment"
        )
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise ValueError(f"base_url has the port {parsed.port}, and a port is a number from 1 to 65535")
    path, _, query = parsed.raw_path.partition(b"?")
    return QuietURL(parsed, raw_path=path.rstrip(b"/") + b"/" + (b"?" + query if query else b""), fragment=None)


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if value < 0:
        raise ValueError(f"{name} must not be negative: {value!r}")
    return value


def _default_headers(headers: object) -> dict[str, Secret]:
    """Return a client's default headers, over those of `OPENAI_CUSTOM_HEADERS`, one on each line."""
    lines = (line.partition(":") for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines())
    own = {name.strip(): Secret(value.strip()) for name, colon, value in lines if colon}
    return {**checked_headers(own), **checked_headers(headers)}


def checked_http_client(http_client: Any, kind: type) -> Any:
    """Return a caller's HTTP client; for one of httpx2, a client of httpx that sends with it.

    Raises:
        TypeError: It is of another class.
    """
    if http_client is None or isinstance(http_client, kind):
        return http_client
    if is_of_httpx2(http_client, kind.__name__):
        from .._http import forwarding  # noqa: PLC0415 - imports httpx2

        return getattr(forwarding, f"Forwarding{kind.__name__}")(http_client)
    name, made = kind.__name__, type(http_client)
    raise TypeError(f"http_client must be an httpx.{name} or httpx2.{name}, not {made.__module__}.{made.__name__}")


def timeout_of(http_client: Client | AsyncClient | None, timeout: object) -> Any:
    """Return the timeout of a caller's own HTTP client, where that is set and no other is.

    As the official SDK does it: httpx's own default of 5 s counts as not set.
    """
    if isinstance(timeout, NotGiven) and http_client is not None and http_client.timeout != Timeout(5.0):
        return http_client.timeout
    return timeout


# What checks and converts each setting.
_CHECKS: Final[dict[str, Callable[[Any], object]]] = {
    "api_key": _api_key,
    "organization": partial(_identifier, "organization", "OPENAI_ORG_ID"),
    "project": partial(_identifier, "project", "OPENAI_PROJECT_ID"),
    "base_url": _base_url,
    "timeout": checked_timeout,
    "max_retries": partial(_count, "max_retries"),
    "default_headers": _default_headers,
    "default_query": checked_query,
    "strict": bool,
    "max_response_bytes": partial(_count, "max_response_bytes"),
}


class Configuration:
    """The configuration of one client, checked when it is made and when an attribute is set.

    Args:
        **settings: The attributes; what is not given has its default.

    Attributes:
        api_key: The key, or a function that returns one for each attempt.
        organization: Sent as `OpenAI-Organization`.
        project: Sent as `OpenAI-Project`.
        base_url: Where the API is; its path ends with a slash.
        timeout: In seconds, or a `Timeout`; None for no bound.
        max_retries: How many attempts may follow the first.
        default_headers: Sent with each request, over the package's own.
        default_query: Sent with each request.
        strict: Whether a response that departs from the spec is an error.
        max_response_bytes: The bound of a decoded body, in bytes.
    """

    api_key: Secret | Callable[[], str | Awaitable[str]]
    organization: str | None
    project: str | None
    base_url: URL
    timeout: float | Timeout | None = DEFAULT_TIMEOUT
    max_retries: int = DEFAULT_MAX_RETRIES
    default_headers: dict[str, Secret]
    default_query: dict[str, Secret]
    strict: bool
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    _merged: tuple[object, Secret] = (None, Secret({}))  # what `encoded_headers` has seen last, and what it returned

    def __init__(self, **settings: Any) -> None:
        # Where the class has no default, None: the check then looks into the environment.
        defaults = {name: getattr(Configuration, name, None) for name in _CHECKS}
        for name, value in {**defaults, **settings}.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, _CHECKS[name](value))

    @property
    def encoded_headers(self) -> EncodedHeaders:
        """The headers of each request, the key aside; merged anew only where a setting has changed."""
        organization, project, defaults = made_of = (self.organization, self.project, self.default_headers)
        known, encoded = self._merged
        if known != made_of:
            encoded = Secret(encode_headers(own_headers(organization, project), defaults))
            object.__setattr__(self, "_merged", (made_of, encoded))  # at once, since threads may share it
        headers: EncodedHeaders = encoded.value
        return headers

    def describe(self) -> str:
        """Return what may be shown: no key, no header, no query."""
        return f"base_url={redact_url(self.base_url)!r}, timeout={self.timeout!r}, max_retries={self.max_retries!r}"

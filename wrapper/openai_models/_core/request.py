"""From what is asked to what is sent. Pure: no socket, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from attrs import field, frozen

from .._config.configuration import checked_headers, checked_query, checked_timeout, limits_of
from .._config.headers import default_headers, merge_headers
from .._config.sentinels import NotGiven, Omit, not_given
from .._httpx import AsyncClient, Client, InvalidURL
from .._redaction import QuietRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._config.configuration import Configuration
    from .._httpx import URL, Request, Timeout
    from .operations import Operation

T = TypeVar("T")

RETRY_COUNT = "x-stainless-retry-count"
_PLAIN = (Client.build_request, AsyncClient.build_request)


def path_segment(model: object) -> str:
    """Give a model id back if it can stand as one segment of a path.

    Raises:
        TypeError: It isn't a string.
        ValueError: It is blank, `.` or `..` (RFC 3986 §5.2.4 takes those out of a
            path), or has a character that UTF-8 can't encode.
    """
    if not isinstance(model, str):
        msg = f"a model id must be a string, not {type(model).__name__}"
        raise TypeError(msg)
    if not model.strip() or model in {".", ".."}:
        msg = f"Expected a non-empty value for `model` but received {model!r}"
        if model.strip():
            msg = f"{model!r} can't be a model id: in a URL it means a folder"
        raise ValueError(msg)
    try:
        model.encode()
    except UnicodeEncodeError:
        msg = f"{model!r} can't be a model id: it has an unpaired surrogate"
        raise ValueError(msg) from None
    # An enum's member and its like print as something else than what they are.
    return str.__str__(model)


def _check_timeout(_: object, __: object, timeout: object) -> None:
    checked_timeout(timeout)


@frozen(kw_only=True, eq=False, repr=False)
class Call(Generic[T]):
    """One call as its caller put it, checked.

    Attributes:
        operation: Which operation.
        arguments: What its builder takes.
        extra_headers: Sent over the client's default headers.
        extra_query: Sent over the client's default query.
        extra_body: Sent as JSON, with methods other than GET.
        timeout: Instead of the client's.
    """

    operation: Operation[T]
    arguments: Mapping[str, str] = field(factory=dict)
    extra_headers: Mapping[str, str | Omit] = field(default=None, converter=checked_headers, repr=False)
    extra_query: Mapping[str, object] = field(default=None, converter=checked_query, repr=False)
    extra_body: object | None = field(default=None, repr=False)
    timeout: float | Timeout | NotGiven | None = field(default=not_given, validator=_check_timeout)

    def limits(self, config: Configuration) -> tuple[Timeout, float | None]:
        """Give the bounds of a phase and of a whole attempt; see `limits_of`."""
        return limits_of(config.timeout if isinstance(self.timeout, NotGiven) else self.timeout)


@frozen(eq=False, repr=False)
class Message:
    """An HTTP request, ready to be sent. Its headers hold the key, so it has no repr."""

    method: str
    url: URL = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


def build(config: Configuration, call: Call[T], *, key: str, retries_taken: int) -> Message:
    """Build the request of one attempt.

    Args:
        config: The client's settings.
        call: What is asked.
        key: The key of this attempt.
        retries_taken: How many attempts went before.

    Raises:
        ValueError: No request can be made of it.
    """
    parts = call.operation.build(**call.arguments)
    method = parts["method"].upper()
    content = None
    if call.extra_body is not None and method != "GET":
        content = _json(call.extra_body)
    headers = _headers(config, call, key=key, retries_taken=retries_taken)
    if method == "GET":
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    try:
        url = _url(config, parts["url"], call.extra_query)
    except InvalidURL as error:
        raise _no_url(error) from None
    return Message(method, url, headers, content)


def request_of(http: Client | AsyncClient, message: Message, timeout: Timeout) -> Request:
    """Make the request that the HTTP client's own `build_request` would make.

    That one merges headers one by one and takes the URL apart again: 20 µs, here 10,
    which is 4 % of a `retrieve`.

    Raises:
        ValueError: The HTTP client makes one that can't be sent.
    """
    if http.params or type(http).build_request not in _PLAIN:
        try:
            made = http.build_request(
                message.method, message.url, headers=message.headers, content=message.content, timeout=timeout
            )
        except InvalidURL as error:
            raise _no_url(error) from None
        return QuietRequest.copy_of(made)
    given = {name.lower().encode(): (name.encode(), value.encode()) for name, value in message.headers.items()}
    kept = [(name, value) for name, value in http.headers.raw if name.lower() not in given]
    request = QuietRequest(
        message.method,
        message.url,
        headers=[*kept, *given.values()],
        content=message.content,
        extensions={"timeout": timeout.as_dict()},
    )
    if http.cookies:
        # A server may have set one that isn't ASCII, which httpx refuses from then on.
        if request.headers.encoding == "ascii":
            request.headers.encoding = "utf-8"
        http.cookies.set_cookie_header(request)
    return request


def _no_url(error: InvalidURL) -> ValueError:
    """Put httpx's error, which is no ValueError, in words; its own quote nothing of the URL."""
    return ValueError(f"the request has no URL that can be sent: {error}")


def _json(body: object) -> bytes:
    try:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        msg = "extra_body nests too deep to be sent as JSON"
        raise ValueError(msg) from None


def _headers(config: Configuration, call: Call[T], *, key: str, retries_taken: int) -> dict[str, str]:
    first: dict[str, str | Omit] = {"Authorization": f"Bearer {key}", RETRY_COUNT: str(retries_taken)}
    merged = merge_headers(first, default_headers(config), call.extra_headers)
    return {name: value for name, value in merged.items() if isinstance(value, str)}


def _url(config: Configuration, path: str, extra_query: Mapping[str, object]) -> URL:
    given = config.default_query | dict(extra_query)
    if not given:
        return _joined(config.base_url, path)
    _, _, base_query = config.base_url.raw_path.partition(b"?")
    kept = [
        (name, value) for name, value in parse_qsl(base_query.decode(), keep_blank_values=True) if name not in given
    ]
    pairs = [pair for name, value in given.items() for pair in _query_pairs(name, value)]
    query = urlencode(kept + pairs).encode("ascii")
    raw_path, _, _ = _joined(config.base_url, path).raw_path.partition(b"?")
    return config.base_url.copy_with(raw_path=raw_path + (b"?" + query if query else b""))


def _joined(base_url: URL, path: str) -> URL:
    base_path, mark, query = base_url.raw_path.partition(b"?")
    return base_url.copy_with(raw_path=base_path + path.lstrip("/").encode("ascii") + mark + query)


def _query_pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Spell a value as the official SDK does: `a[b]=1` for mappings, `a[]=1` for lists."""
    if value is None or isinstance(value, Omit | NotGiven):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _query_pairs(f"{name}[{key}]", item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _query_pairs(f"{name}[]", item)
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)

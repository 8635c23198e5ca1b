"""Build the `httpx.Request` of a call from its options, without I/O."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from .._config.checks import checked_headers, checked_query, checked_timeout
from .._config.configuration import Configuration
from .._config.defaults import NotGiven, Omit, not_given
from .._config.headers import EncodedHeaders, encode_headers
from .._http.clients import DEFAULT_TIMEOUT
from .._httpx import AsyncClient, ByteStream, Client, InvalidURL, Timeout
from .._redaction import QuietRequest, QuietURL, Secret
from .operations import Operation

T = TypeVar("T")

RETRY_COUNT: Final = b"x-stainless-retry-count"
_PLAIN: Final = (Client.build_request, AsyncClient.build_request)


def path_segment(model: object) -> str:
    """Return a model id, if it can stand as one segment of a path.

    Raises:
        TypeError: It isn't a string.
        ValueError: It is blank, `.` or `..` (RFC 3986 §5.2.4 takes those out of a
            path), or has a character that UTF-8 can't encode.
    """
    if not isinstance(model, str):
        raise TypeError(f"a model id must be a string, not {type(model).__name__}")
    if not model.strip():
        raise ValueError(f"Expected a non-empty value for `model` but received {model!r}")
    if model in {".", ".."}:
        raise ValueError(f"{model!r} can't be a model id: in a URL it means a folder")
    try:
        model.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{model!r} can't be a model id: it has an unpaired surrogate") from None
    # An enum's member and its like print as something else than what they are.
    return str.__str__(model)


class RequestOptions(Generic[T]):
    """The arguments and options of one call, checked.

    Args:
        operation: The operation.
        arguments: The parameters of its path.
        extra_headers: Sent over the client's default headers.
        extra_query: Sent over the client's default query.
        extra_body: Sent as JSON, with methods other than GET.
        timeout: Instead of the client's.

    Raises:
        ValueError: An option cannot be sent.
        TypeError: An option has the wrong type.
    """

    def __init__(
        self,
        operation: Operation[T],
        arguments: Mapping[str, str] | None = None,
        *,
        extra_headers: object = None,
        extra_query: object = None,
        extra_body: object | None = None,
        timeout: object = not_given,
    ) -> None:
        self.operation = operation
        self.arguments = arguments or {}
        self.extra_headers = {} if extra_headers is None else checked_headers(extra_headers)
        self.extra_query = {} if extra_query is None else checked_query(extra_query)
        self.extra_body = extra_body
        self.timeout = timeout if isinstance(timeout, NotGiven) else checked_timeout(timeout)

    def replace(self, **changes: Any) -> RequestOptions[T]:
        """Return a copy with other values of some options."""
        return RequestOptions(**{**vars(self), **changes})

    def split_timeout(self, config: Configuration) -> tuple[Timeout, float | None]:
        """Return the bounds of an operation on a socket, and of a whole attempt (in seconds; None for no bound).

        A number bounds the whole attempt, and each operation with it. A `Timeout` bounds each operation, as in
        httpx. The default does both.
        """
        timeout = config.timeout if isinstance(self.timeout, NotGiven) else self.timeout
        if not isinstance(timeout, Timeout):
            return Timeout(timeout), timeout
        return timeout, timeout.read if timeout == DEFAULT_TIMEOUT else None


def build_request(
    http: Client | AsyncClient,
    config: Configuration,
    options: RequestOptions[Any],
    timeout: Timeout,
    *,
    key: Secret,
    retries_taken: int,
) -> QuietRequest:
    """Build the request of one attempt, as the HTTP client's own `build_request` would.

    That one merges headers one by one and takes the URL apart again, which takes twice the time (benchmark row
    "warm retrieve"); it is called where it would add something.

    Args:
        http: The HTTP client, which adds its headers, cookies and query.
        config: The settings of the client.
        options: The call.
        timeout: The bound of each operation on a socket.
        key: The key of this attempt.
        retries_taken: The number of attempts before.

    Raises:
        ValueError: No request can be made of it.
    """
    method, path = options.operation.build(options.arguments)
    content = None if options.extra_body is None or method == "GET" else _dump_json(options.extra_body)
    # A function, since no variable of this frame may hold the headers: some tools show it in a traceback.
    build_headers = partial(_build_headers, config, options, method, key=key, retries_taken=retries_taken)
    try:
        url = _build_url(config, path, options.extra_query)
        if http.params or type(http).build_request not in _PLAIN:
            made = http.build_request(
                method, url, headers=list(filter(None, build_headers().values())), content=content, timeout=timeout
            )
            return QuietRequest.copy_of(made)
    except InvalidURL as error:  # which is no ValueError
        problem = str(error)
    else:
        request = QuietRequest(
            method,
            url,
            headers=_complete_headers(build_headers(), http.headers.raw, url.netloc, content),
            stream=ByteStream(content or b""),  # not `content`, with which httpx copies the headers once more
            extensions={"timeout": timeout.as_dict()},
        )
        request.read()
        if http.cookies:
            # A server may have set one that isn't ASCII, which httpx refuses from then on.
            if request.headers.encoding == "ascii":
                request.headers.encoding = "utf-8"
            http.cookies.set_cookie_header(request)
        return request
    # Without httpx's error, whose frames hold the URL; its words quote nothing of that.
    raise ValueError(f"the request has no URL that can be sent: {problem}")


def _build_headers(
    config: Configuration,
    options: RequestOptions[Any],
    method: str,
    *,
    key: Secret,
    retries_taken: int,
) -> EncodedHeaders:
    """Return the headers that this package and its user give."""
    given: EncodedHeaders = {
        b"authorization": (b"Authorization", b"Bearer " + key.value.encode()),
        RETRY_COUNT: (RETRY_COUNT, str(retries_taken).encode()),
        **config.encoded_headers,
    }
    if options.extra_headers:
        given.update(encode_headers(options.extra_headers))
    if method == "GET":
        given[b"content-type"] = None
    return given


def _complete_headers(
    given: EncodedHeaders,
    of_http_client: list[tuple[bytes, bytes]],
    host: bytes,
    content: bytes | None,
) -> list[tuple[bytes, bytes]]:
    """Return headers with those of the HTTP client, and with what httpx adds to a request with content."""
    added = set()
    pairs = []
    for name, value in of_http_client:
        if given.get(name.lower()) is None:
            added.add(name.lower())
            pairs.append((name, value))
    if b"host" not in added and given.get(b"host") is None:
        pairs.insert(0, (b"Host", host))
    pairs += filter(None, given.values())
    if content is not None and b"content-length" not in added and given.get(b"content-length") is None:
        pairs.append((b"Content-Length", str(len(content)).encode()))
    return pairs


def _dump_json(body: object) -> bytes:
    try:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("extra_body nests too deep to be sent as JSON") from None


def _build_url(config: Configuration, path: str, extra_query: dict[str, Secret]) -> QuietURL:
    # A base URL has no fragment. No variable holds the text, in which a password may stand.
    return QuietURL(
        str(config.base_url).partition("?")[0]
        + path.lstrip("/")
        + _build_query(config.base_url.query.decode("ascii"), {**config.default_query, **extra_query})
    )


def _build_query(query: str, given: dict[str, Secret]) -> str:
    """Return the query of a base URL with parameters over it, behind a question mark if it is not empty."""
    if given:
        kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in given]
        query = urlencode(kept + [pair for name, secret in given.items() for pair in _query_pairs(name, secret.value)])
    return f"?{query}" if query else ""


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

"""What this package takes from inside httpx and httpcore is where it looks for it."""

from __future__ import annotations

import inspect
import ssl
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
import pytest

from openai_models import DefaultAsyncHttpxClient, DefaultHttpxClient
from openai_models._async_pool import AsyncPool
from openai_models._http import may_have_own_pool, pool_options, with_path
from openai_models._pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = [(DefaultHttpxClient, Pool), (DefaultAsyncHttpxClient, AsyncPool)]
TRANSPORTS = [httpx.HTTPTransport, httpx.AsyncHTTPTransport]
FOLLOW = "Follow it in wrapper/openai_models/_http.py."


def moved(what: str, then: str) -> str:
    """Say what a release has changed, and what it means."""
    return f"A release of httpx or httpcore has moved or renamed {what}: {then} {FOLLOW}"


@pytest.mark.parametrize("kind", [httpx.Client, httpx.AsyncClient])
def test_httpx_clients_make_their_transport_in_the_method_that_we_extend(kind: type) -> None:
    then = "our clients then use httpcore's pool, which loses connections when a call is cancelled or interrupted."
    method = getattr(kind, "_init_transport", None)
    assert method is not None, moved(f"{kind.__name__}._init_transport", then)
    expected = {"transport", "http1", "http2"}
    assert expected <= set(inspect.signature(method).parameters), moved(f"arguments of {kind.__name__}._init_transport", then)  # fmt: skip


@pytest.mark.parametrize(("client", "pool"), CLIENTS)
def test_our_clients_have_our_pool(client: Callable[[], Any], pool: type) -> None:
    made = client()
    then = "our clients no longer have our pool."
    assert type(getattr(made._transport, "_pool", None)) is pool, moved("Client._transport or HTTPTransport._pool", then)  # fmt: skip


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_options_of_a_transport_are_read_where_httpx_keeps_them(transport: Callable[..., Any]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    limits = httpx.Limits(max_connections=7, max_keepalive_connections=3, keepalive_expiry=9)
    made = transport(verify=context, limits=limits)
    then = "limits, keep-alive or TLS settings of our clients would be lost."
    assert hasattr(made, "_pool"), moved("HTTPTransport._pool", then)
    names = ("_max_connections", "_max_keepalive_connections", "_ssl_context", "_keepalive_expiry")
    gone = [name for name in names if not hasattr(made._pool, name)]
    assert not gone, moved(f"ConnectionPool.{', .'.join(gone)}", then)
    expected = {"most": 7, "most_idle": 3, "ssl_context": context, "keepalive_expiry": 9}
    assert pool_options(made._pool) == expected


def test_a_url_has_its_parts_where_we_put_another_path() -> None:
    url = httpx.URL("http://api.test/v1?a=1")
    parts = getattr(url, "_uri_reference", None)
    then = "the URL of each call could not be made."
    assert hasattr(parts, "_replace"), moved("URL._uri_reference", then)
    assert str(with_path(url, "/v1/models")) == "http://api.test/v1/models?a=1"
    assert str(url) == "http://api.test/v1?a=1"


@pytest.mark.parametrize("client", [DefaultHttpxClient, DefaultAsyncHttpxClient])
def test_our_clients_keep_cookies_where_httpx_looks_for_them(client: Callable[..., Any]) -> None:
    made = client(cookies={"a": "1"})
    then = "each response of our clients costs a look for cookies again."
    assert made.cookies is vars(made).get("_cookies"), moved("Client._cookies", then)
    assert dict(made.cookies) == {"a": "1"}


def test_limits_of_none_are_no_limits() -> None:
    made = httpx.HTTPTransport(limits=httpx.Limits())
    options = pool_options(made._pool)
    assert options["most"] > 1_000_000
    assert options["most_idle"] > 1_000_000


@pytest.mark.parametrize("kind", [httpcore.HTTPConnection, httpcore.AsyncHTTPConnection])
def test_the_connections_of_httpcore_do_and_take_what_our_pools_ask_for(kind: type) -> None:
    is_async = kind is httpcore.AsyncHTTPConnection
    methods = {"is_idle", "has_expired", *(("handle_async_request", "aclose") if is_async else ("handle_request", "close"))}  # fmt: skip
    gone = {name for name in methods if not callable(getattr(kind, name, None))}
    then = "our pools can't use its connections. See _pool.py and _async_pool.py too."
    assert not gone, moved(f"{kind.__name__}.{', .'.join(sorted(gone))}", then)
    options = {"origin", "ssl_context", "keepalive_expiry", "network_backend"}
    missing = options - set(inspect.signature(kind).parameters)
    assert not missing, moved(f"{kind.__name__}({', '.join(sorted(missing))}=)", then)


@pytest.mark.parametrize("kind", [(httpcore.HTTPConnection, httpcore.HTTP11Connection), (httpcore.AsyncHTTPConnection, httpcore.AsyncHTTP11Connection)], ids=["sync", "async"])  # fmt: skip
def test_the_connections_of_httpcore_have_h11_where_our_pools_look_for_what_came_too_much(
    kind: tuple[Callable[..., Any], Callable[..., Any]],
) -> None:
    origin = httpcore.Origin(b"http", b"api.test", 80)
    then = "no connection can be used twice. See has_gone_on in _pool.py too."
    assert hasattr(kind[0](origin), "_connection"), moved("HTTPConnection._connection", then)
    assert hasattr(kind[1](origin, None), "_h11_state"), moved("HTTP11Connection._h11_state", then)


def test_the_async_connections_of_httpcore_have_locks_where_our_pool_takes_them_away() -> None:
    origin = httpcore.Origin(b"http", b"api.test", 80)
    then = "an async call waits for locks again that nobody else can hold. See _NoLock in _async_pool.py too."
    assert hasattr(httpcore.AsyncHTTPConnection(origin), "_request_lock"), moved("AsyncHTTPConnection._request_lock", then)  # fmt: skip
    assert hasattr(httpcore.AsyncHTTP11Connection(origin, None), "_state_lock"), moved("AsyncHTTP11Connection._state_lock", then)  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize("name", ["SyncBackend", "AnyIOBackend", "TrioBackend", "ConnectionNotAvailable", "PoolTimeout", "UnsupportedProtocol", "NetworkError", "Origin", "Request", "Response"])  # fmt: skip
def test_httpcore_offers_the_names_that_our_pools_use(name: str) -> None:
    assert hasattr(httpcore, name), moved(f"httpcore.{name}", "our pools can't do without. See _pool.py too.")


@pytest.mark.parametrize("client", [DefaultHttpxClient, DefaultAsyncHttpxClient])
def test_a_transport_of_the_users_own_is_left_alone(client: Callable[..., Any]) -> None:
    transport = httpx.HTTPTransport() if client is DefaultHttpxClient else httpx.AsyncHTTPTransport()
    theirs = transport._pool
    made = client(transport=transport)
    assert made._transport is transport
    assert transport._pool is theirs


@pytest.mark.parametrize("client", [DefaultHttpxClient, DefaultAsyncHttpxClient])
def test_through_a_proxy_the_connections_are_httpx_own(client: Callable[..., Any]) -> None:
    made = client(proxy="http://127.0.0.1:9")
    (transport,) = made._mounts.values()
    assert type(transport._pool).__module__.startswith("httpcore")


@pytest.mark.parametrize(
    ("options", "own"),
    [
        ({}, True),
        ({"http1": True, "http2": False, "verify": False}, True),
        ({"http2": True}, False),
        ({"http1": False, "http2": True}, False),
        ({"transport": object()}, False),
    ],
)
def test_our_pool_is_only_for_what_it_can_do(options: dict[str, Any], own: bool) -> None:  # noqa: FBT001 - a column
    assert may_have_own_pool(**options) is own

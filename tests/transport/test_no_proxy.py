"""Which hosts `NO_PROXY` takes out of the proxy, and that nothing in it stops a client."""

from collections.abc import Iterator
from itertools import cycle

import httpx
import pytest
from tests.acceptance.hard.wire import WireServer
from tests.transport.parts import CERTIFICATE
from tests.transport.ways import IN_TURN, WAYS, Tunnel

from openai_models._http.proxies import is_exempt

# What people write, and whether it names 127.0.0.1. `NAMED` has what each entry names.
LISTS = {
    "": False,
    "*": True,
    "localhost": False,
    "127.0.0.0/8": True,
    "https://127.0.0.1": False,
    "[::1]:8080": False,
    "10.0.0.0/8,fd00::/8": False,
    " 10.0.0.0/8 , 127.0.0.1 ": True,
    "::1 127.0.0.1": True,
    "127.0.0.1,": True,
    "example.com,": False,
    ",": False,
    "http://[": False,
    "bücher.example": False,
}


@pytest.fixture
def proxy() -> Iterator[WireServer]:
    """A server that answers in the place of others."""
    with WireServer() as proxy:
        yield proxy


def targets(server: WireServer) -> list[str]:
    return [head.target for head in server.heads]


VARIABLES = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
NO_PROXY = ["NO_PROXY", "no_proxy", "NO_PROXY"]
ROWS = [*zip(IN_TURN, cycle(VARIABLES), cycle(NO_PROXY), LISTS, strict=False)]


@pytest.mark.parametrize(("way", "variable", "no_proxy", "entries"), ROWS)
def test_a_host_that_it_names_is_reached_directly_and_others_through_the_proxy(
    *,
    way: str,
    variable: str,
    no_proxy: str,
    entries: str,
    server: WireServer,
    proxy: WireServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(no_proxy, entries)
    WAYS[way](server.base_url)  # without a proxy nothing in it matters
    monkeypatch.setenv(variable, proxy.base_url.removesuffix("/v1").removeprefix("http://"))
    WAYS[way](server.base_url)
    direct, proxied = "/v1/models", f"{server.base_url}/models"
    assert targets(server) == [direct, *([direct] if LISTS[entries] else [])]
    assert targets(proxy) == ([] if LISTS[entries] else [proxied])


def test_a_proxy_for_https_does_not_concern_http(server: WireServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    WAYS["OpenAI"](server.base_url)
    assert targets(server) == ["/v1/models"]


TUNNELLED = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"]


@pytest.mark.parametrize(
    ("variable", "way"),
    [*zip(TUNNELLED, WAYS, strict=True)],
)
def test_https_goes_through_a_tunnel_unless_it_names_the_host(
    variable: str, way: str, tls_server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    with Tunnel() as tunnel:
        monkeypatch.setenv(variable, tunnel.url)
        WAYS[way](tls_server.base_url)
        monkeypatch.setenv("NO_PROXY", "fd00::/8, 127.0.0.0/8")
        WAYS[way](tls_server.base_url)
        assert targets(tls_server) == ["/v1/models", "/v1/models"]
        assert tunnel.targets == [f"127.0.0.1:{tls_server.port}"]


# Hosts that an entry names, and hosts that it doesn't.
NAMED = [
    ("*", ["http://a.test", "https://[::1]:8080"], []),
    ("127.0.0.1", ["http://127.0.0.1:8080"], ["http://127.0.0.10", "http://127.0.0.1.test", "http://localhost"]),
    ("10.0.0.0/8", ["http://10.255.0.1"], ["http://11.0.0.1", "http://10.test", "http://[::ffff:a00:1]"]),
    ("10.0.0.0/255.0.0.0", ["http://10.255.0.1"], ["http://11.0.0.1"]),
    ("::1", ["http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]"], ["http://[::2]", "http://0.0.0.1"]),
    ("[::1]", ["http://[::1]", "https://[::1]:8080"], ["http://[::2]"]),
    ("[::1]:8080", ["http://[::1]:8080"], ["http://[::1]"]),
    ("[::1]:443", ["https://[::1]"], ["http://[::1]"]),
    ("fe80::/10", ["http://[fe80::1]", "http://[febf::1]"], ["http://[fec0::1]", "http://fe80.test"]),
    ("[fe80::/10]", ["http://[fe80::1]"], ["http://[fec0::1]"]),
    ("example.com", ["http://example.com", "https://a.b.EXAMPLE.com.:8080"], ["http://anexample.com", "http://com"]),
    ("EXAMPLE.com.", ["http://example.com", "http://a.example.com"], ["http://example.com.test"]),
    (".example.com", ["http://a.example.com", "http://a.b.example.com"], ["http://example.com"]),
    ("*.example.com", ["http://a.example.com"], ["http://example.com", "http://anexample.com"]),
    ("*example.com", ["http://example.com", "http://a.example.com"], ["http://anexample.com"]),
    ("localhost", ["http://localhost:1", "http://LOCALHOST"], ["http://127.0.0.1", "http://localhost.test"]),
    ("a.test:8080", ["http://a.test:8080", "http://b.a.test:8080"], ["http://a.test", "http://a.test:80800"]),
    ("a.test:80", ["http://a.test", "https://a.test:80"], ["https://a.test"]),
    ("a.test:", ["http://a.test", "http://a.test:8080"], ["http://b.test"]),
    ("*:8080", ["http://a.test:8080"], ["http://a.test"]),
    ("http://a.test", ["http://a.test", "http://a.test:8080"], ["https://a.test"]),
    ("HTTPS://a.test/", ["https://a.test"], ["http://a.test"]),
    ("all://a.test", ["http://a.test", "https://a.test"], ["https://b.test"]),
    ("https://a.test:8443", ["https://a.test:8443"], ["https://a.test", "http://a.test:8443"]),
    ("bücher.test", ["http://bücher.test", "http://xn--bcher-kva.test"], ["http://bucher.test"]),
    ("0.0.1", [], ["http://127.0.0.1"]),
    ("a.test:port", [], ["http://a.test"]),
    ("ftp://a.test", [], ["http://a.test"]),
    ("10.0.0.0/99", [], ["http://10.0.0.1"]),
    ("300.0.0.0/8", [], ["http://10.0.0.1"]),
    ("127.0.0.9/8", ["http://127.0.0.1"], ["http://128.0.0.1"]),
    ("127.0.0.1:1", ["http://127.0.0.1:1"], ["http://127.0.0.1"]),
    ("[fe80::]/10", [], ["http://a.test"]),
    ("://", [], ["http://a.test"]),
    ("", [], ["http://a.test", "http://127.0.0.1"]),
    (".", [], ["http://a.test", "http://127.0.0.1"]),
    (":", [], ["http://a.test", "http://[::]"]),
    ("[", [], ["http://a.test", "http://[::]"]),
]


@pytest.mark.parametrize(("entry", "named", "others"), NAMED, ids=[entry or "empty" for entry, *_ in NAMED])
def test_an_entry_names_these_hosts(entry: str, named: list[str], others: list[str]) -> None:
    assert [url for url in named + others if is_exempt(httpx.URL(url), entry)] == named

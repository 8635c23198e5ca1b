"""Which hosts `NO_PROXY` takes out of the proxy, and that nothing in it stops a client."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.acceptance.hard.wire import TLS, WireServer
from tests.transport.ways import COMMAND, KEY, WAYS, Tunnel

from openai_models import OpenAI
from openai_models._http.proxies import is_exempt

if TYPE_CHECKING:
    from collections.abc import Iterator

# What people write, and whether it names 127.0.0.1.
ENTRIES = {
    "": False,
    "*": True,
    "localhost": False,
    "127.0.0.1": True,
    "127.0.0.0/8": True,
    "127.0.0.9/8": True,
    "http://127.0.0.1": True,
    "https://127.0.0.1": False,
    "127.0.0.1:1": False,
    "::1": False,
    "[::1]": False,
    "[::1]:8080": False,
    "fe80::/10": False,
    "[fe80::]/10": False,
    "10.0.0.0/8,fd00::/8": False,
    " 10.0.0.0/8 , 127.0.0.1 ": True,
    "::1 127.0.0.1": True,
    "127.0.0.1,": True,
    "example.com,": False,
    ",": False,
    ".example.com": False,
    "example.com": False,
    "host:8080": False,
    "http://host": False,
    "http://[": False,
    "://": False,
    "0.0.1": False,
    "300.0.0.0/8": False,
    "10.0.0.0/99": False,
    "bücher.example": False,
}
PROXY_VARIABLES = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
OTHER_PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy"]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[WireServer, WireServer]]:
    """The API, and a proxy that answers in its place."""
    with WireServer() as api, WireServer() as proxy:
        yield api, proxy


@pytest.fixture
def api(servers: tuple[WireServer, WireServer]) -> WireServer:
    servers[0].forget()
    return servers[0]


@pytest.fixture
def proxy(servers: tuple[WireServer, WireServer]) -> WireServer:
    servers[1].forget()
    return servers[1]


def root(proxy: WireServer) -> str:
    return proxy.base_url.removesuffix("/v1")


@pytest.mark.parametrize("way", WAYS)
def test_a_host_that_it_names_is_reached_directly_and_others_through_the_proxy(
    way: str, api: WireServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", root(proxy))
    targets = {}
    for entries in ENTRIES:
        monkeypatch.setenv("NO_PROXY", entries)
        WAYS[way](api.base_url)
        targets[entries] = [head.target for head in api.heads + proxy.heads]
        api.forget()
        proxy.forget()
    direct, proxied = "/v1/models", f"{api.base_url}/models"
    assert targets == {entries: [direct if named else proxied] for entries, named in ENTRIES.items()}


@pytest.mark.parametrize("way", WAYS)
def test_without_a_proxy_nothing_in_it_matters(way: str, api: WireServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for entries in ENTRIES:
        monkeypatch.setenv("NO_PROXY", entries)
        WAYS[way](api.base_url)
    assert len(api.heads) == len(ENTRIES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("no_proxy", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("variable", PROXY_VARIABLES)
def test_each_variable_counts_in_upper_and_lower_case(
    *, variable: str, no_proxy: str, way: str, api: WireServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, root(proxy).removeprefix("http://"))
    WAYS[way](api.base_url)
    monkeypatch.setenv(no_proxy, "127.0.0.0/8")
    WAYS[way](api.base_url)
    assert [head.target for head in proxy.heads] == [f"{api.base_url}/models"]
    assert [head.target for head in api.heads] == ["/v1/models"]


@pytest.mark.parametrize("variable", OTHER_PROXY_VARIABLES)
def test_a_proxy_for_https_does_not_concern_http(
    variable: str, api: WireServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, root(proxy))
    WAYS["OpenAI"](api.base_url)
    assert (len(api.heads), proxy.heads) == (1, [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("variable", OTHER_PROXY_VARIABLES + PROXY_VARIABLES[2:])
def test_https_goes_through_a_tunnel_unless_it_names_the_host(
    variable: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))
    with WireServer(tls=True) as api, Tunnel() as tunnel:
        monkeypatch.setenv(variable, tunnel.url)
        WAYS[way](api.base_url)
        monkeypatch.setenv("NO_PROXY", "fd00::/8, 127.0.0.0/8")
        WAYS[way](api.base_url)
        assert [head.target for head in api.heads] == ["/v1/models", "/v1/models"]
        assert [head.split()[:2] for head in tunnel.heads] == [[b"CONNECT", f"127.0.0.1:{api.port}".encode()]]


@pytest.mark.parametrize(("entry", "is_direct"), [("127.0.0.1", False), ("localhost", True), ("LocalHost", True)])
def test_a_name_is_not_resolved_to_be_matched(
    *, entry: str, is_direct: bool, api: WireServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", entry)
    monkeypatch.setenv("HTTP_PROXY", root(proxy))
    WAYS["OpenAI"](f"http://localhost:{api.port}/v1")
    assert (len(api.heads), len(proxy.heads)) == ((1, 0) if is_direct else (0, 1))


@pytest.mark.parametrize("entries", ENTRIES)
def test_the_fixture_for_tests_is_reached_whatever_it_says(
    entries: str, request: pytest.FixtureRequest, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", entries)
    monkeypatch.setenv("HTTP_PROXY", root(proxy))
    mock = request.getfixturevalue("openai_models_mock")
    with OpenAI() as client:
        client.models.list()
    assert (len(mock.requests), proxy.heads) == (1, [])


@pytest.mark.parametrize("entries", ["::1,[::1], fe80::/10 ,10.0.0.0/8,fd00::/8,.example.com,http://host,", "*"])
@pytest.mark.parametrize("has_proxy", [True, False], ids=["proxy", "no-proxy"])
def test_the_command_works_whatever_it_says(
    *, has_proxy: bool, entries: str, api: WireServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", entries)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", api.base_url)
    if has_proxy:
        monkeypatch.setenv("ALL_PROXY", root(proxy))
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "a" in done.stdout.split()) == (0, True), done.stderr
    assert len(proxy.heads) == (has_proxy and entries != "*")


# Hosts that an entry names, and hosts that it doesn't.
NAMED = [
    ("*", ["http://a.test", "https://[::1]:8080"], []),
    ("127.0.0.1", ["http://127.0.0.1:8080"], ["http://127.0.0.10", "http://127.0.0.1.test"]),
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
    ("", [], ["http://a.test", "http://127.0.0.1"]),
    (".", [], ["http://a.test", "http://127.0.0.1"]),
    (":", [], ["http://a.test", "http://[::]"]),
    ("[", [], ["http://a.test", "http://[::]"]),
]


@pytest.mark.parametrize(("entry", "named", "others"), NAMED, ids=[entry or "empty" for entry, *_ in NAMED])
def test_an_entry_names_these_hosts(entry: str, named: list[str], others: list[str]) -> None:
    assert [url for url in named + others if is_exempt(httpx.URL(url), entry)] == named

"""The proxies that the environment names, and the hosts that are reached without them."""

import os
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.request import getproxies

from .._httpx import URL, InvalidURL, Proxy
from .tls import TransportSettingError

_MAX_PORT: Final = 65535


class EnvironmentProxies:
    """The values of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` at the time this was made.

    Attributes:
        names_some: Whether they name any proxy.
    """

    def __init__(self) -> None:
        found = getproxies()
        self._urls = {scheme: found[scheme].strip() for scheme in ("http", "https", "all") if found.get(scheme)}
        self.names_some = bool(self._urls)
        self._no_proxy = found.get("no", "").replace(",", " ").split()
        self._proxies: dict[str, Proxy] = {}

    def find(self, url: URL) -> Proxy | None:
        """Return the proxy for a URL; None if its host is reached directly.

        Raises:
            TransportSettingError: The variable names no proxy that can be used, and the server may be on another machine.
        """
        scheme = url.scheme if url.scheme in self._urls else "all"
        if scheme not in self._urls or any(is_exempt(url, entry) for entry in self._no_proxy):
            return None
        if scheme not in self._proxies:
            names = (f"{scheme}_proxy", f"{scheme}_proxy".upper())
            variable = next((name for name in names if os.environ.get(name)), "the system's proxy setting")
            prefix = "" if "://" in self._urls[scheme] else "http://"
            try:
                self._proxies[scheme] = check_proxy(prefix + self._urls[scheme], variable)
            except TransportSettingError:
                if url.scheme == "http" and is_loopback(url.host):
                    return None  # a server on this machine needs no proxy
                raise
        return self._proxies[scheme]


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: a loopback address, or `localhost` or a name under it (RFC 6761 §6.3)."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return _is_in_domain(host, "localhost")


def check_proxy(proxy: str | URL | Proxy, source: str) -> Proxy:
    """Return a proxy that can be used.

    Args:
        proxy: The proxy, or its URL.
        source: The variable or the argument that names it, for the message.

    Raises:
        TransportSettingError: It is none, or a SOCKS proxy while the package for those is not installed.
    """
    usable: Proxy | None = None
    with suppress(ValueError, InvalidURL):
        usable = proxy if isinstance(proxy, Proxy) else Proxy(proxy)
    del proxy  # a URL may hold a password, and some tools show the variables of a traceback's frames
    if usable is None or not _is_usable(usable.url):
        del usable
        raise TransportSettingError(
            f"{source} is not the URL of an http, https or socks5 proxy: correct or remove it, or set NO_PROXY"
        )
    if usable.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise TransportSettingError(f'{source} names a SOCKS proxy, which needs a package: pip install "httpx[socks]"')
    return usable


def _is_usable(url: URL) -> bool:
    has_host = bool(url.host) and ("%" not in url.host or ":" in url.host)  # httpx escapes what no name can have
    return has_host and (url.port or 0) <= _MAX_PORT


def is_exempt(url: URL, entry: str) -> bool:
    """Return whether an entry of `NO_PROXY` names the host of a URL.

    Entries are separated by commas or spaces, and case does not matter. An entry is one of

    - `*`: all hosts;
    - an address, in brackets or not: `127.0.0.1`, `::1`, `[::1]`;
    - a network: `10.0.0.0/8`, `fd00::/8`;
    - a domain, which covers its subdomains: `example.com`. `.example.com` covers the subdomains alone.

    A port behind it (`example.com:8080`, `[::1]:8080`) or a scheme before it (`http://example.com`) restricts
    it to that. Names are not resolved: an address does not cover the names that lead to it. What is none of
    these covers nothing. The semantics are those of httpx and curl, except that in curl `.example.com` covers
    `example.com` as well.
    """
    scheme, _, entry = entry.lower().rstrip("/").rpartition("://")
    host, port = entry, ""
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    effective_port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    if scheme not in {"", "all", url.scheme} or port.removeprefix(":") not in {"", str(effective_port)}:
        return False
    if host == "*":
        return True
    try:
        address = ip_address(url.host)
    except ValueError:
        return _is_in_domain(url.host, host)
    with suppress(ValueError):  # what is no network covers no address
        return address in ip_network(host, strict=False)
    return False


def _is_in_domain(host: str, domain: str) -> bool:
    host, domain = host.rstrip(".").lower(), domain.lstrip("*").rstrip(".")
    return bool(domain) and (host == domain or host.endswith(domain if domain.startswith(".") else f".{domain}"))

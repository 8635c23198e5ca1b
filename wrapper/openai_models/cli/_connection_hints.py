"""What to do after a connection failed, by the type of the cause."""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies_environment, proxy_bypass

from .._core.failures import UNKNOWN_ISSUER, causes
from .._exceptions import APITimeoutError
from .._httpx import ConnectTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._exceptions import APIConnectionError

__all__ = ["connection_hint"]

# The first that is among the causes counts.
HINTS: Final[dict[type[BaseException], str]] = {
    ssl.SSLError: "check that the server speaks TLS: the URL in {} begins with https://",
    socket.gaierror: "check the name of the host in {}, and the network",
    ConnectionRefusedError: "check that the server is running, and the port in {}",
    ConnectTimeout: "check the host in {}, the network and the firewall",
    APITimeoutError: "raise --timeout, or try again",
    Exception: "try again, and check the host in {} and the network",
}


def connection_hint(error: APIConnectionError, source: str) -> str:
    """Return one sentence.

    Args:
        error: The error of the call.
        source: What names the server: an option, a variable, or a setting of a profile.
    """
    found = tuple(causes(error))
    certificate = next((each for each in found if isinstance(each, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        if getattr(certificate, "verify_code", 20) not in UNKNOWN_ISSUER:
            return f"check that the certificate is valid today, and for the host in {source}"
        named = os.environ.get("SSL_CERT_FILE")
        if named:
            return f"add the certificate of the server's authority to {named}, which SSL_CERT_FILE names"
        return "set SSL_CERT_FILE to a file with the certificate of the server's authority, in PEM format"
    if proxy := _proxy_variable(error):
        return f"check the proxy in {proxy}, or name the host in NO_PROXY"
    return next(hint for kind, hint in HINTS.items() if _has(found, kind)).format(source)


def _has(found: Sequence[BaseException], kind: type[BaseException]) -> bool:
    return any(isinstance(each, kind) for each in found)


def _proxy_variable(error: APIConnectionError) -> str:
    """Return the environment variable whose proxy the request went through; "" if it went through none."""
    url = error.request.url
    if proxy_bypass(url.host):
        return ""
    found = getproxies_environment()
    name = next((f"{each}_proxy" for each in (url.scheme, "all") if found.get(each)), "")
    return name if not name or os.environ.get(name) else name.upper()

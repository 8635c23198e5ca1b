"""The TLS context that all default clients of a process share."""

from __future__ import annotations

import os
import ssl
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

from ._http import create_ssl_context

if TYPE_CHECKING:
    from collections.abc import Iterable

_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")

_lock = Lock()
_made: dict[tuple[object, ...], ssl.SSLContext] = {}


class LazyContext(ssl.SSLContext):
    """httpx's own context, made when the first TLS connection is.

    A program that asks a server by plain HTTP needs none: 18 ms, a tenth of the time from
    its start to its first model. By itself, this context trusts nobody.
    """

    def __new__(cls) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    _full: ssl.SSLContext | None = None

    @property
    def full(self) -> ssl.SSLContext:
        """The context that httpx makes where the environment names no certificates."""
        # `cached_property` has a lock of its own in Python 3.11, which a fork can't free.
        with _lock:
            if self._full is None:
                self._full = create_ssl_context(trust_env=False)
            return self._full

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """As `ssl.SSLContext.set_alpn_protocols`."""
        self.full.set_alpn_protocols(alpn_protocols)

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """As `ssl.SSLContext.wrap_socket`."""
        return self.full.wrap_socket(*args, **options)

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """As `ssl.SSLContext.wrap_bio`."""
        return self.full.wrap_bio(*args, **options)


def _after_fork() -> None:
    """Don't wait for a thread that only the parent has."""
    global _lock  # noqa: PLW0603 - a lock can't be freed by another than its holder
    _lock = Lock()


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_after_fork)


def shared_context(*, trust_env: bool) -> ssl.SSLContext:
    """Give the context that httpx would make anew for each client.

    Reading the authorities' certificates takes some 20 ms, all but half a millisecond
    of what a client costs. Another context is made when the environment names other
    certificates, or their file has changed since.

    Args:
        trust_env: Whether the environment may name the certificates.
    """
    key = _made_of(trust_env=trust_env)
    with _lock:
        if key not in _made:
            # What the environment names is read now: it may be another by the first connection.
            named = any(key[1:])
            context = create_ssl_context(trust_env=trust_env) if named else LazyContext()
            _made.clear()
            _made[key] = context
        return _made[key]


def _made_of(*, trust_env: bool) -> tuple[object, ...]:
    # SSLKEYLOGFILE is the `ssl` module's own, which heeds it in any case.
    variables = {name: os.environ.get(name) for name in _VARIABLES}
    if not trust_env:
        return False, variables["SSLKEYLOGFILE"]
    file = variables["SSL_CERT_FILE"]
    changed = os.stat(file).st_mtime_ns if file else None  # noqa: PTH116 - no Path for one number
    return True, *variables.values(), changed

"""The TLS context that all default clients of a process share."""

import errno
import os
import ssl
from pathlib import Path
from typing import Final

from .._httpx import create_ssl_context

# What each variable names; httpx takes the first of the first two that is set.
_VARIABLES: Final = {
    "SSL_CERT_FILE": "a readable file of certificates in PEM format",
    "SSL_CERT_DIR": "a readable folder of certificates",
    "SSLKEYLOGFILE": "a file that can be written",
}
_shared: dict[tuple[object, ...], ssl.SSLContext] = {}


class TransportSettingError(ValueError):
    """A proxy or certificates that the environment or an argument names cannot be used; nothing was sent."""


def load_context(*, trust_env: bool, is_shared: bool = True) -> ssl.SSLContext:
    """Return the context that httpx would make anew for each client.

    Reading the certificates of the authorities is most of what a client costs (benchmark row "second
    client"). Another context is made when the environment names other certificates, or when their file has
    changed. There is no lock: threads that come at once each make one, and a fork finds nothing locked.

    Args:
        trust_env: Whether the environment may name the certificates.
        is_shared: Whether others may have the same context.

    Raises:
        TransportSettingError: The environment names certificates that cannot be read.
    """
    name = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if trust_env and os.environ.get(name)), None)
    try:
        key = (name, name and os.environ[name], _last_changes(name), os.environ.get("SSLKEYLOGFILE"))
        context = _shared.get(key) if is_shared else None
        if context is None:
            context = create_ssl_context(trust_env=trust_env)
            if is_shared:
                _shared.clear()
                _shared[key] = context
    except OSError as error:  # ssl.SSLError is one
        if error.filename is not None and error.filename == os.environ.get("SSLKEYLOGFILE"):
            name = "SSLKEYLOGFILE"
        if name is None:  # the certificates of the package certifi
            raise
        raise TransportSettingError(
            f"{name}={os.environ[name]!r} is not {_VARIABLES[name]} ({error}): correct it or unset it"
        ) from None
    return context


def _last_changes(name: str | None) -> tuple[int, ...]:
    """Return when what a variable names was last changed.

    Raises:
        OSError: It is not there. OpenSSL takes a folder that is not there for one without certificates.
    """
    if name != "SSL_CERT_DIR":
        return (Path(os.environ[name]).stat().st_mtime_ns,) if name else ()
    folders = [folder for each in os.environ[name].split(os.pathsep) if (folder := Path(each)).is_dir()]
    if not folders:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    return tuple(folder.stat().st_mtime_ns for folder in folders)

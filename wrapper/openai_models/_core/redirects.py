"""Build the request that a redirect asks for, or refuse it, without I/O.

A request goes on to another origin without anything the user configured: no key, no
default header, no default query. A DELETE stays a DELETE and stays where it was sent.
"""

from typing import Any

from .._config.headers import NEUTRAL_HEADERS
from .._httpx import URL, Cookies, InvalidURL, Response
from .._redaction import QuietRequest, QuietURL


class RedirectRefusedError(Exception):
    """A redirect that is not followed; the message says why."""


def next_request(response: Response, cookies: Cookies | None) -> tuple[QuietRequest, dict[str, Any]]:
    """Return the request that a redirect asks for, and how httpx is to send it and what follows it.

    Elsewhere, the HTTP client's own credentials must not go along either, nor come back with it.

    Args:
        response: A response that has a redirect location.
        cookies: Those of the HTTP client, with what the response has set: within the origin, they take the place of
            what the request had. None where the request keeps what it has.

    Raises:
        RedirectRefusedError: It must not be followed.
    """
    request = response.request
    try:
        named = QuietURL(response.headers["location"])
        target = QuietURL(request.url.join(named))
    except (InvalidURL, ValueError):
        raise RedirectRefusedError("it redirects to something that is no URL") from None
    if named.scheme in {"http", "https"} and not named.host:
        raise RedirectRefusedError("it redirects to a URL without a host")
    if target.scheme not in {"http", "https"} or not target.host:
        raise RedirectRefusedError(f"it redirects to a {target.scheme or 'nameless'}: URL")
    same = origin(target) == origin(request.url)
    if request.method != "GET" and not (same and response.status_code in {307, 308}):
        where = "within its origin" if same else f"to {target.host}"
        raise RedirectRefusedError(f"it redirects a {request.method} {where}; nothing was done there")
    # httpx adds the first two, as they are right for the new URL and the body.
    stale = {b"host", b"content-length"} if cookies is None else {b"host", b"content-length", b"cookie"}
    kept = [pair for pair in request.headers.raw if pair[0].lower() not in stale]
    headers = kept if same else NEUTRAL_HEADERS
    body = request.content if request.method != "GET" else None
    onward = QuietRequest(request.method, target, headers=headers, content=body, extensions=request.extensions)
    if same and cookies is not None:
        cookies.set_cookie_header(onward)
    return onward, {} if same else {"auth": None}


def origin(url: URL) -> tuple[str, str, int | None]:
    """Return what has to be the same in two URLs for the key to go from one to the other."""
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)

"""The server that is held to the contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .._attempt import ATTEMPT, Attempt
from .._config.checks import checked_key
from .._http.clients import DefaultHttpxClient
from .._httpx import HTTPError, InvalidURL
from .._redaction import Secret
from .._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..testing import MockServer

# For an answer of a run in all. A server that is looked for has them for each read, as it may be waking up.
SECONDS = 10
TOTAL_TIMEOUT = 15
MOST_BYTES = 8 * 2**20
USER_AGENT = f"openai-models-contract/{__version__} (schemathesis)"
# A login may be a secret, and would take the key's place; a path that follows a query is none.
PLAIN_URL = re.compile(r"(?:[^/?#@]*//)?[^/?#@]*(?:/(?!/)[^?#]*)?")
# What a server answers to a base URL that isn't one, or to a key that isn't one.
UNUSABLE = {
    401: "refuses the key in OPENAI_API_KEY",
    403: "refuses the key in OPENAI_API_KEY",
    404: "has no list of models there: does the base URL lack its /v1?",
}


class UnusableTargetError(Exception):
    """The contract can't be tried on this server at all."""


@dataclass(frozen=True)
class Target:
    """A server.

    Args:
        base_url: Where the server is, with its `/v1`.
        api_key: A key that may list and retrieve.
        reset: Bring back what was deleted.
        answered: When it answered to requests that belong to no run yet, by `monotonic`.
    """

    base_url: str
    api_key: str = field(repr=False)
    reset: Callable[[], None] = lambda: None
    answered: list[float] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def of_mock(cls, mock: MockServer) -> Target:
        """A server of our own."""
        return cls(mock.base_url, mock.api_key, reset=mock.reset)

    @classmethod
    def of_somebody(cls, base_url: str, api_key: str) -> Target:
        """A server that may matter to somebody.

        Raises:
            UnusableTargetError: It isn't there, or doesn't take the key.
        """
        target = cls(base_url.strip().rstrip("/"), api_key)
        target.ensure_usable()
        return target

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request, save that some lack a right key on purpose."""
        return {"Authorization": f"Bearer {self.api_key}", "User-Agent": USER_AGENT}

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def spent(self) -> list[float]:
        """Give when the requests were answered that came before a run, which is then theirs."""
        times, self.answered[:] = list(self.answered), []
        return times

    def ensure_usable(self) -> None:
        """See whether a plain listing reaches the server at all, so that one sentence says why if it doesn't."""
        if not self.api_key.strip():
            message = f"OPENAI_API_KEY is not set: it holds the key for {self.base_url}"
            raise UnusableTargetError(message)
        try:
            checked_key(Secret(self.api_key))
        except ValueError:
            message = (
                "the key in OPENAI_API_KEY can't be sent in a header: "
                "it has spaces around it, a line break, or a character that is not ASCII"
            )
            raise UnusableTargetError(message) from None
        if PLAIN_URL.fullmatch(self.base_url) is None:
            message = (
                "the base URL has a login, a query or a fragment: all that it may have is a host, a port and a path"
            )
            raise UnusableTargetError(message)
        began = monotonic()
        try:
            status = self._status_of_list()
        except (HTTPError, InvalidURL, ValueError, TimeoutError) as error:
            message = f"no server answers at {self.base_url}: {error}"
            if monotonic() - began >= TOTAL_TIMEOUT:
                message = f"the server at {self.base_url} took more than {TOTAL_TIMEOUT:g} seconds for its list"
            raise UnusableTargetError(message) from error
        self.answered.append(monotonic())
        if status in UNUSABLE:
            message = f"the server at {self.base_url} {UNUSABLE[status]} (status {status})"
            raise UnusableTargetError(message)

    def _status_of_list(self) -> int:
        """List, and read what comes as every other answer is read: neither for ever nor without end."""
        client = DefaultHttpxClient(timeout=SECONDS, follow_redirects=False)
        request = client.build_request("GET", f"{self.base_url}/models", headers=self.headers)
        with client, Attempt(TOTAL_TIMEOUT) as attempt:
            request.extensions[ATTEMPT] = attempt
            answer = client.send(request, stream=True)
            size = 0
            for piece in answer.iter_raw():
                size += len(piece)
                if size > MOST_BYTES:
                    break
            answer.close()
            return answer.status_code

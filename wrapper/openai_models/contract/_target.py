"""The server that is checked, and what each request to it carries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from json import JSONDecodeError, loads
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from anyio.from_thread import start_blocking_portal

from .._config.checks import checked_headers, checked_key
from .._config.headers import NEUTRAL_HEADERS
from .._core.error_text import sentence_of_failure
from .._http.proxies import is_loopback
from .._httpx import InvalidURL
from .._redaction import Secret
from .._version import __version__
from ._exchange import GatewayError, ResponseTimeoutError, ResponseTooLongError
from ._gateway import Gateway
from ._secrets import KEY_HEADERS, PLACEHOLDER, expand, redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._client import OpenAI
    from ..testing import MockServer

# For the first response: a server that is looked for may be waking up.
TOTAL_TIMEOUT = 15
USER_AGENT: Final = f"openai-models-contract/{__version__} (schemathesis)"
# A login may be a secret, and would take the key's place; a path that follows a query is none.
ERRNO: Final = re.compile(r"\[Errno -?\d+\] ")
PLAIN_URL: Final = re.compile(r"(?:[^/?#@]*//)?[^/?#@]*(?:/(?!/)[^?#]*)?")
VERSIONED: Final = re.compile(r"/v\d+\w*$")
# Of the client, not of its user: requests have those of schemathesis.
OWN_HEADERS: Final = frozenset({*NEUTRAL_HEADERS.items(), ("Content-Type", "application/json")})


class UnusableTargetError(Exception):
    """The contract cannot be run on this server: it is not there, or refuses the key or the request."""


@dataclass(frozen=True)
class Target:
    """The server that is checked, and what each request to it carries.

    Args:
        base_url: The base URL of the server, with its `/v1`.
        api_key: A key that may list and retrieve.
        extra_headers: Headers of each request. They replace the contract's own of the same name. The value of
            `api-key` or `x-api-key` is the key that is tried, in place of `Authorization`.
        reset: A function that restores deleted models; called before each phase.
        answered: Times of responses that belong to no run yet, by `monotonic`; for internal use.
    """

    base_url: str
    api_key: str = field(repr=False)
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    reset: Callable[[], None] = lambda: None
    answered: list[float] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def of_mock(cls, mock: MockServer) -> Target:
        """Return the target of a running mock server, whose models are restored before each phase."""
        return cls(mock.base_url, mock.api_key, reset=mock.reset)

    @classmethod
    def of_somebody(cls, base_url: str, api_key: str, extra_headers: Mapping[str, str] | None = None) -> Target:
        """Return the target of a base URL, after one request that lists its models.

        Args:
            base_url: The base URL of the server, with its `/v1`.
            api_key: A key that may list and retrieve.
            extra_headers: Headers of each request; see the class.

        Raises:
            UnusableTargetError: The server isn't there, or doesn't accept the request.
        """
        target = cls(base_url.strip().rstrip("/"), api_key, extra_headers or {})
        target.ensure_usable()
        return target

    @classmethod
    def of_client(cls, client: OpenAI) -> Target:
        """Return the target of a client's server, with the client's key and headers, after one request.

        Args:
            client: The client. It must not have a `default_query`.

        Raises:
            UnusableTargetError: The server isn't there, or doesn't accept the request.
        """
        if client.default_query:
            message = "the contract can't be tried with the default_query of a client"
            raise UnusableTargetError(message)
        headers = {
            name: value
            for name, value in client.default_headers.items()
            if isinstance(value, str) and (name, value) not in OWN_HEADERS
        }
        return cls.of_somebody(str(client.base_url), client.api_key, headers)

    @property
    def key_header(self) -> str:
        """The header in which the server looks for the key."""
        names = (name for name in self.extra_headers if name.lower() in KEY_HEADERS - {"authorization"})
        return next(names, "Authorization")

    @property
    def key(self) -> str:
        """The key that is tried: that of the bearer scheme, or another header's."""
        return self.headers[self.key_header].rpartition(" ")[2]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request with the right key."""
        own = {"Authorization": f"Bearer {self.api_key}", "User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
        given = {name.title() if name.title() in own else name: value for name, value in self.extra_headers.items()}
        return {**own, **given}

    def headers_for(self, authorization: str | None) -> dict[str, str]:
        """Return the headers of a request, in place of what schemathesis wants to authorize it with.

        Args:
            authorization: `Bearer` and a placeholder of the right key, or of a variant, or a wrong key; None for none.
        """
        if authorization == PLACEHOLDER:
            return self.headers
        others = {name: value for name, value in self.headers.items() if name.lower() not in KEY_HEADERS}
        if authorization is None:
            return others
        return {**others, self.key_header: expand(self.key_value(authorization), self.key)}

    def key_value(self, authorization: str) -> str:
        """Return an `Authorization` as the server's key header has it."""
        return authorization if self.key_header == "Authorization" else authorization.removeprefix("Bearer ")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no report may show."""
        return tuple({self.api_key, self.key, *self.extra_headers.values()})

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def spent(self) -> list[float]:
        """Return when the requests were answered that came before a run, which is then theirs."""
        times, self.answered[:] = list(self.answered), []
        return times

    def ensure_usable(self) -> None:
        """List once, so that one sentence says why if a plain request doesn't reach the server.

        Raises:
            UnusableTargetError: It doesn't.
        """
        self._check_settings()
        try:
            gateway = Gateway(self, seconds=TOTAL_TIMEOUT)
            with start_blocking_portal() as portal:
                response = portal.call(gateway.fetch, "GET", b"/models", {"authorization": PLACEHOLDER})
        except ResponseTooLongError:
            self.answered.append(monotonic())
            return
        except ResponseTimeoutError as error:
            message = f"the server at {self.base_url} took more than {TOTAL_TIMEOUT:g} seconds for its list"
            raise UnusableTargetError(message) from error
        except (GatewayError, InvalidURL) as error:
            cause = ERRNO.sub("", str(error))
            raise UnusableTargetError(f"no server answers at {self.base_url}: {cause}{_trust_hint(error)}") from error
        self.answered.append(monotonic())
        problem = self._problem_of(response.status)
        if problem:
            sentence = redact(sentence_of_failure(_parse(response.body)), *self.secrets)
            sentence = "".join(char if char.isprintable() else " " for char in sentence)
            said = f". It says: {sentence}" if sentence else ""
            raise UnusableTargetError(f"the server at {self.base_url} {problem} (status {response.status}){said}")

    def _check_settings(self) -> None:
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
        try:
            checked_headers(self.extra_headers)
        except (TypeError, ValueError) as error:
            raise UnusableTargetError(str(error)) from None
        if PLAIN_URL.fullmatch(self.base_url) is None:
            message = (
                "the base URL has a login, a query or a fragment: all that it may have is a host, a port and a path"
            )
            raise UnusableTargetError(message)

    def _problem_of(self, status: int) -> str:
        key = "the key in OPENAI_API_KEY" if self.key_header == "Authorization" else f"the header {self.key_header}"
        if status == 401:
            return f"refuses {key}"
        if status == 403:
            return f"refuses the request: {key} may not list models, or a gateway wants a header (--header)"
        if status == 404:
            lacks_version = VERSIONED.search(self.base_url) is None
            return "has no list of models there" + (": does the base URL lack its /v1?" if lacks_version else "")
        return ""


def _parse(body: bytes) -> object:
    try:
        return loads(body)
    except (JSONDecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")


def _trust_hint(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return ""
    return ". SSL_CERT_FILE (or SSL_CERT_DIR) names the certificates that are trusted"

"""HTTP clients of one's own, proxies, URLs, timeouts, failed connections and retries."""

from typing import Any

import httpx
import httpx2
from tests.acceptance.parity.probe import ASYNC, BOTH, SYNC, by_value, probes, programs
from tests.acceptance.parity.side import CUT, DRIP, DROP, LIST, MODEL, STALL, Side, reply

HEADERS = {"X-Http": "1", "Accept": "text/plain", "Authorization": "Bearer http"}
OPTIONS: tuple[dict[str, Any], ...] = ({"headers": HEADERS}, {"params": {"a": "1"}}, {"auth": ("user", "password")})
MORE_OPTIONS = {"cookies": {"session": "1"}, "base_url": "http://127.0.0.1:9/elsewhere", "timeout": 7}
REDIRECTS: tuple[dict[str, bool], ...] = ({"follow_redirects": True}, {"follow_redirects": False}, {})
NOWHERE = "http://127.0.0.1:9"
URLS = (NOWHERE + "/v1", NOWHERE + "/v1/?api-version=1", NOWHERE + "/a%20b/ü", None)
LATER = reply({"error": {"message": "Later"}}, 503)
WAITS: dict[str, dict[str, str]] = {
    "of-its-own": {},
    "ms": {"retry_after_ms": "600"},
    "ms-over-seconds": {"retry_after_ms": "600", "retry_after": "60"},
    "fraction": {"retry_after": "0.6"},
    "ms-unreadable": {"retry_after_ms": "soon", "retry_after": "0.6"},
    "too-long-in-ms": {"retry_after_ms": "121000"},
    "too-long": {"retry_after": "121"},
    "overflow": {"retry_after": "1e400"},
    "date": {"retry_after": "Fri, 31 Dec 2100 23:59:59 GMT"},
    "too-long-although-told-to": {"retry_after": "121", "x_should_retry": "true"},
}
TOLD = by_value((400, "true"), (503, "false"), (503, "maybe"), (400, "maybe"), (400, "TRUE"))
PROXIES = {"http": ("HTTP_PROXY", ""), "all": ("ALL_PROXY", ""), "not": ("HTTP_PROXY", "127.0.0.1")}


class JobTimeoutError(Exception):
    """What a job queue's signal handler raises in the middle of a call."""

    def __init__(self, message: str, **_: object) -> None:
        super().__init__(message)


def _redirected(side: Side, options: dict[str, Any]) -> object:
    return side.retrieve(reply(b"", 302, location="/v1/models/b"), MODEL, http_client=side.http(**options))


def _over(side: Side, *responses: Any, **options: Any) -> Any:
    """Retrieve a model with a transport that raises or returns one response after another."""
    left = list(responses)

    def answer(request: httpx.Request) -> httpx.Response:
        response = left.pop(0)
        if isinstance(response, httpx.Response):
            return response
        raise response("no route", request=request)

    return side.retrieve(http_client=side.http(transport=httpx.MockTransport(answer)), **options)


def _default(side: Side, **options: Any) -> object:
    kind = side.sdk.DefaultAsyncHttpxClient if side.is_async else side.sdk.DefaultHttpxClient
    http = side.closing(kind(headers={"X-Http": "1"}, **options))
    side.retrieve(http_client=http)
    return [http.follow_redirects, http.timeout == side.sdk.DEFAULT_TIMEOUT, http.timeout.connect]


def _cookies(side: Side, http: Any = None) -> object:
    client = side.client(reply(MODEL, set_cookie="session=1; Path=/"), MODEL, http_client=http)
    return [side.wait(client.models.retrieve("a")), side.wait(client.models.retrieve("a"))]


def _httpx2(side: Side) -> object:
    return side.retrieve(http_client=side.closing(httpx2.AsyncClient() if side.is_async else httpx2.Client()))


def _proxy(side: Side, case: tuple[str, str]) -> object:
    variable, exempt = case
    side.monkeypatch.setenv(variable, side.other.base_url.removesuffix("/v1"))
    side.monkeypatch.setenv("NO_PROXY", exempt)
    side.retrieve()
    return len(side.other.requests)


def _default_timeout(side: Side, **given: Any) -> object:
    timeout = side.made(**given).timeout
    return [timeout.connect, timeout.read, timeout.write, timeout.pool, timeout == side.sdk.DEFAULT_TIMEOUT]


def _wait(side: Side, headers: dict[str, str]) -> object:
    return side.retrieve(reply({}, 429, **headers), MODEL, max_retries=2)


def _told(side: Side, told: tuple[int, str]) -> object:
    return side.retrieve(reply({}, told[0], x_should_retry=told[1]), MODEL, max_retries=2)


def _default_retries(side: Side) -> object:
    side.answers(LATER)
    return side.wait(side.made(base_url=side.server.base_url).models.retrieve("a"))


def _response(status: int) -> httpx.Response:
    return httpx.Response(status, json=MODEL, headers={"x-request-id": "req-m"})


probes("base-url", by_value(*URLS, NOWHERE), lambda side, url: str(side.made(base_url=url).base_url))
probes("timeout", by_value(None, 2.5, 3), lambda side, timeout: side.made(timeout=timeout).timeout)
probes("retries/wait", WAITS, _wait)
probes("retries/x-should-retry", TOLD, _told)
probes("retries/at-most", by_value(0, 1, 5), lambda side, most: side.retrieve(LATER, max_retries=most))
options = by_value(*OPTIONS, MORE_OPTIONS)
probes("http-client", options, lambda side, options: side.retrieve(http_client=side.http(**options)), BOTH)
probes("http-client/redirect", by_value(*REDIRECTS), _redirected)
probes("environment/proxy", PROXIES, _proxy, BOTH)
programs(
    {
        "attribute/default-timeout": _default_timeout,
        # The official SDK's own HTTP client takes only URLs of its own library.
        "base-url/httpx": lambda side: str(
            side.made(base_url=httpx.URL(NOWHERE + "/v1"), http_client=side.http()).base_url
        ),
        "base-url/httpx2": lambda side: str(side.made(base_url=httpx2.URL(NOWHERE + "/v1")).base_url),
        "timeout/not-given": lambda side: side.made(timeout=side.sdk.NOT_GIVEN).timeout == side.sdk.DEFAULT_TIMEOUT,
        "timeout/phases": lambda side: _default_timeout(side, timeout=side.sdk.Timeout(9, connect=1)),
        "timeout/of-the-http-client": lambda side: side.made(http_client=side.http(timeout=7)).timeout.read,
        "timeout/httpx": lambda side: side.retrieve(timeout=httpx.Timeout(9), call={"timeout": httpx.Timeout(8)}),
        "timeout/httpx2": lambda side: side.retrieve(timeout=httpx2.Timeout(9, connect=1)),
        "timeout/none-per-call": lambda side: side.retrieve(call={"timeout": None}),
        "connection/refused": lambda side: side.retrieve(base_url="http://127.0.0.1:9/v1"),
        "connection/dropped": lambda side: side.retrieve(DROP),
        "connection/cut-off": lambda side: side.retrieve(CUT),
        "timed-out/whole": lambda side: side.retrieve(STALL, timeout=0.2),
        "timed-out/per-call": lambda side: side.retrieve(STALL, call={"timeout": side.sdk.Timeout(5, read=0.2)}),
        "dripping-body/whole-bound": lambda side: side.retrieve(DRIP, timeout=0.3),
        "retries/default": _default_retries,
        "retries/last-error-counts": lambda side: side.retrieve(LATER, reply({}, 429), reply({}, 404), max_retries=5),
        "retries/list": lambda side: side.list(LATER, LIST, max_retries=1),
        "retries/connection-dropped": lambda side: side.retrieve(DROP, MODEL, max_retries=1),
        "retries/body-cut-off": lambda side: side.retrieve(CUT, MODEL, max_retries=1),
        "http-client/mock-transport": lambda side: _over(side, _response(200))._request_id,
        "http-client/mock-transport-that-raises": lambda side: _over(side, httpx.ConnectError),
        "http-client/exception-of-the-program": lambda side: _over(side, JobTimeoutError),
        "retries/timeout": lambda side: _over(side, httpx.ReadTimeout, _response(200), max_retries=1),
        "http-client/of-httpx2": _httpx2,
        "http-client/default": _default,
        "http-client/default-with-options": lambda side: _default(side, timeout=3, follow_redirects=False),
        "cookies/set": _cookies,
        "cookies/set-in-an-http-client": lambda side: _cookies(side, side.http()),
    }
)
programs({"http-client/aiohttp": lambda side: side.retrieve(http_client=side.sdk.DefaultAioHttpClient())}, ASYNC)
programs({"dripping-body/phases": lambda side: side.retrieve(DRIP, timeout=side.sdk.Timeout(0.3))}, SYNC)

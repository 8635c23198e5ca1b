"""No connection, or none that lasts until an answer begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.faults.fault import Fails, Group, Value

if TYPE_CHECKING:
    from tests.acceptance.faults.wire import Visit

GROUP = Group("connecting")
fault = GROUP.fault

UNREACHED = Fails("APIConnectionError", cause="ConnectError")
BROKEN = Fails("APIConnectionError", cause="TransportError")
LATE = Fails("APITimeoutError", cause="Exception")
SHORT = 0.3


@fault("connection refused", UNREACHED, server="refusing", requests=0)
def refused(visit: Visit) -> None:
    """Nobody listens at the port."""


@fault("connection refused, with retries", UNREACHED, server="refusing", max_retries=2)
def refused_again(visit: Visit) -> None:
    """Nobody listens at the port, at any attempt."""


@fault("connection reset at once", BROKEN, raw=True)
def reset(visit: Visit) -> None:
    visit.reset()


@fault("connection closed at once", BROKEN, raw=True)
def closed(visit: Visit) -> None:
    """Accept and close."""


@fault("accepted, then silent", LATE, raw=True, timeout=SHORT)
def silent(visit: Visit) -> None:
    visit.wait_for_the_end()


@fault("closed after the request", BROKEN, requests=1)
def closed_after_request(visit: Visit) -> None:
    """Read the request and close."""


@fault("reset after the request", BROKEN, requests=1)
def reset_after_request(visit: Visit) -> None:
    visit.reset()


@fault("closed after the request, then an answer", Value(), max_retries=1, requests=2)
def closed_once(visit: Visit) -> None:
    if visit.number > 1:
        visit.answer()


@fault("TLS to a port that speaks plain HTTP", UNREACHED, base_url="https://127.0.0.1:{main}/v1", raw=True)
def tls_to_plain(visit: Visit) -> None:
    visit.sock.recv(65536)
    visit.answer({"error": {"message": "This is plain HTTP"}}, 400)


@fault("plain HTTP to a port that speaks TLS", BROKEN, server="good", raw=True)
def plain_to_tls(visit: Visit) -> None:
    """Fail in the handshake already."""


@fault("TLS handshake that never ends", LATE, base_url="https://127.0.0.1:{main}/v1", raw=True, timeout=SHORT)
def silent_handshake(visit: Visit) -> None:
    visit.wait_for_the_end()


@fault("TLS closed in the handshake", UNREACHED, base_url="https://127.0.0.1:{main}/v1", raw=True)
def closed_in_handshake(visit: Visit) -> None:
    visit.sock.recv(65536)


@fault("good certificate", Value(), server="good", base_url="https://127.0.0.1:{main}/v1")
def good_certificate(visit: Visit) -> None:
    visit.answer()


@fault(
    "certificate that nobody vouches for",
    Fails("APIConnectionError", cause="ConnectError", explains=["CERTIFICATE_VERIFY_FAILED"]),
    server="untrusted",
    base_url="https://127.0.0.1:{main}/v1",
    requests=0,
)
@fault(
    "certificate of another host",
    Fails("APIConnectionError", cause="ConnectError", explains=["127.0.0.1"]),
    server="another_host",
    base_url="https://127.0.0.1:{main}/v1",
    requests=0,
)
@fault(
    "certificate that has expired",
    Fails("APIConnectionError", cause="ConnectError", explains=["expired"]),
    server="expired",
    base_url="https://127.0.0.1:{main}/v1",
    requests=0,
)
def bad_certificate(visit: Visit) -> None:
    visit.answer()


@fault("body cut off without TLS' goodbye", BROKEN, server="good", base_url="https://127.0.0.1:{main}/v1")
def tls_cut_off(visit: Visit) -> None:
    visit.answer('{"id": "', content_length="1000")
    visit.reset()


@fault("unknown host", UNREACHED, base_url="http://no-such-host.invalid/v1", requests=0)
def unknown_host(visit: Visit) -> None:
    """No request comes here."""


PROXY = {"proxy": "http://127.0.0.1:{main}"}


@fault(
    "proxy that refuses the tunnel",
    Fails("APIConnectionError", cause="ProxyError", explains=["403"]),
    base_url="https://api.example.invalid/v1",
    transport=PROXY,
    check=lambda seen: None if [request.method for request in seen] == ["CONNECT"] else "it was not asked for a tunnel",
)
def proxy_refuses(visit: Visit) -> None:
    visit.answer("Forbidden by policy", 403, content_type="text/plain")


@fault(
    "proxy that wants a password",
    Fails("APIConnectionError", cause="ProxyError", explains=["407"]),
    base_url="https://api.example.invalid/v1",
    transport=PROXY,
)
def proxy_wants_a_password(visit: Visit) -> None:
    visit.answer("Who are you?", 407, proxy_authenticate="Basic")


@fault(
    "proxy that can't reach a plain host",
    Fails("InternalServerError", 502, says=["cannot resolve"]),
    base_url="http://api.example.invalid/v1",
    transport=PROXY,
)
def proxy_fails(visit: Visit) -> None:
    visit.answer("cannot resolve api.example.invalid", 502, content_type="text/plain")


@fault("proxy that is silent", LATE, base_url="https://api.example.invalid/v1", transport=PROXY, timeout=SHORT)
def proxy_is_silent(visit: Visit) -> None:
    visit.wait_for_the_end()


@fault(
    "proxy that isn't there", UNREACHED, base_url="http://api.example.invalid/v1", transport=PROXY, server="refusing"
)
def proxy_is_not_there(visit: Visit) -> None:
    """Nobody listens at the proxy's port."""

"""No connection, or none that lasts until an answer begins."""

from tests.acceptance.faults.fault import (
    LATE,
    SHORT,
    Fails,
    Group,
    Value,
    Visit,
    answer,
    closed,
    reset,
    silent,
)

GROUP = Group("connecting")
fault = GROUP.fault

UNREACHED = Fails("APIConnectionError", cause="ConnectError")
BROKEN = Fails("APIConnectionError", cause="TransportError")
HTTPS = "https://127.0.0.1:{main}/v1"


def closed_in_handshake(visit: Visit) -> None:
    visit.sock.recv(65536)


def plain_in_handshake(visit: Visit) -> None:
    visit.sock.recv(65536)
    visit.send(answer({"error": {"message": "This is plain HTTP"}}, 400))


def cut_off(visit: Visit) -> None:
    visit.send(answer('{"id": "', headers={"content-length": "1000"}))
    reset(visit)


fault("connection refused", closed, UNREACHED, server="refusing", requests=0)
fault("connection refused, with retries", closed, UNREACHED, server="refusing", max_retries=2)
fault("connection reset at once", reset, BROKEN, raw=True)
fault("connection closed at once", closed, BROKEN, raw=True)
fault("accepted, then silent", silent, LATE, raw=True, timeout=SHORT)
fault("closed after the request", closed, BROKEN, requests=1)
fault("reset after the request", reset, BROKEN, requests=1)
fault("closed after the request, then an answer", (closed, answer()), Value(), max_retries=1, requests=2)
fault("TLS to a port that speaks plain HTTP", plain_in_handshake, UNREACHED, base_url=HTTPS, raw=True)
fault("plain HTTP to a port that speaks TLS", closed, BROKEN, server="good", raw=True)
fault("TLS handshake that never ends", silent, LATE, base_url=HTTPS, raw=True, timeout=SHORT)
fault("TLS closed in the handshake", closed_in_handshake, UNREACHED, base_url=HTTPS, raw=True)
fault("good certificate", answer(), Value(), server="good", base_url=HTTPS)
for name, server, explained in (
    ("certificate that has expired", "expired", "expired"),
    ("certificate of another host", "another_host", "127.0.0.1"),
    ("certificate of an unknown issuer", "untrusted", "CERTIFICATE_VERIFY_FAILED"),
):
    refused = Fails("APIConnectionError", cause="ConnectError", explains=[explained])
    fault(name, answer(), refused, server=server, base_url=HTTPS, requests=0)
fault("body cut off without TLS close_notify", cut_off, BROKEN, server="good", base_url=HTTPS)
fault("unknown host", closed, UNREACHED, base_url="http://no-such-host.invalid/v1", requests=0)

BY_PROXY = {"base_url": "https://api.example.invalid/v1", "transport": {"proxy": "http://127.0.0.1:{main}"}}
PLAIN_BY_PROXY = {**BY_PROXY, "base_url": "http://api.example.invalid/v1"}
TEXT = {"content-type": "text/plain"}
fault(
    "proxy that refuses the tunnel",
    answer("Forbidden by policy", 403, TEXT),
    Fails("APIConnectionError", cause="ProxyError", explains=["403"]),
    check=lambda seen: None if [request.method for request in seen] == ["CONNECT"] else "it was not asked for a tunnel",
    **BY_PROXY,
)
fault(
    "proxy that wants a password",
    answer("Who are you?", 407, {"proxy-authenticate": "Basic"}),
    Fails("APIConnectionError", cause="ProxyError", explains=["407"]),
    **BY_PROXY,
)
fault(
    "proxy that can't reach a plain host",
    answer("cannot resolve api.example.invalid", 502, TEXT),
    Fails("InternalServerError", 502, says=["cannot resolve"]),
    **PLAIN_BY_PROXY,
)
fault("proxy that is silent", silent, LATE, timeout=SHORT, **BY_PROXY)
fault("proxy that isn't there", closed, UNREACHED, server="refusing", **PLAIN_BY_PROXY)

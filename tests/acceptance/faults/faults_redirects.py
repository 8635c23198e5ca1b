"""Redirects: followed only where nothing can leak or be misread on the way."""

from collections.abc import Sequence

from tests.acceptance.faults.fault import GONE, KEY, SHORT, Fails, Group, Seen, Value, Visit, answer, then_endless

GROUP = Group("redirect")
fault = GROUP.fault

SECRETS = {"default_headers": {"X-Own-Secret": "own-header-secret"}, "default_query": {"sig": "own-query-secret"}}


def nothing_travels(seen: Sequence[Seen]) -> str | None:
    """Look for what the user configured in what the other origin got."""
    elsewhere = repr([request for request in seen if request.origin == "other"])
    if any(secret in elsewhere for secret in (KEY, "own-header-secret", "own-query-secret")):
        return "the other origin got the key, a default header or a default query"
    return None


def never_elsewhere(seen: Sequence[Seen]) -> str | None:
    return "the other origin got a request" if any(request.origin == "other" for request in seen) else None


def only_deletes(seen: Sequence[Seen]) -> str | None:
    methods = {request.method for request in seen}
    return None if methods == {"DELETE"} else f"a DELETE became {sorted(methods - {'DELETE'})}"


def to(location: str, status: int = 302) -> bytes:
    return answer(b"", status, {"location": location})


MAIN, OTHER = "http://127.0.0.1:{main}/v1/x", "http://127.0.0.1:{other}/v1/x"
TRAVELS = {"options": SECRETS, "check": nothing_travels}
for code in (301, 302, 303, 307, 308):
    here, away = to("/v1/elsewhere", code), to(OTHER, code)
    unfollowed = Fails("APIStatusError", code, explains=["redirects a DELETE"])
    is_kept = code in {307, 308}
    fault(f"{code} within the origin", (here, answer()), Value(), requests=2, options=SECRETS)
    fault(f"{code} to another origin", (away, answer()), Value(), requests=2, **TRAVELS)
    fault(
        f"DELETE: {code} within the origin",
        (here, answer(GONE)),
        Value() if is_kept else unfollowed,
        call="delete",
        requests=2 if is_kept else 1,
        check=only_deletes,
    )
    fault(
        f"DELETE: {code} to another origin",
        (away, answer(GONE)),
        unfollowed,
        call="delete",
        requests=1,
        options=SECRETS,
        check=never_elsewhere,
    )

TOO_MANY = Fails("APIConnectionError", cause="TooManyRedirects")
fault("a loop", to("/v1/models/again"), TOO_MANY, requests=21)
fault("a loop of two origins", (to(OTHER), to(MAIN)) * 20, TOO_MANY, **TRAVELS)
fault("back from another origin", (to(OTHER), to(MAIN), answer()), Value(), **TRAVELS)
USERINFO = to("//user:word@127.0.0.1:{other}/x?a=b")
fault("a redirect with a query and userinfo of its own", (USERINFO, answer()), Value(), requests=2, **TRAVELS)
fault(
    "from https to http, at another port",
    to(OTHER),
    Fails("APIConnectionError", cause="TransportError"),
    server="good",
    base_url="https://127.0.0.1:{main}/v1",
    **TRAVELS,
)

NO_URL = Fails("APIConnectionError", explains=["to something that is no URL"])
NO_PORT = Fails("APIConnectionError", explains=["Invalid URL"])
REFUSED = Fails("APIStatusError", 302, explains=["it redirects to"])
CHOICE = answer({"error": "Choose."}, 300, {"location": "/x"})
fault("to a file", to("file:///etc/passwd"), REFUSED, requests=1)
fault("to a mail address", to("mailto:a@example.com"), NO_URL, requests=1)
fault("to javascript", to("javascript:alert(1)"), NO_URL, requests=1)
fault("to a URL without a host", to("http:///v1/models"), REFUSED, requests=1)
fault("to something that is no URL", to("http://[::1"), NO_PORT, requests=1)
fault("to an invalid port", to("http://127.0.0.1:99999999/"), Fails("APIConnectionError"), requests=1)
fault("without a location", answer(b"", 302), Fails("APIStatusError", 302), requests=1)
fault("with several choices (300)", CHOICE, Fails("APIStatusError", 300, ["Choose."]), requests=1)
UNREACHED = Fails("APIConnectionError", cause="ConnectError")
fault("to a port where nothing listens", to("http://127.0.0.1:9/"), UNREACHED, requests=1)
CHUNKED = {"location": "/v1/x", "transfer-encoding": "chunked"}
ENDLESS = then_endless(answer(b"", 302, CHUNKED), b"1000\r\n" + b" " * 4096 + b"\r\n")
fault("with a body that never ends", (ENDLESS, answer()), Value(), timeout=5.0)


def slow_redirect(visit: Visit) -> None:
    visit.hung_up_within(0.1)
    visit.send(to("/v1/models/again"))


fault("one after the other, slowly", slow_redirect, Fails("APITimeoutError"), timeout=SHORT)

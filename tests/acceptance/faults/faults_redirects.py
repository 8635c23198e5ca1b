"""Redirects: followed only where nothing can leak or be misread on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.faults.client import KEY
from tests.acceptance.faults.fault import Fails, Group, Value
from tests.acceptance.faults.wire import GONE, answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.acceptance.faults.fault import Seen
    from tests.acceptance.faults.wire import Visit

GROUP = Group("redirect")
fault, answers = GROUP.fault, GROUP.answers

SECRETS = {"default_headers": {"X-Own-Secret": "own-header-secret"}, "default_query": {"sig": "own-query-secret"}}


def nothing_travels(seen: Sequence[Seen]) -> str | None:
    """Look for what the user configured in what the other origin got."""
    elsewhere = [request for request in seen if request.origin == "other"]
    for secret in (KEY, "own-header-secret", "own-query-secret"):
        if any(secret in repr(request) for request in elsewhere):
            return "the other origin got the key, a default header or a default query"
    return None


def never_elsewhere(seen: Sequence[Seen]) -> str | None:
    return "the other origin got a request" if any(request.origin == "other" for request in seen) else None


def only_deletes(seen: Sequence[Seen]) -> str | None:
    methods = {request.method for request in seen}
    return None if methods == {"DELETE"} else f"a DELETE became {sorted(methods - {'DELETE'})}"


def to(location: str, status: int = 302) -> bytes:
    return answer(b"", status, {"location": location})


for code in (301, 302, 303, 307, 308):

    @fault(f"{code} within the origin", Value(), requests=2, options=SECRETS)
    def within(visit: Visit, code: int = code) -> None:
        visit.send(to("/v1/elsewhere", code) if visit.number == 1 else answer())

    @fault(f"{code} to another origin", Value(), requests=2, options=SECRETS, check=nothing_travels)
    def to_another_origin(visit: Visit, code: int = code) -> None:
        visit.send(to(f"http://127.0.0.1:{visit.ports['other']}/v1/x", code) if visit.origin == "main" else answer())

    kept = code in {307, 308}

    @fault(
        f"DELETE: {code} within the origin",
        Value() if kept else Fails("APIStatusError", code, explains=["redirects a DELETE"]),
        call="delete",
        requests=2 if kept else 1,
        check=only_deletes,
    )
    def delete_within(visit: Visit, code: int = code) -> None:
        visit.send(to("/v1/elsewhere", code) if visit.number == 1 else answer(GONE))

    @fault(
        f"DELETE: {code} to another origin",
        Fails("APIStatusError", code, explains=["redirects a DELETE"]),
        call="delete",
        requests=1,
        options=SECRETS,
        check=never_elsewhere,
    )
    def delete_elsewhere(visit: Visit, code: int = code) -> None:
        visit.send(
            to(f"http://127.0.0.1:{visit.ports['other']}/v1/x", code) if visit.origin == "main" else answer(GONE)
        )


@fault("a loop", Fails("APIConnectionError", cause="TooManyRedirects"), requests=21)
def loop(visit: Visit) -> None:
    visit.send(to("/v1/models/again"))


@fault(
    "a loop of two origins",
    Fails("APIConnectionError", cause="TooManyRedirects"),
    options=SECRETS,
    check=nothing_travels,
)
def loop_of_two(visit: Visit) -> None:
    there = visit.ports["other" if visit.origin == "main" else "main"]
    visit.send(to(f"http://127.0.0.1:{there}/v1/models"))


@fault("back from another origin", Value(), options=SECRETS, check=nothing_travels)
def there_and_back(visit: Visit) -> None:
    if visit.number == 1:
        visit.send(to(f"http://127.0.0.1:{visit.ports['other']}/v1/x"))
    elif visit.origin == "other":
        visit.send(to(f"http://127.0.0.1:{visit.ports['main']}/v1/x"))
    else:
        visit.answer()


@fault(
    "a redirect with a query and userinfo of its own",
    Value(),
    options=SECRETS,
    requests=2,
    check=nothing_travels,
)
def own_userinfo(visit: Visit) -> None:
    visit.send(to(f"//user:word@127.0.0.1:{visit.ports['other']}/x?a=b") if visit.origin == "main" else answer())


def plainly(visit: Visit) -> None:
    visit.send(to(f"http://127.0.0.1:{visit.ports['other']}/v1/x"))


GROUP.fault(
    "from https to http, at another port",
    Fails("APIConnectionError", cause="TransportError"),
    server="good",
    base_url="https://127.0.0.1:{main}/v1",
    options=SECRETS,
    check=nothing_travels,
)(plainly)

NO_URL = Fails("APIConnectionError", explains=["to something that is no URL"])
REFUSED = Fails("APIStatusError", 302, explains=["it redirects to"])
answers("to a file", to("file:///etc/passwd"), REFUSED, requests=1)
answers("to a mail address", to("mailto:a@example.com"), NO_URL, requests=1)
answers("to javascript", to("javascript:alert(1)"), NO_URL, requests=1)
answers("to a URL without a host", to("http:///v1/models"), REFUSED, requests=1)
answers(
    "to something that is no URL", to("http://[::1"), Fails("APIConnectionError", explains=["Invalid URL"]), requests=1
)
answers("to a port that can't be", to("http://127.0.0.1:99999999/"), Fails("APIConnectionError"), requests=1)
answers("without a location", answer(b"", 302), Fails("APIStatusError", 302), requests=1)
answers(
    "to choose from (300)",
    answer({"error": "Choose."}, 300, {"location": "/x"}),
    Fails("APIStatusError", 300, ["Choose."]),
    requests=1,
)


@fault("to where nobody listens", Fails("APIConnectionError", cause="ConnectError"), requests=1)
def to_nobody(visit: Visit) -> None:
    visit.send(to("http://127.0.0.1:9/"))


@fault("with a body that never ends", Value(), timeout=5.0)
def endless_redirect(visit: Visit) -> None:
    if visit.number > 1:
        visit.answer()
        return
    visit.send(answer(b"", 302, {"location": "/v1/x", "transfer-encoding": "chunked"}))
    while True:
        visit.send(b"1000\r\n" + b" " * 4096 + b"\r\n")


@fault("one after the other, slowly", Fails("APITimeoutError"), timeout=0.4)
def slow_redirects(visit: Visit) -> None:
    visit.hung_up_within(0.1)
    visit.send(to("/v1/models/again"))

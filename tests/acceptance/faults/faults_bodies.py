"""Bodies that break off, drip, don't end, or aren't the JSON they should be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.acceptance.faults.fault import MODEL, Fails, Group, Value, unreadable
from tests.acceptance.faults.wire import GOOD, answer, chunk

if TYPE_CHECKING:
    from tests.acceptance.faults.wire import Visit

GROUP = Group("body")
fault, answers = GROUP.fault, GROUP.answers

BODY = json.dumps(GOOD).encode()
CUT_OFF = Fails("APIConnectionError", cause="ProtocolError")
LATE = Fails("APITimeoutError", cause="Exception")
SHORT = 0.4
LONG = {"content-length": "100000"}
CHUNKED = {"transfer-encoding": "chunked"}
NOT_JSON = unreadable("not JSON")
TOO_LARGE = unreadable("is larger than", "max_response_bytes")


def model(**fields: object) -> dict[str, object]:
    return {**GOOD, **fields}


answers("cut off by its length", answer(BODY, headers=LONG), CUT_OFF)
answers("cut off within a chunk", answer(b"%x\r\n{" % 100, headers=CHUNKED), CUT_OFF)
answers("cut off between chunks", answer(chunk(BODY), headers=CHUNKED), CUT_OFF)
answers("cut off within a character", answer('{"id": "é'.encode()[:-1], headers=LONG), CUT_OFF)
answers("a chunk whose length is no number", answer(b"zz\r\n" + BODY, headers=CHUNKED), CUT_OFF)
answers("chunks of one byte", answer(b"".join(chunk(bytes([b])) for b in BODY) + chunk(b""), headers=CHUNKED), Value())
answers("chunks with trailers", answer(chunk(BODY) + b"0\r\nx-trailer: 1\r\n\r\n", headers=CHUNKED), Value())


@fault("cut off once, then whole", Value(), max_retries=1, requests=2)
def cut_off_once(visit: Visit) -> None:
    visit.send(answer(BODY, headers=LONG) if visit.number == 1 else answer())


@fault("silent after the headers", LATE, timeout=SHORT)
def silent_body(visit: Visit) -> None:
    visit.send(answer(b"", headers=LONG))
    visit.wait_for_the_end()


@fault("silent after half the body", LATE, timeout=SHORT)
def half_a_body(visit: Visit) -> None:
    visit.send(answer(BODY[:10], headers=LONG))
    visit.wait_for_the_end()


@fault("drips for ever", LATE, timeout=SHORT)
def drip(visit: Visit) -> None:
    visit.send(answer(b"", headers={"content-length": "1000000"}))
    visit.drip(b" ", every=0.05)


@fault("drips for ever in chunks", LATE, timeout=SHORT)
def chunked_drip(visit: Visit) -> None:
    visit.send(answer(b"", headers=CHUNKED))
    while True:
        visit.send(chunk(b" "))
        if visit.hung_up_within(0.05):
            return


@fault("an error that drips for ever", LATE, timeout=SHORT)
def dripping_error(visit: Visit) -> None:
    visit.send(answer(b"", 400, headers={"content-length": "1000000"}))
    visit.drip(b" ", every=0.05)


@fault("drips at each attempt", LATE, timeout=SHORT, max_retries=2, requests=3)
def drip_again(visit: Visit) -> None:
    visit.send(answer(b"", headers={"content-length": "1000000"}))
    visit.drip(b" ", every=0.05)


@fault("slow, but in time", Value())
def slow(visit: Visit) -> None:
    visit.send(answer(b"", headers={"content-length": str(len(BODY))}))
    for start in range(0, len(BODY), 20):
        visit.send(BODY[start : start + 20])
        visit.hung_up_within(0.02)


@fault("endless, at 1 MiB of bound", TOO_LARGE, options={"max_response_bytes": 2**20}, megabytes=8)
@fault("endless", TOO_LARGE, megabytes=160, seconds=10)
def endless(visit: Visit) -> None:
    visit.send(answer(b"", headers=CHUNKED))
    piece = chunk(b" " * 65536)
    while True:
        visit.send(piece)


@fault("an error without end", Fails("BadRequestError", 400), options={"max_response_bytes": 2**20}, megabytes=8)
def endless_error(visit: Visit) -> None:
    visit.send(answer(b"", 400, headers=CHUNKED))
    piece = chunk(b"no " * 20000)
    while True:
        visit.send(piece)


@fault("70 MiB", TOO_LARGE, megabytes=160, seconds=10)
def large(visit: Visit) -> None:
    visit.send(answer(b"", headers={"content-length": str(70 * 2**20)}))
    for _ in range(70):
        visit.send(b" " * 2**20)


@fault("32 MiB, which is allowed", Value(), megabytes=160, seconds=10)
def allowed(visit: Visit) -> None:
    visit.send(answer(b" " * 2**25 + BODY))


answers("one byte over the bound", answer(BODY), TOO_LARGE, options={"max_response_bytes": len(BODY) - 1})
answers("as large as the bound", answer(BODY), Value(), options={"max_response_bytes": len(BODY)})

answers("empty", answer(b""), unreadable("empty"))
answers("whitespace only", answer(b" \r\n\t "), unreadable("empty"))
answers("a byte order mark", answer(b"\xef\xbb\xbf" + BODY), Value())
answers(
    "UTF-16",
    answer(json.dumps(GOOD).encode("utf-16"), headers={"content-type": "application/json; charset=utf-16"}),
    Value(),
)
answers("UTF-16 without a mark", answer(json.dumps(GOOD).encode("utf-16-le")), Value())
answers("UTF-32", answer(json.dumps(GOOD).encode("utf-32")), Value())
answers(
    "Latin-1",
    answer('{"id": "modèle"}'.encode("latin-1"), headers={"content-type": "application/json; charset=latin-1"}),
    NOT_JSON,
)
answers(
    "an error in Latin-1",
    answer("modèle inconnu".encode("latin-1"), 404, {"content-type": "text/plain; charset=latin-1"}),
    Fails("NotFoundError", 404, says=["modèle inconnu"]),
)
answers("UTF-8 that isn't", answer(b'{"id": "\xff\xfe\xfa"}'), NOT_JSON)
answers("a charset that nobody knows", answer(headers={"content-type": "application/json; charset=klingon"}), Value())
answers(
    "an error in a charset that nobody knows",
    answer("no such model", 404, {"content-type": "text/plain; charset=klingon"}),
    Fails("NotFoundError", 404, says=["no such model"]),
)
answers("JSON under text/plain", answer(headers={"content-type": "text/plain"}), Value())
answers("JSON under no content type at all", b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + BODY, Value())
answers(
    "NaN where a time is", answer(b'{"id": "%s", "created": NaN}' % MODEL.encode()), Value(attributes={"created": None})
)
answers(
    "Infinity where a time is",
    answer(b'{"id": "%s", "created": 1e999}' % MODEL.encode()),
    Value(attributes={"created": None}),
)
answers("the same key twice", answer(b'{"id": "first", "id": "%s"}' % MODEL.encode()), Value())
answers("a number of 100,000 digits", answer(b'{"id": "m", "created": %s}' % (b"9" * 100_000)), NOT_JSON)
answers("arrays 100,000 deep", answer(b"[" * 100_000 + b"]" * 100_000), unreadable("too deep"))
answers("objects 100,000 deep", answer(b'{"id":' * 100_000 + b"1" + b"}" * 100_000), unreadable("too deep"))
answers("arrays 100,000 deep, unfinished", answer(b"[" * 100_000), unreadable("JSON"))
answers(
    "an error 100,000 deep",
    answer(b'{"error":' * 100_000 + b'"x"' + b"}" * 100_000, 400),
    Fails("BadRequestError", 400),
)
answers("garbage behind the JSON", answer(BODY + b"}garbage"), NOT_JSON)
answers("two JSON documents", answer(BODY + BODY), NOT_JSON)
answers("JSON cut off, its length right", answer(BODY[:-5]), NOT_JSON)
answers(
    "server-sent events", answer(b"data: " + BODY + b"\n\n", headers={"content-type": "text/event-stream"}), NOT_JSON
)
answers(
    "a lone surrogate, escaped",
    answer(b'{"id": "%s", "owned_by": "\\ud800"}' % MODEL.encode()),
    Value(attributes={"owned_by": "\ud800"}),
)
answers("a NUL, escaped", answer(model(owned_by="a\x00b")), Value(attributes={"owned_by": "a\x00b"}))

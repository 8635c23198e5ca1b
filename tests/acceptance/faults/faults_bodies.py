"""Bodies that break off, drip, don't end, or aren't the JSON they should be."""

import json

from tests.acceptance.faults.fault import (
    GOOD,
    LATE,
    MODEL,
    SHORT,
    Fails,
    Group,
    Value,
    Visit,
    answer,
    chunk,
    then_drip,
    then_endless,
    then_silent,
    unreadable,
)

GROUP = Group("body")
fault = GROUP.fault

BODY = json.dumps(GOOD).encode()
CUT_OFF = Fails("APIConnectionError", cause="ProtocolError")
LONG = {"content-length": "1000000"}
CHUNKED = {"transfer-encoding": "chunked"}
NOT_JSON = unreadable("not JSON")
TOO_LARGE = unreadable("is larger than", "max_response_bytes")
DRIP = then_drip(answer(b"", headers=LONG), b" ")
SMALL = {"options": {"max_response_bytes": 2**20}, "megabytes": 8}
LARGE = {"megabytes": 160, "seconds": 10}

fault("cut off by its length", answer(BODY, headers=LONG), CUT_OFF)
fault("cut off within a chunk", answer(b"%x\r\n{" % 100, headers=CHUNKED), CUT_OFF)
fault("cut off between chunks", answer(chunk(BODY), headers=CHUNKED), CUT_OFF)
fault("cut off within a character", answer('{"id": "é'.encode()[:-1], headers=LONG), CUT_OFF)
fault("a chunk whose length is no number", answer(b"zz\r\n" + BODY, headers=CHUNKED), CUT_OFF)
BYTES = b"".join(chunk(bytes([byte])) for byte in BODY) + chunk(b"")
fault("chunks of one byte", answer(BYTES, headers=CHUNKED), Value())
fault("chunks with trailers", answer(chunk(BODY) + b"0\r\nx-trailer: 1\r\n\r\n", headers=CHUNKED), Value())
fault("cut off once, then whole", (answer(BODY, headers=LONG), answer()), Value(), max_retries=1, requests=2)
fault("silent after the headers", then_silent(answer(b"", headers=LONG)), LATE, timeout=SHORT)
fault("silent after half the body", then_silent(answer(BODY[:10], headers=LONG)), LATE, timeout=SHORT)
fault("drips for ever", DRIP, LATE, timeout=SHORT)
fault("drips for ever in chunks", then_drip(answer(b"", headers=CHUNKED), chunk(b" ")), LATE, timeout=SHORT)
fault("an error that drips for ever", then_drip(answer(b"", 400, LONG), b" "), LATE, timeout=SHORT)
fault("drips at each attempt", DRIP, LATE, timeout=0.4, max_retries=2, requests=3)


def slow(visit: Visit) -> None:
    visit.send(answer(b"", headers={"content-length": str(len(BODY))}))
    for start in range(0, len(BODY), 20):
        visit.send(BODY[start : start + 20])
        visit.hung_up_within(0.02)


ENDLESS = then_endless(answer(b"", headers=CHUNKED), chunk(b" " * 65536))
ENDLESS_ERROR = then_endless(answer(b"", 400, CHUNKED), chunk(b"no " * 20000))
fault("slow, but in time", slow, Value())
fault("endless", ENDLESS, TOO_LARGE, **LARGE)
fault("endless, at 1 MiB of bound", ENDLESS, TOO_LARGE, **SMALL)
fault("an error without end", ENDLESS_ERROR, Fails("BadRequestError", 400), **SMALL)
fault("70 MiB", lambda visit: visit.send(answer(b" " * (70 * 2**20))), TOO_LARGE, **LARGE)
fault("32 MiB, which is allowed", lambda visit: visit.send(answer(b" " * 2**25 + BODY)), Value(), **LARGE)
fault("one byte over the bound", answer(BODY), TOO_LARGE, options={"max_response_bytes": len(BODY) - 1})
fault("as large as the bound", answer(BODY), Value(), options={"max_response_bytes": len(BODY)})


def said_to_be(content_type: str) -> dict[str, str]:
    return {"content-type": content_type}


UTF_16 = answer(json.dumps(GOOD).encode("utf-16"), headers=said_to_be("application/json; charset=utf-16"))
LATIN_1 = answer('{"id": "modèle"}'.encode("latin-1"), headers=said_to_be("application/json; charset=latin-1"))
LATIN_1_ERROR = answer("modèle inconnu".encode("latin-1"), 404, said_to_be("text/plain; charset=latin-1"))
KLINGON_ERROR = answer("no such model", 404, said_to_be("text/plain; charset=klingon"))
fault("empty", answer(b""), unreadable("empty"))
fault("whitespace only", answer(b" \r\n\t "), unreadable("empty"))
fault("a byte order mark", answer(b"\xef\xbb\xbf" + BODY), Value())
fault("UTF-16", UTF_16, Value())
fault("UTF-16 without a mark", answer(json.dumps(GOOD).encode("utf-16-le")), Value())
fault("UTF-32", answer(json.dumps(GOOD).encode("utf-32")), Value())
fault("Latin-1", LATIN_1, NOT_JSON)
fault("an error in Latin-1", LATIN_1_ERROR, Fails("NotFoundError", 404, ["modèle inconnu"]))
fault("UTF-8 that isn't", answer(b'{"id": "\xff\xfe\xfa"}'), NOT_JSON)
fault("a charset that nobody knows", answer(headers=said_to_be("application/json; charset=klingon")), Value())
fault("an error in a charset that nobody knows", KLINGON_ERROR, Fails("NotFoundError", 404, ["no such model"]))
fault("JSON under text/plain", answer(headers=said_to_be("text/plain")), Value())
fault("JSON under no content type at all", b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + BODY, Value())


def model(fields: bytes) -> bytes:
    return answer(b'{"id": "%s", %s}' % (MODEL.encode(), fields))


fault("NaN where a time is", model(b'"created": NaN'), Value(attributes={"created": None}))
fault("Infinity where a time is", model(b'"created": 1e999'), Value(attributes={"created": None}))
fault("the same key twice", answer(b'{"id": "first", "id": "%s"}' % MODEL.encode()), Value())
fault("a number of 100,000 digits", model(b'"created": ' + b"9" * 100_000), NOT_JSON)
fault("arrays 100,000 deep", answer(b"[" * 100_000 + b"]" * 100_000), unreadable("too deep"))
fault("objects 100,000 deep", answer(b'{"id":' * 100_000 + b"1" + b"}" * 100_000), unreadable("too deep"))
fault("arrays 100,000 deep, unfinished", answer(b"[" * 100_000), unreadable("JSON"))
DEEP_ERROR = answer(b'{"error":' * 100_000 + b'"x"' + b"}" * 100_000, 400)
fault("an error 100,000 deep", DEEP_ERROR, Fails("BadRequestError", 400))
fault("garbage behind the JSON", answer(BODY + b"}garbage"), NOT_JSON)
fault("two JSON documents", answer(BODY + BODY), NOT_JSON)
fault("JSON cut off, its length right", answer(BODY[:-5]), NOT_JSON)
EVENTS = answer(b"data: " + BODY + b"\n\n", headers=said_to_be("text/event-stream"))
fault("server-sent events", EVENTS, NOT_JSON)
fault("a lone surrogate, escaped", model(b'"owned_by": "\\ud800"'), Value(attributes={"owned_by": "\ud800"}))
fault("a NUL, escaped", answer({**GOOD, "owned_by": "a\x00b"}), Value(attributes={"owned_by": "a\x00b"}))

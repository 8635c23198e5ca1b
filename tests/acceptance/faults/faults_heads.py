"""Status lines and headers that are broken, odd or endless."""

import json

from tests.acceptance.faults.fault import (
    GOOD,
    LATE,
    SHORT,
    Fails,
    Group,
    Value,
    answer,
    chunk,
    then_drip,
    then_endless,
    then_silent,
    unreadable,
)

GROUP = Group("status line and headers")
fault = GROUP.fault

BODY = json.dumps(GOOD).encode()
LENGTH = b"content-length: %d" % len(BODY)
START = b"HTTP/1.1 200 OK\r\n"
MALFORMED = Fails("APIConnectionError", cause="ProtocolError")


def head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK", body: bytes = BODY) -> bytes:
    return b"\r\n".join([status, *lines, b"connection: close", b"", body])


fault("garbage instead of a status line", b"\x00\xff\x16\x03 not HTTP at all\r\n\r\n", MALFORMED)
fault("HTTP/0.9: a body and no head", BODY, MALFORMED)
fault("SSH instead of HTTP", b"SSH-2.0-OpenSSH_9.6\r\n", MALFORMED)
fault("HTTP/1.0", b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n\r\n" + BODY, Value())
fault("half a head, then closed", START + b"content-ty", MALFORMED)
fault("a header without a colon", head(b"nonsense", LENGTH), MALFORMED)
fault("a header with a NUL", head(b"x-odd: a\x00b", LENGTH), MALFORMED)
fault("a header in Latin-1", head("x-odd: é".encode("latin-1"), LENGTH), Value())
fault("a header of 1 MB", head(b"x-large: " + b"a" * 2**20, LENGTH), MALFORMED)
fault("50,000 headers", head(*(b"x-many-%d: 1" % n for n in range(50_000)), LENGTH), MALFORMED)
fault("no reason phrase", head(LENGTH, status=b"HTTP/1.1 200"), Value())
fault("half a head, then silent", then_silent(START + b"content-ty"), LATE, timeout=SHORT)
fault("a head that drips", then_drip(START + b"x-drip: ", b"a"), LATE, timeout=SHORT)
fault("a head that never ends", then_endless(START, b"x-more: and more\r\n" * 1000), MALFORMED)
HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: </style>; rel=preload\r\n\r\n"
fault("one 103 before the answer", HINTS + head(LENGTH), Value())
fault("1xx without end", then_drip(HINTS, HINTS, every=0.01), LATE, timeout=SHORT)
PROCESSING = b"HTTP/1.1 102 Processing\r\n\r\n" * 500
fault("1xx without end and without pauses", then_endless(PROCESSING, PROCESSING), LATE, timeout=SHORT)

for code in ("0", "-1", "20", "2000", "abc", ""):
    fault(f"status {code or 'missing'}", head(LENGTH, status=f"HTTP/1.1 {code} X".encode()), MALFORMED)
fault("status 199, and nothing more", head(status=b"HTTP/1.1 199 X", body=b""), MALFORMED)
SWITCH = head(b"upgrade: none", status=b"HTTP/1.1 101 X", body=b"")
fault("status 101: another protocol", SWITCH, Fails("APIConnectionError"))
fault("status 206", answer(status=206), Value())
fault("status 299", answer(status=299), Value())
fault("status 204 to a GET", head(status=b"HTTP/1.1 204 X", body=b""), unreadable("empty", status=204))
fault("status 205 with nothing", answer(b"", 205), unreadable("empty", status=205))
fault("status 304", head(status=b"HTTP/1.1 304 X", body=b""), Fails("APIStatusError", 304))
for status in (418, 499, 520, 599, 999):
    kind = "APIStatusError" if status < 500 else "InternalServerError"
    wrong = answer({"error": {"message": "It went wrong."}}, status)
    fault(f"status {status}", wrong, Fails(kind, status, ["It went wrong."]))

fault("content-length twice, alike", head(LENGTH, LENGTH), Value())
fault("content-length twice, unlike", head(LENGTH, b"content-length: 5"), MALFORMED)
fault("content-length that is negative", head(b"content-length: -5"), MALFORMED)
fault("content-length that is no number", head(b"content-length: many"), MALFORMED)
fault("content-length of thirty digits", head(b"content-length: " + b"9" * 30), MALFORMED)
fault("content-length too short for the body", head(b"content-length: 10"), unreadable("not JSON"))
fault("neither length nor chunks, then closed", head(), Value())
fault("transfer-encoding that is unknown", head(b"transfer-encoding: cheese"), MALFORMED)
CHUNKED = head(b"transfer-encoding: chunked", b"content-length: 3", body=chunk(BODY) + chunk(b""))
fault("chunks and a contradictory length", CHUNKED, Value())
fault("chunks announced, none sent", head(b"transfer-encoding: chunked"), MALFORMED)

"""Status lines and headers that are broken, odd or endless."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.acceptance.faults.fault import Fails, Group, Value, unreadable
from tests.acceptance.faults.wire import GOOD, answer, chunk

if TYPE_CHECKING:
    from tests.acceptance.faults.wire import Visit

GROUP = Group("status line and headers")
fault, answers = GROUP.fault, GROUP.answers

BODY = json.dumps(GOOD).encode()
LENGTH = b"content-length: %d\r\n" % len(BODY)
MALFORMED = Fails("APIConnectionError", cause="ProtocolError")
LATE = Fails("APITimeoutError", cause="Exception")
SHORT = 0.4


def head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK", body: bytes = BODY) -> bytes:
    return b"\r\n".join([status, *lines, b"connection: close", b"", body])


answers("garbage instead of a status line", b"\x00\xff\x16\x03 not HTTP at all\r\n\r\n", MALFORMED)
answers("HTTP/0.9: a body and no head", BODY, MALFORMED)
answers("SSH instead of HTTP", b"SSH-2.0-OpenSSH_9.6\r\n", MALFORMED)
answers("HTTP/1.0", b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n" + BODY, Value())
answers("half a head, then closed", b"HTTP/1.1 200 OK\r\ncontent-ty", MALFORMED)
answers("a header without a colon", head(b"nonsense", LENGTH.strip()), MALFORMED)
answers("a header with a NUL", head(b"x-odd: a\x00b", LENGTH.strip()), MALFORMED)
answers("a header in Latin-1", head("x-odd: é".encode("latin-1"), LENGTH.strip()), Value())
answers("a header of 1 MB", head(b"x-large: " + b"a" * 2**20, LENGTH.strip()), MALFORMED)
answers("50,000 headers", head(*(b"x-many-%d: 1" % n for n in range(50_000)), LENGTH.strip()), MALFORMED)
answers("no reason phrase", head(LENGTH.strip(), status=b"HTTP/1.1 200"), Value())


@fault("half a head, then silent", LATE, timeout=SHORT)
def half_a_head(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\ncontent-ty")
    visit.wait_for_the_end()


@fault("a head that drips", LATE, timeout=SHORT)
def dripping_head(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nx-drip: ")
    visit.drip(b"a", every=0.05)


@fault("a head that never ends", MALFORMED)
def endless_head(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        visit.send(b"x-more: and more\r\n" * 1000)


@fault("one 103 before the answer", Value())
def early_hints(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 103 Early Hints\r\nlink: </style>; rel=preload\r\n\r\n" + head(LENGTH.strip()))


@fault("1xx without end", LATE, timeout=SHORT)
def endless_1xx(visit: Visit) -> None:
    while True:
        visit.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        if visit.hung_up_within(0.01):
            return


@fault("1xx without end, as fast as can be", LATE, timeout=SHORT)
def fast_1xx(visit: Visit) -> None:
    while True:
        visit.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 500)


ERROR = json.dumps({"error": {"message": "It went wrong."}}).encode()
for code in ("0", "-1", "20", "2000", "abc", ""):
    answers(f"status {code or 'missing'}", head(LENGTH.strip(), status=f"HTTP/1.1 {code} X".encode()), MALFORMED)
answers("status 199, and nothing more", head(status=b"HTTP/1.1 199 X", body=b""), MALFORMED)
answers(
    "status 101: another protocol",
    head(b"upgrade: none", status=b"HTTP/1.1 101 X", body=b""),
    Fails("APIConnectionError"),
)
answers("status 206", answer(status=206), Value())
answers("status 299", answer(status=299), Value())
answers("status 204 to a question", head(status=b"HTTP/1.1 204 X", body=b""), unreadable("empty", status=204))
answers("status 205 with nothing", answer(b"", 205), unreadable("empty", status=205))
answers("status 304", head(status=b"HTTP/1.1 304 X", body=b""), Fails("APIStatusError", 304))
answers("status 418", answer(ERROR, 418), Fails("APIStatusError", 418, says=["It went wrong."]))
answers("status 499", answer(ERROR, 499), Fails("APIStatusError", 499, says=["It went wrong."]))
answers("status 520", answer(ERROR, 520), Fails("InternalServerError", 520, says=["It went wrong."]))
answers("status 599", answer(ERROR, 599), Fails("InternalServerError", 599, says=["It went wrong."]))
answers("status 999", answer(ERROR, 999), Fails("InternalServerError", 999, says=["It went wrong."]))

answers("content-length twice, alike", head(LENGTH.strip(), LENGTH.strip()), Value())
answers("content-length twice, unlike", head(LENGTH.strip(), b"content-length: 5"), MALFORMED)
answers("content-length that is negative", head(b"content-length: -5"), MALFORMED)
answers("content-length that is no number", head(b"content-length: many"), MALFORMED)
answers("content-length of thirty digits", head(b"content-length: " + b"9" * 30), MALFORMED)
answers("content-length too short for the body", head(b"content-length: 10"), unreadable("not JSON"))
answers("neither length nor chunks, then closed", head(), Value())
answers("transfer-encoding that nobody knows", head(b"transfer-encoding: cheese"), MALFORMED)
answers(
    "chunks and a contradictory length",
    head(b"transfer-encoding: chunked", b"content-length: 3", body=chunk(BODY) + chunk(b"")),
    Value(),
)
answers("chunks announced, none sent", head(b"transfer-encoding: chunked"), MALFORMED)

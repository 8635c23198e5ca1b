"""Errors in whatever form servers write them: the sentence that a person needs is found."""

from __future__ import annotations

import json

from tests.acceptance.faults.fault import Fails, Group
from tests.acceptance.faults.wire import answer

GROUP = Group("form of an error")
answers = GROUP.answers

SAID = "The model `m` is not here."
TEXT = {"content-type": "text/plain"}
ID = {"x-request-id": "req_1"}
CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "APIStatusError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "APIStatusError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "InternalServerError",
}
for status, kind in CLASSES.items():
    answers(
        f"status {status} in OpenAI's form",
        answer({"error": {"message": SAID, "type": "t", "param": "p", "code": "c"}}, status, ID),
        Fails(kind, status, [SAID], attributes={"type": "t", "param": "p", "code": "c", "request_id": "req_1"}),
        requests=1,
    )


def found(name: str, body: object, **attributes: object) -> None:
    """Register an error whose sentence is to be found."""
    answers(name, answer(body, 404), Fails("NotFoundError", 404, [SAID], attributes=attributes))


found("`error` is a text", {"error": SAID})
found("`error` is a text, the code beside it", {"error": SAID, "code": "gone"}, code="gone")
found("an array with an error", [{"error": {"message": SAID, "code": 404}}], code="404")
found("a code that is a number", {"error": {"message": SAID, "code": 404}}, code="404")
found("`message` at the top", {"message": SAID})
found("`detail` of FastAPI", {"detail": SAID})
found("`detail` of FastAPI, with places", {"detail": [{"loc": ["path", "model"], "msg": SAID, "type": "missing"}]})
found("`errors`, an array", {"errors": [{"message": SAID}]})
found("`error` within `error`", {"error": {"error": {"message": SAID}}})
found("a JSON text", json.dumps(SAID))
found("`error_description` of OAuth", {"error": {"error_description": SAID}})
answers(
    "a problem document",
    answer(
        {"type": "about:blank", "title": "Not Found", "detail": SAID}, 404, {"content-type": "application/problem+json"}
    ),
    Fails("NotFoundError", 404, [SAID]),
)
answers("a text", answer(SAID, 404, TEXT), Fails("NotFoundError", 404, [SAID]))
answers("JSON called text", answer({"error": {"message": SAID}}, 404, TEXT), Fails("NotFoundError", 404, [SAID]))
answers(
    "an HTML page",
    answer(
        "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>",
        502,
        {"content-type": "text/html"},
    ),
    Fails("InternalServerError", 502, ["502 Bad Gateway"]),
)
answers("an error of 1 MB of text", answer("no " * 350_000, 400, TEXT), Fails("BadRequestError", 400, ["no no"]))
answers(
    "an error of 300 KB whose charset takes a time that grows with its square",
    answer("ab-" * 100_000, 400, {"content-type": "text/plain; charset=punycode"}),
    Fails("BadRequestError", 400, ["ab-ab-"]),
)
answers(
    "an error whose content type has 60 KB",
    answer(f"{SAID}", 400, {"content-type": 'text/html; a="' + ";" * 60_000}),
    Fails("BadRequestError", 400, [SAID]),
)
WITHOUT_WORDS: dict[str, object] = {
    "nothing at all": b"",
    "whitespace": b"  \n",
    "`error: null`": {"error": None},
    "an empty object": {},
    "an empty array": [],
    "`null`": None,
    "a number": 7,
    "`error` a number": {"error": 7},
    "`error.message` null": {"error": {"message": None}},
    "`error.message` an array": {"error": {"message": [[[]]]}},
}
for name, body in WITHOUT_WORDS.items():
    answers(
        f"an error that is {name}",
        answer(body, 404, ID),
        Fails("NotFoundError", 404, ["404"], attributes={"request_id": "req_1"}),
    )
answers(
    "the request's id in the body",
    answer({"error": {"message": SAID}, "request_id": "req_2"}, 404),
    Fails("NotFoundError", 404, [SAID], attributes={"request_id": "req_2"}),
)
answers(
    "the request's id under another name",
    answer({"error": {"message": SAID}}, 404, {"request-id": "req_3"}),
    Fails("NotFoundError", 404, [SAID], attributes={"request_id": "req_3"}),
)

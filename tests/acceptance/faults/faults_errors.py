"""Errors in whatever form servers write them: the sentence that a person needs is found."""

import json

from tests.acceptance.faults.fault import Fails, Group, answer

GROUP = Group("form of an error")
fault = GROUP.fault

SAID = "The model `m` is not here."
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
FIELDS = {"type": "t", "param": "p", "code": "c"}
for status, kind in CLASSES.items():
    expected = Fails(kind, status, [SAID], attributes={**FIELDS, "request_id": "req_1"})
    sent = answer({"error": {"message": SAID, **FIELDS}}, status, ID)
    fault(f"status {status} in OpenAI's form", sent, expected, requests=1)


def found(name: str, body: object, content_type: str = "application/json", **attributes: object) -> None:
    """Register an error whose sentence is to be found."""
    sent = answer(body, 404, {"content-type": content_type})
    fault(name, sent, Fails("NotFoundError", 404, [SAID], attributes=attributes))


PROBLEM = {"type": "about:blank", "title": "Not Found", "detail": SAID}
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
found("a problem document", PROBLEM, "application/problem+json")
found("a text", SAID, "text/plain")
found("an error in JSON under text/plain", {"error": {"message": SAID}}, "text/plain")


def page(name: str, body: str, status: int, content_type: str, *says: str) -> None:
    """Register an error that is no JSON."""
    sent = answer(body, status, {"content-type": content_type})
    fault(name, sent, Fails("InternalServerError" if status == 502 else "BadRequestError", status, says))


NGINX = "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>"
SLOW_CHARSET = "an error of 300 KB whose charset takes a time that grows with its square"
page("an HTML page", NGINX, 502, "text/html", "502 Bad Gateway")
page("an error of 1 MB of text", "no " * 350_000, 400, "text/plain", "no no")
page(SLOW_CHARSET, "ab-" * 100_000, 400, "text/plain; charset=punycode", "ab-ab-")
page("an error whose content type has 60 KB", SAID, 400, 'text/html; a="' + ";" * 60_000, SAID)
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
    expected = Fails("NotFoundError", 404, ["404"], attributes={"request_id": "req_1"})
    fault(f"an error that is {name}", answer(body, 404, ID), expected)
found("the request's id in the body", {"error": {"message": SAID}, "request_id": "req_2"}, request_id="req_2")
fault(
    "the request's id under another name",
    answer({"error": {"message": SAID}}, 404, {"request-id": "req_3"}),
    Fails("NotFoundError", 404, [SAID], attributes={"request_id": "req_3"}),
)

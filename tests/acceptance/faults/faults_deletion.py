"""A deletion is reported as done only where the server said so."""

from tests.acceptance.faults.fault import GONE, MODEL, Fails, Group, Value, answer, unreadable

GROUP = Group("deletion")


def fault(name: str, sent: bytes, expected: Value | Fails) -> None:
    GROUP.fault("deletion: " + name, sent, expected, call="delete", requests=1)


NOT_SAID = unreadable("did not say")
fault("done", answer(GONE), Value())
fault("done, under 202", answer(GONE, 202), Value())
fault("204", b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", Value())
fault("200 with nothing", answer(b""), unreadable("empty"))
fault("202 with nothing", answer(b"", 202), unreadable("empty", status=202))
fault("`deleted: false`", answer({**GONE, "deleted": False}), NOT_SAID)
fault("`deleted` missing", answer({"id": MODEL, "object": "model"}), NOT_SAID)
fault("`deleted: null`", answer({**GONE, "deleted": None}), NOT_SAID)
fault('`deleted: "true"`', answer({**GONE, "deleted": "true"}), NOT_SAID)
fault("`deleted: 1`", answer({**GONE, "deleted": 1}), NOT_SAID)
fault("another id", answer({**GONE, "id": "another"}), unreadable("another"))
fault("`id` missing", answer({"deleted": True}), unreadable(MODEL))
fault("`id: null`", answer({**GONE, "id": None}), unreadable(MODEL))
fault("an array", answer([GONE]), NOT_SAID)
fault("cut off", answer(b'{"id": "' + MODEL.encode(), headers={"content-length": "99"}), Fails("APIConnectionError"))
fault("403", answer({"error": {"message": "Not yours."}}, 403), Fails("PermissionDeniedError", 403, ["Not yours."]))
fault("404 at once", answer({"error": {"message": "Gone."}}, 404), Fails("NotFoundError", 404, ["Gone."]))

"""A deletion is reported as done only where the server said so."""

from __future__ import annotations

from tests.acceptance.faults.fault import MODEL, Fails, Group, Value, unreadable
from tests.acceptance.faults.wire import GONE, answer

GROUP = Group("deletion")


def answers(name: str, sent: bytes, expected: Value | Fails) -> None:
    GROUP.answers("deletion: " + name, sent, expected, call="delete", requests=1)


NOT_SAID = unreadable("did not say")
answers("done", answer(GONE), Value())
answers("done, under 202", answer(GONE, 202), Value())
answers("204", b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", Value())
answers("200 with nothing", answer(b""), unreadable("empty"))
answers("202 with nothing", answer(b"", 202), unreadable("empty", status=202))
answers("`deleted: false`", answer({**GONE, "deleted": False}), NOT_SAID)
answers("`deleted` missing", answer({"id": MODEL, "object": "model"}), NOT_SAID)
answers("`deleted: null`", answer({**GONE, "deleted": None}), NOT_SAID)
answers('`deleted: "true"`', answer({**GONE, "deleted": "true"}), NOT_SAID)
answers("`deleted: 1`", answer({**GONE, "deleted": 1}), NOT_SAID)
answers("another id", answer({**GONE, "id": "another"}), unreadable("another"))
answers("`id` missing", answer({"deleted": True}), unreadable(MODEL))
answers("`id: null`", answer({**GONE, "id": None}), unreadable(MODEL))
answers("an array", answer([GONE]), NOT_SAID)
answers("cut off", answer(b'{"id": "' + MODEL.encode(), headers={"content-length": "99"}), Fails("APIConnectionError"))
answers("403", answer({"error": {"message": "Not yours."}}, 403), Fails("PermissionDeniedError", 403, ["Not yours."]))
answers("404 at once", answer({"error": {"message": "Gone."}}, 404), Fails("NotFoundError", 404, ["Gone."]))

"""Answers of success that are something else than they should be."""

from __future__ import annotations

import itertools
import json

from tests.acceptance.faults.fault import MODEL, Group, Value, unreadable
from tests.acceptance.faults.wire import GOOD, answer

GROUP = Group("shape of a success")
answers = GROUP.answers

PAGE = "<!doctype html><html><head><title>Sign in to the Wi-Fi</title></head><body>Welcome</body></html>"
HTML = {"content-type": "text/html"}
NO_MODEL = unreadable("not a model")
NO_LIST = unreadable("not a list")
WRONG = {"null": None, "true": True, "a number": 7, "a string": "text", "an array": [1], "an object": {"a": 1}}


def with_id(value: object) -> dict[str, object]:
    return {**GOOD, "id": value}


for call in ("retrieve", "list", "delete"):
    answers(f"HTML with 200 ({call})", answer(PAGE, headers=HTML), unreadable("not JSON", "Sign in"), call=call)
    answers(
        f"text with 200 ({call})",
        answer("OK", headers={"content-type": "text/plain"}),
        unreadable("not JSON"),
        call=call,
    )
for name, value in WRONG.items():
    whole = json.dumps(value).encode()
    answers(f"{name} instead of a model", answer(whole), NO_MODEL)
    answers(f"{name} instead of a deletion", answer(whole), unreadable("deleted"), call="delete")
    if name != "an array":
        answers(f"{name} instead of a list", answer(whole), NO_LIST, call="list")
    if name not in {"null", "an array"}:
        answers(f"`data` is {name}", answer({"object": "list", "data": value}), unreadable("data"), call="list")
    if name != "a string":
        answers(f"`id` is {name}", answer(with_id(value)), NO_MODEL)
    if name != "an object":
        answers(f"an item is {name}", answer({"data": [GOOD, value]}), unreadable("Item 1"), call="list")
    if name != "a number":
        answers(f"`created` is {name}", answer({**GOOD, "created": value}), Value(attributes={"created": None}))
    if name != "a string":
        answers(f"`owned_by` is {name}", answer({**GOOD, "owned_by": value}), Value(attributes={"owned_by": None}))

answers("`id` missing", answer({"object": "model"}), NO_MODEL)
answers("`id` missing in an item", answer({"data": [GOOD, {"object": "model"}]}), unreadable("Item 1"), call="list")
answers("`id` null in an item", answer({"data": [{"id": None}]}), unreadable("Item 0"), call="list")
answers("items that are strings", answer({"data": ["gpt-4o", "gpt-4"]}), unreadable("Item 0"), call="list")
answers("only an `id`", answer({"id": MODEL}), Value(attributes={"created": None, "owned_by": None}))
answers("`models` instead of `data`", answer({"models": [GOOD]}), NO_LIST, call="list")
answers("`data: null`", answer({"object": "list", "data": None}), Value([]), call="list")
answers("a bare array", answer([GOOD]), Value([MODEL]), call="list")
answers("a model instead of a list", answer(GOOD), NO_LIST, call="list")
answers("a list instead of a model", answer({"object": "list", "data": [GOOD]}), NO_MODEL)
answers("an unknown field", answer({**GOOD, "max_model_len": 8}), Value(attributes={"max_model_len": 8}))
for (key, error), call in itertools.product(
    {
        "an error object": {"message": "No credit left.", "code": "x"},
        "an error text": "No credit left.",
    }.items(),
    ("retrieve", "list", "delete"),
):
    answers(f"{key} with 200 ({call})", answer({"error": error}), unreadable(says=["No credit left."]), call=call)
answers("`error: null` with a model", answer({**GOOD, "error": None}), Value())
answers("`error: null` with nothing", answer({"error": None}), NO_MODEL)
answers("`detail` with 200", answer({"detail": "Not Found"}), NO_MODEL)

"""Answers of success that are something else than they should be."""

import json

from tests.acceptance.faults.fault import GOOD, MODEL, Group, Value, answer, unreadable

GROUP = Group("shape of a success")
fault = GROUP.fault

PAGE = "<!doctype html><html><head><title>Sign in to the Wi-Fi</title></head><body>Welcome</body></html>"
HTML = {"content-type": "text/html"}
TEXT = {"content-type": "text/plain"}
CALLS = ("retrieve", "list", "delete")
NO_MODEL = unreadable("not a model")
NO_LIST = unreadable("not a list")
WRONG = {"null": None, "true": True, "a number": 7, "a string": "text", "an array": [1], "an object": {"a": 1}}

for call in CALLS:
    fault(f"HTML with 200 ({call})", answer(PAGE, headers=HTML), unreadable("not JSON", "Sign in"), call=call)
    fault(f"text with 200 ({call})", answer("OK", headers=TEXT), unreadable("not JSON"), call=call)
for name, value in WRONG.items():
    whole = json.dumps(value).encode()
    fault(f"{name} instead of a model", answer(whole), NO_MODEL)
    fault(f"{name} instead of a deletion", answer(whole), unreadable("deleted"), call="delete")
    if name != "an array":
        fault(f"{name} instead of a list", answer(whole), NO_LIST, call="list")
    if name not in {"null", "an array"}:
        fault(f"`data` is {name}", answer({"object": "list", "data": value}), unreadable("data"), call="list")
    if name != "a string":
        fault(f"`id` is {name}", answer({**GOOD, "id": value}), NO_MODEL)
    if name != "an object":
        fault(f"an item is {name}", answer({"data": [GOOD, value]}), unreadable("Item 1"), call="list")
    if name != "a number":
        fault(f"`created` is {name}", answer({**GOOD, "created": value}), Value(attributes={"created": None}))
    if name != "a string":
        fault(f"`owned_by` is {name}", answer({**GOOD, "owned_by": value}), Value(attributes={"owned_by": None}))

fault("`id` missing", answer({"object": "model"}), NO_MODEL)
fault("`id` missing in an item", answer({"data": [GOOD, {"object": "model"}]}), unreadable("Item 1"), call="list")
fault("`id` null in an item", answer({"data": [{"id": None}]}), unreadable("Item 0"), call="list")
fault("items that are strings", answer({"data": ["gpt-4o", "gpt-4"]}), unreadable("Item 0"), call="list")
fault("only an `id`", answer({"id": MODEL}), Value(attributes={"created": None, "owned_by": None}))
fault("`models` instead of `data`", answer({"models": [GOOD]}), NO_LIST, call="list")
fault("`data: null`", answer({"object": "list", "data": None}), Value([]), call="list")
fault("a bare array", answer([GOOD]), Value([MODEL]), call="list")
fault("a model instead of a list", answer(GOOD), NO_LIST, call="list")
fault("a list instead of a model", answer({"object": "list", "data": [GOOD]}), NO_MODEL)
fault("an unknown field", answer({**GOOD, "max_model_len": 8}), Value(attributes={"max_model_len": 8}))
SAID = "No credit left."
for name, error in {"an error object": {"message": SAID, "code": "x"}, "an error text": SAID}.items():
    for call in CALLS:
        fault(f"{name} with 200 ({call})", answer({"error": error}), unreadable(says=[SAID]), call=call)
fault("`error: null` with a model", answer({**GOOD, "error": None}), Value())
fault("`error: null` with nothing", answer({"error": None}), NO_MODEL)
fault("`detail` with 200", answer({"detail": "Not Found"}), NO_MODEL)

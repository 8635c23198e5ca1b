"""JSON encoding of everything that the mock sends."""

import json


def encode(value: object) -> bytes:
    """Return a value as compact JSON in UTF-8.

    Raises:
        TypeError: A part of the value has no JSON form.
        ValueError: The value holds NaN, an infinity or an unpaired surrogate, or is nested too deeply.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except RecursionError:
        message = "nested too deeply"
        raise ValueError(message) from None

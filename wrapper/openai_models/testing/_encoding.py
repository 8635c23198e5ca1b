"""How the mock writes JSON."""

from __future__ import annotations

import json


def encode(value: object) -> bytes:
    """Give compact JSON in UTF-8.

    Raises:
        TypeError: Something in it has no JSON form.
        ValueError: NaN, an infinity, a surrogate that stands alone; or it nests too deep.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except RecursionError:
        message = "it nests too deep"
        raise ValueError(message) from None

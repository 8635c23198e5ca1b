"""How the mock writes JSON."""

from __future__ import annotations

import json


def encode(value: object) -> bytes:
    """Give compact JSON in UTF-8.

    Raises:
        TypeError: Something in it has no JSON form.
        ValueError: NaN, an infinity, or a surrogate that stands alone.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

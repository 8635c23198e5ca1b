"""The headers that every answer of the API carries, errors included."""

from __future__ import annotations

import time
import uuid

VERSION = b"2020-10-01"
DEFAULT_ORGANIZATION = b"acemeco"


def official_headers(started: float, organization: bytes | None = None) -> list[tuple[bytes, bytes]]:
    """Give the headers of one answer.

    Args:
        started: When the request came, by `time.perf_counter`.
        organization: The one that the request named, which the answer names in turn.
    """
    milliseconds = round((time.perf_counter() - started) * 1000)
    return [
        (b"x-request-id", b"req_%s" % uuid.uuid4().hex.encode()),
        (b"openai-organization", organization or DEFAULT_ORGANIZATION),
        (b"openai-processing-ms", b"%d" % milliseconds),
        (b"openai-version", VERSION),
    ]

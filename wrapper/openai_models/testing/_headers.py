"""The headers that every answer of the API carries, errors included."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Final

VERSION = b"2020-10-01"
DEFAULT_ORGANIZATION = b"acemeco"
# The key in an ASGI scope's state under which the exchange stands.
EXCHANGE: Final = "openai_models.exchange"


@dataclass(frozen=True)
class Exchange:
    """A request and its answer.

    Attributes:
        organization: The one that the request named, which the answer names in turn.
        started: When the request came, by `time.perf_counter`.
        id: What to call it.
    """

    organization: bytes = b""
    started: float = field(default_factory=time.perf_counter)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def official_headers(exchange: Exchange) -> list[tuple[bytes, bytes]]:
    """Give the headers of one answer.

    Args:
        exchange: What it answers.
    """
    milliseconds = round((time.perf_counter() - exchange.started) * 1000)
    return [
        (b"x-request-id", b"req_%s" % exchange.id.encode()),
        (b"openai-organization", exchange.organization or DEFAULT_ORGANIZATION),
        (b"openai-processing-ms", b"%d" % milliseconds),
        (b"openai-version", VERSION),
    ]

"""The headers that every response of the official API carries, errors included."""

import uuid
from dataclasses import dataclass, field
from typing import Final

from ._clock import machine_time

VERSION: Final = b"2020-10-01"
DEFAULT_ORGANIZATION: Final = b"acemeco"
# Key in an ASGI scope's state: the `Exchange` of the request.
EXCHANGE: Final = "openai_models.exchange"


@dataclass(frozen=True)
class Exchange:
    """What a response repeats or measures of its request.

    Attributes:
        organization: The organization that the request names; empty without one.
        started: Arrival of the request, by `machine_time`.
        id: Unique hexadecimal ID of the request.
    """

    organization: bytes = b""
    started: float = field(default_factory=machine_time)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def official_headers(exchange: Exchange) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response as ASGI pairs."""
    milliseconds = round((machine_time() - exchange.started) * 1000)
    return [
        (b"x-request-id", b"req_%s" % exchange.id.encode()),
        (b"openai-organization", exchange.organization or DEFAULT_ORGANIZATION),
        (b"openai-processing-ms", b"%d" % milliseconds),
        (b"openai-version", VERSION),
    ]

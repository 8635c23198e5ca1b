"""What a fault is: how a server misbehaves, and what must come of a call that meets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.acceptance.faults.wire import Visit

MODEL = "ft:gpt-4o-mini:acme::7p4lURel"
Operation = Literal["list", "retrieve", "delete"]


@dataclass(frozen=True)
class Seen:
    """A request as the server got it.

    Attributes:
        origin: Which of the two servers got it: `main` or `other`.
        at: When, in seconds of a clock that only moves forward.
    """

    origin: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    at: float


@dataclass(frozen=True)
class Value:
    """The call gives a value.

    Attributes:
        value: A list's ids; a model's id; a deletion's id.
        attributes: What attributes of the model (the first of a list) are.
    """

    value: Any = MODEL
    attributes: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return "the value"


@dataclass(frozen=True)
class Fails:
    """The call raises.

    Attributes:
        kind: The class of the error; no subclass will do.
        status: Its `status_code`.
        says: What the server said and `str(error)` must hold.
        explains: What this package adds, in `str(error)` or in a note.
        cause: The name of the class that `__cause__` has, or its base.
        attributes: Further attributes of the error.
    """

    kind: str
    status: int | None = None
    says: Sequence[str] = ()
    explains: Sequence[str] = ()
    cause: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.kind


def unreadable(*explains: str, status: int = 200, says: Sequence[str] = ()) -> Fails:
    """Expect an answer of success that isn't one of this API."""
    return Fails("APIResponseValidationError", status, says=says, explains=explains)


@dataclass(frozen=True)
class Fault:
    """One way of going wrong.

    Attributes:
        name: Its name, as it reads in a table.
        group: What it goes wrong in.
        serve: What the server does with each connection.
        expected: What comes of the call.
        call: The call that is made.
        server: How the server listens: `plain`, `refusing` (not at all), or with the
            certificate of that name.
        raw: Whether the server acts before it has read a request.
        base_url: The base URL, with places for the ports of the two servers.
        timeout: The client's timeout, in seconds.
        max_retries: The client's number of retries.
        options: Further options of the client.
        transport: Further options of its HTTP client.
        requests: How many requests the server gets; None where that is no matter.
        seconds: The bound on time.
        megabytes: The bound on the growth of the process' peak of memory.
        check: Says what is wrong with the requests, if something is.
    """

    name: str
    group: str
    serve: Callable[[Visit], None]
    expected: Value | Fails
    call: Operation = "retrieve"
    server: str = "plain"
    raw: bool = False
    base_url: str = "http://127.0.0.1:{main}/v1"
    timeout: float = 20.0
    max_retries: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    transport: Mapping[str, Any] = field(default_factory=dict)
    requests: int | None = None
    seconds: float = 5.0
    megabytes: float = 16.0
    check: Callable[[Sequence[Seen]], str | None] | None = None


class Group:
    """Faults of one kind, in the order in which they are written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []

    def fault(
        self, name: str, expected: Value | Fails, **options: Any
    ) -> Callable[[Callable[[Visit], None]], Callable[[Visit], None]]:
        """Register what a function does to a connection as a fault."""

        def register(serve: Callable[[Visit], None]) -> Callable[[Visit], None]:
            self.faults.append(Fault(name, self.name, serve, expected, **options))
            return serve

        return register

    def answers(self, name: str, sent: bytes, expected: Value | Fails, **options: Any) -> None:
        """Register an answer that is all there is to the fault."""

        def serve(visit: Visit) -> None:
            visit.send(sent)

        self.fault(name, expected, **options)(serve)

"""What a mock server remembers: its models, the requests it has seen, and what is to go wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ._encoding import encode
from ._faults import Faults


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as the mock received it.

    Query, headers and body are not in the `repr`, as they may hold a key.

    Attributes:
        method: As sent, `GET`.
        path: Still percent-encoded: `/v1/models/ft%3Agpt-4o-mini%3Aacemeco%3Asuffix%3Aabc123`.
        query: What follows the `?`, still percent-encoded; empty without one.
        headers: Reads without regard to upper and lower case: `headers["Authorization"]`.
        body: Empty for the requests that the API documents.
    """

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class State:
    """The models and the requests; safe to use from the server's thread and the test's at once.

    Args:
        seeds: The models at the start, in the order in which they are listed.
        faults: What is to go wrong.

    Raises:
        TypeError: A seed isn't a mapping, has no string `id`, or has no JSON form.
        ValueError: An `id` is empty or there twice; a seed has no JSON form.
    """

    def __init__(self, seeds: Iterable[Mapping[str, object]], faults: Faults | None = None) -> None:
        self.faults = Faults() if faults is None else faults
        self._seeds: dict[str, bytes] = {}
        for seed in _each(seeds):
            model_id = _id(seed)
            if model_id in self._seeds:
                message = f"two models have the id {model_id!r}"
                raise ValueError(message)
            self._seeds[model_id] = _encoded(model_id, seed)
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Restore the seeds, forget the requests and the faults."""
        self.faults.clear()
        with self._lock:
            self._bodies = dict(self._seeds)
            self._requests: list[RecordedRequest] = []
            self._page: bytes | None = None

    def record(self, request: RecordedRequest) -> None:
        """Remember a request."""
        with self._lock:
            self._requests.append(request)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, oldest first; a copy."""
        with self._lock:
            return list(self._requests)

    @property
    def models(self) -> list[dict[str, object]]:
        """The models as they are now; a copy."""
        with self._lock:
            return [json.loads(body) for body in self._bodies.values()]

    def page(self) -> bytes:
        """The JSON of the list."""
        with self._lock:
            if self._page is None:
                self._page = b'{"object":"list","data":[' + b",".join(self._bodies.values()) + b"]}"
            return self._page

    def model(self, model_id: str) -> bytes | None:
        """The JSON of one model; `None` when there is none of that id."""
        with self._lock:
            return self._bodies.get(model_id)

    def delete(self, model_id: str) -> bool:
        """Remove a model and say whether it was there."""
        with self._lock:
            self._page = None
            return self._bodies.pop(model_id, None) is not None


def _each(seeds: object) -> Iterable[Mapping[str, object]]:
    if not isinstance(seeds, Iterable) or isinstance(seeds, str | bytes | Mapping):
        message = f"models must be a list of models: {seeds!r}"
        raise TypeError(message)
    for seed in seeds:
        if not isinstance(seed, Mapping):
            message = f"a model is a dict with an id: {seed!r}"
            raise TypeError(message)
        yield seed


def _encoded(model_id: str, seed: Mapping[str, object]) -> bytes:
    try:
        return encode(dict(seed))
    except (TypeError, ValueError) as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        message = f"the model {model_id!r} has no JSON form: {error}"
        raise kind(message) from error


def _id(seed: Mapping[str, object]) -> str:
    model_id = dict(seed).get("id")
    if not isinstance(model_id, str):
        message = f"a model needs an id that is a string: {seed!r}"
        raise TypeError(message)
    if not model_id:
        message = f"a model needs an id that is not empty: {seed!r}"
        raise ValueError(message)
    return model_id

"""What a mock server stores: models, recorded requests and queued faults."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ._faults import FaultQueue
from ._json import encode

__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as the mock received it.

    The `repr` omits query, headers and body, which may hold a key.

    Attributes:
        method: As sent, such as `"GET"`.
        path: Still percent-encoded, such as `"/v1/models/ft:gpt-4o-mini:acemeco:suffix:abc123"`.
        query: What follows the `?`, still percent-encoded; empty without one.
        headers: Case-insensitive: `headers["Authorization"]`. Their `repr` shows names only.
        body: Empty for the requests that the API documents.
    """

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class State:
    """The models and the requests. Thread-safe.

    Args:
        models: The initial models, in the order of the list.
        faults: The fault queue.

    Raises:
        TypeError: A model is not a mapping, has no string `id`, or has no JSON form.
        ValueError: An `id` is empty or used twice, or a model has no JSON form.
    """

    def __init__(self, models: Iterable[Mapping[str, object]], faults: FaultQueue | None = None) -> None:
        self.faults = FaultQueue() if faults is None else faults
        self._initial_bodies: dict[str, bytes] = {}
        for model in _iter_models(models):
            model_id = _model_id(model)
            if model_id in self._initial_bodies:
                message = f"two models have the id {model_id!r}"
                raise ValueError(message)
            self._initial_bodies[model_id] = _encode_model(model_id, model)
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Restore the initial models, remove requests and faults."""
        self.faults.clear()
        with self._lock:
            self._bodies = dict(self._initial_bodies)
            self._requests: list[RecordedRequest] = []
            self._list_body: bytes | None = None

    def record(self, request: RecordedRequest) -> None:
        """Append a request."""
        with self._lock:
            self._requests.append(request)

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy of the requests, oldest first."""
        with self._lock:
            return list(self._requests)

    @property
    def models(self) -> list[dict[str, object]]:
        """A copy of the current models."""
        with self._lock:
            return [json.loads(body) for body in self._bodies.values()]

    def list_body(self) -> bytes:
        """Return the JSON of the list."""
        with self._lock:
            if self._list_body is None:
                self._list_body = b'{"object":"list","data":[' + b",".join(self._bodies.values()) + b"]}"
            return self._list_body

    def model_body(self, model_id: str) -> bytes | None:
        """Return the JSON of one model; None if there is none."""
        with self._lock:
            return self._bodies.get(model_id)

    def delete(self, model_id: str) -> bool:
        """Remove a model. Return whether it existed."""
        with self._lock:
            self._list_body = None
            return self._bodies.pop(model_id, None) is not None


def _iter_models(models: object) -> Iterable[Mapping[str, object]]:
    if not isinstance(models, Iterable) or isinstance(models, str | bytes | Mapping):
        message = f"models must be a list of models: {models!r}"
        raise TypeError(message)
    for model in models:
        if not isinstance(model, Mapping):
            message = f"a model must be a mapping with an id: {model!r}"
            raise TypeError(message)
        yield model


def _encode_model(model_id: str, model: Mapping[str, object]) -> bytes:
    try:
        return encode(dict(model))
    except (TypeError, ValueError) as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        message = f"the model {model_id!r} can't be encoded as JSON: {error}"
        raise kind(message) from error


def _model_id(model: Mapping[str, object]) -> str:
    model_id = dict(model).get("id")
    if not isinstance(model_id, str):
        message = f"a model needs a string id: {model!r}"
        raise TypeError(message)
    if not model_id:
        message = f"a model needs an id that is not empty: {model!r}"
        raise ValueError(message)
    return model_id

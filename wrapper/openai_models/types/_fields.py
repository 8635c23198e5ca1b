"""What a generated class documents, found out from the class itself."""

from __future__ import annotations

import datetime as dt
import sys
import types
import typing
from typing import TYPE_CHECKING, Any, Literal

import attrs

from openai_models_api import models as generated_models
from openai_models_api.types import Unset

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.frozen(eq=False, repr=False)
class Field:
    """One documented field.

    Attributes:
        attribute: Its name on the generated class.
        key: Its name in JSON.
        kinds: The classes that its values have; empty where any value may pass.
        native: Whether JSON has values of these kinds, so that none is converted.
        harmless: A value that the generated class takes for it.
        required: Whether the spec requires it.
        literals: The only values that the spec allows; empty where any may be.
    """

    attribute: str
    key: str
    kinds: frozenset[type]
    native: bool
    harmless: object
    required: bool
    literals: tuple[object, ...]

    @property
    def name(self) -> str:
        """Its name for users: without the `_` that keeps off Python's own words."""
        return self.key if self.attribute == self.key + "_" else self.attribute

    def reads_as_sent(self, value: object) -> bool:
        """Tell whether a value is read as it was sent."""
        return value is None or not self.kinds or (self.native and type(value) in self.kinds)


def fields_of(generated: type[Any]) -> Iterator[Field]:
    """Find out what a generated class documents."""
    hints = typing.get_type_hints(generated, vars(sys.modules[generated.__module__]), vars(generated_models))
    required = {attribute.name for attribute in attrs.fields(generated) if attribute.default is attrs.NOTHING}
    for attribute, key in _json_keys(generated).items():
        kinds = frozenset() if _is_anything(hints[attribute]) else _kinds(hints[attribute])
        literals = _literals(hints[attribute])
        yield Field(
            attribute,
            key,
            kinds,
            native=kinds <= {str, int, float, bool},
            harmless=_harmless(hints[attribute]),
            required=attribute in required,
            literals=literals,
        )


# By the names of their classes, since few specs have a field that needs `uuid` to be loaded.
_SAMPLES = {
    "date": "1970-01-01",
    "datetime": "1970-01-01T00:00:00+00:00",
    "UUID": "00000000-0000-0000-0000-000000000000",
    "list": [],
}


def _harmless(hint: Any) -> object:
    """Give JSON that a generated class reads without complaint where this hint stands."""
    if literals := _literals(hint):
        return literals[0]
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return _harmless(typing.get_args(hint)[0])
    if hasattr(hint, "from_dict"):
        return {item.key: item.harmless for item in fields_of(hint) if item.required}
    return _SAMPLES.get(getattr(origin or hint, "__name__", ""))


def _is_anything(hint: object) -> bool:
    return hint is Any or any(part is Any for part in typing.get_args(hint))


def _literals(hint: object) -> tuple[object, ...]:
    """Give the only values that a hint allows; none where it allows any of a kind."""
    if typing.get_origin(hint) is Literal:
        return typing.get_args(hint)
    return tuple(value for part in typing.get_args(hint) for value in _literals(part))


def _kinds(hint: object) -> frozenset[type]:
    """Give the classes that a hint names, None and Unset aside."""
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        return frozenset().union(*map(_kinds, typing.get_args(hint)))
    if origin is Literal:
        return frozenset(map(type, typing.get_args(hint)))
    if hint is float:
        return frozenset({float, int})
    concrete = origin or hint
    if not isinstance(concrete, type) or concrete in {types.NoneType, Unset}:
        return frozenset()
    return frozenset({concrete})


class _Probe:
    """A value that passes through a generated `to_dict` and is known again behind it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return f"<{self._name}>"

    def __getattr__(self, name: str) -> _Probe:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self) -> _Probe:
        return self

    def __iter__(self) -> Iterator[_Probe]:
        yield self


def _json_keys(generated: type[Any]) -> dict[str, str]:
    """Find out under which key a generated class writes each of its attributes.

    The class says so in the code of its `to_dict` alone, so that is run and watched.
    """
    probes = {attribute.name: _Probe(attribute.name) for attribute in attrs.fields(generated) if attribute.init}
    keys = {}
    for key, value in generated(**probes).to_dict().items():
        written = value
        while isinstance(written, list):
            written = written[0]
        keys.update({name: key for name, probe in probes.items() if probe is written or written == str(probe)})
    return keys


def as_json(value: Any) -> Any:
    """Give a value, as the generated class types it, in the form in which it is sent."""
    if isinstance(value, dt.date):
        return value.isoformat()
    uuid = sys.modules.get("uuid")  # whoever has a UUID has loaded it
    if uuid is not None and isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value

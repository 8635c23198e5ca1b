"""How JSON is read as the types of the spec, and written back.

`make regen` copies this file into the generated package.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Callable
from typing import Any, Literal

Reader = Callable[[Any], Any]


def plain_type(type_: Any) -> type:
    """Return a class whose values read as they were sent, so that no reader needs to be called."""
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin in {typing.Union, types.UnionType}:
        return next((each for each in map(plain_type, arguments) if each is not types.NoneType), types.NoneType)
    if origin is Literal:
        return type(arguments[0])
    return type_ if type_ in {str, int, float, bool} else types.NoneType


def reader_of(type_: Any) -> Reader:
    """Return a function that converts JSON to a type, and to None if it is of no such type."""
    origin, arguments = typing.get_origin(type_) or type_, typing.get_args(type_)
    if origin in {typing.Union, types.UnionType}:
        return _first_of([reader_of(each) for each in arguments if each is not types.NoneType])
    if origin is list:
        return _list_of(reader_of(arguments[0]))
    if origin is Literal:
        return _exactly(type(arguments[0]))
    if origin in _READERS:
        return _READERS[origin]
    if hasattr(origin, "_from_json"):
        return lambda value: origin._from_json(value) if type(value) is dict else None
    return _parsed(getattr(origin, "fromisoformat", origin))


def _exactly(type_: type) -> Reader:
    return lambda value: value if type(value) is type_ else None


def _integer(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():  # JSON Schema counts 1.0 among the integers
        return int(value)
    return value if type(value) is int else None


_READERS: dict[Any, Reader] = {
    Any: lambda value: value,
    bool: _exactly(bool),
    float: lambda value: value if type(value) in {float, int} else None,
    int: _integer,
    str: _exactly(str),
}


def _first_of(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        return next((found for reader in readers if (found := reader(value)) is not None), None)

    return readers[0] if len(readers) == 1 else read


def _list_of(reader: Reader) -> Reader:
    def read(value: Any) -> list[Any] | None:
        if type(value) is not list:
            return None
        items = [reader(item) for item in value]
        has_misfit = any(item is None and sent is not None for item, sent in zip(items, value, strict=True))
        return None if has_misfit else items

    return read


def _parsed(parse: Callable[[str], Any]) -> Reader:
    """Return a reader of what JSON has as a string: a date, a datetime, a UUID."""

    def read(value: Any) -> Any:
        try:
            return parse(value) if isinstance(value, str) else None
        except ValueError:
            return None

    return read


def as_json(value: Any) -> Any:
    """Return the JSON of a documented field's value."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    # By its name, since `uuid` takes long to import and few specs have one.
    return str(value) if type(value).__name__ == "UUID" else value

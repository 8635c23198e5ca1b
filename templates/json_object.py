"""The base class of the generated models: a JSON object that is read leniently.

`make regen` copies this file into the generated package.
"""

from __future__ import annotations

import copy
import sys
import typing
from collections.abc import Callable, Iterator, KeysView, Mapping
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .json_types import as_json, plain_type, reader_of


class JsonObject:
    """A JSON object, as the server sent it.

    A documented field reads as the type that the spec gives it, and as None if it is absent or has a value of another
    type. An unknown field reads as an attribute too, unless its name begins with an underscore or is that of a method.
    Brackets, `in`, `keys()`, `dict()` and `vars()` cover every field as it was sent. Whatever is set is written into the
    JSON. A field of a pydantic model may have this type.

    Args:
        **fields: The fields, by the names of their attributes.
    """

    if not TYPE_CHECKING:  # To a type checker, the documented fields are plain attributes.
        __slots__ = ("_json",)

    _json: dict[str, Any]
    # The generated classes have the key in the JSON of each attribute, and the keys that the spec requires.
    _keys: ClassVar[dict[str, str]] = {}
    _required: ClassVar[tuple[str, ...]] = ()
    # By its key, the attribute of each documented field, and its type.
    _names: ClassVar[dict[str, str]] = {}
    _types: ClassVar[dict[str, Any]] = {}

    @classmethod
    def _define_fields(cls, namespace: dict[str, Any]) -> None:
        """Make a property of each documented field, once all the classes exist that its type may name."""
        hints = typing.get_type_hints(cls, localns=namespace)
        cls.__annotations__ = {name: hints[name] for name in cls.__annotations__}  # so that others can read them, too
        # A field with the name of a method is read by brackets alone, as an unknown one of such a name is.
        cls._keys = {name: key for name, key in cls._keys.items() if not hasattr(JsonObject, name)}
        cls._types = {key: hints[name] for name, key in cls._keys.items()}
        # The generator's `object_` is `object` as well: only Python's keywords can't be attributes.
        cls._names = {key: key if name == f"{key}_" and not iskeyword(key) else name for name, key in cls._keys.items()}
        for name, key in cls._keys.items():
            for attribute in {name, cls._names[key]}:
                setattr(cls, attribute, _field(key, hints[name]))

    @classmethod
    def _from_json(cls, json: dict[str, Any]) -> Self:
        """Wrap an object that a server sent, without a copy."""
        return cls._list_from_json([json])[0]

    @classmethod
    def _list_from_json(cls, items: list[dict[str, Any]]) -> list[Self]:
        """Wrap each of the objects that a server sent, without a copy."""
        new, models = cls.__new__, []
        for json in items:
            model = new(cls)
            _set_json(model, json)  # past `__setattr__`, which is slow
            models.append(model)
        return models

    def __init__(self, /, **fields: Any) -> None:
        self._json = {}
        for name, value in fields.items():
            if name in self._keys:
                self._json[self._keys[name]] = as_json(value)
            else:
                self._json[name] = value

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Wrap a copy of a dictionary such as `to_dict` returns."""
        return cls._from_json(dict(src_dict))

    def to_dict(self) -> dict[str, Any]:
        """Return a deep copy of the JSON."""
        return copy.deepcopy(dict(self._json))

    def keys(self) -> KeysView[str]:
        """Return the names of all fields that the server sent."""
        return self._json.keys()

    def __getitem__(self, key: str) -> Any:
        return self._json[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._json[key] = value

    def __delitem__(self, key: str) -> None:
        del self._json[key]

    def __contains__(self, key: object) -> bool:
        return key in self._json

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._json)

    def __replace__(self, /, **changes: Any) -> Self:
        """Return a copy with other values of some attributes: what `copy.replace` calls."""
        made = copy.copy(self)
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the schema of a field of a pydantic model: read from a dictionary, dumped as one."""
        fields = handler(dict)
        function = {"type": "no-info", "function": cls._validate}
        dumped = {**_DUMPED, "return_schema": fields}
        return {"type": "function-wrap", "function": function, "schema": fields, "serialization": dumped}

    @classmethod
    def _validate(cls, value: Any, read_dict: Callable[[Any], dict[str, Any]]) -> Self:
        if isinstance(value, cls):
            return value
        try:
            return cls.from_dict(read_dict(value))
        except TypeError as error:  # which pydantic would not catch
            raise ValueError(str(error)) from error

    @property
    def additional_properties(self) -> dict[str, Any]:
        """The unknown fields, as a copy."""
        return {key: value for key, value in dict(self._json).items() if key not in self._names}

    @additional_properties.setter
    def additional_properties(self, values: Mapping[str, Any]) -> None:
        self._json = {key: value for key, value in self._json.items() if key in self._names} | dict(values)

    @property
    def additional_keys(self) -> list[str]:
        """The names of the unknown fields."""
        return list(self.additional_properties)

    if not TYPE_CHECKING:  # A type checker is to know the documented fields, and no others.
        __iter__ = None  # Without it, Python would iterate by `model[0]`, `model[1]`, …

        @property
        def __dict__(self) -> dict[str, Any]:
            """The dictionary of `to_dict`."""
            return self.to_dict()

        @property
        def __pydantic_serializer__(self) -> Any:
            """What pydantic dumps a value with that is in a field of type `Any`: an instance of its own class."""
            if "pydantic_core" not in sys.modules:
                raise AttributeError("only pydantic has use for it")
            return sys.modules["pydantic_core"].SchemaSerializer({"type": "any", "serialization": _DUMPED})

        def __getattr__(self, name: str) -> Any:
            if self._is_free(name) and name in self._json:
                return self._json[name]
            msg = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(msg, name=name, obj=self)

        def __setattr__(self, name: str, value: Any) -> None:
            if self._is_free(name):
                self._json[name] = value
            else:
                object.__setattr__(self, name, value)

        def __delattr__(self, name: str) -> None:
            if self._is_free(name) and name in self._json:
                del self._json[name]
            else:
                object.__delattr__(self, name)

    def _is_free(self, name: object) -> bool:
        """Return whether the class has no attribute of a name, so that the name can be that of an unknown field."""
        is_public = isinstance(name, str) and not name.startswith("_")
        return is_public and not any(name in vars(base) for base in type(self).__mro__)

    def _fields(self) -> Iterator[tuple[str, Any]]:
        """Iterate over the documented fields and then the unknown ones."""
        for name in self._names.values():
            yield name, getattr(self, name)
        yield from self.additional_properties.items()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._fields())})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, JsonObject):
            return NotImplemented
        return dict(self._fields()) == dict(other._fields())

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __getstate__(self) -> dict[str, Any]:
        return {"json": dict(self._json)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._json = state["json"]


_set_json = vars(JsonObject)["_json"].__set__
# How pydantic dumps an object, in the terms of its schemas. It tries this on the other values of a union, too.
_DUMPED = {"type": "function-plain", "function": as_json}


def _field(key: str, type_: Any) -> property:
    """Return a property that reads a documented field as its type."""
    read, plain = reader_of(type_), plain_type(type_)

    def getter(self: JsonObject) -> Any:
        value = self._json.get(key)
        return value if type(value) is plain else read(value)

    def setter(self: JsonObject, value: Any) -> None:
        self._json[key] = as_json(value)

    def deleter(self: JsonObject) -> None:
        if key not in self._json:
            msg = f"{type(self).__name__!r} object has no field {key!r}"
            raise AttributeError(msg, name=key, obj=self)
        del self._json[key]

    return property(getter, setter, deleter)

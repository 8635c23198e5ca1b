"""How a lenient reader holds what a server sent.

The JSON of an object is its `__dict__`, so that what a server sent reads as attributes at
the speed of any others, whether the spec knows it or not. Where a value isn't of the type of its
documented field, or a key has the name of something that the class can do, `__dict__` is what is
read instead, and what was sent is kept beside it. The fields are those of the generated class:
none is named here.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from openai_models_api.types import UNSET, Unset

from ._fields import Field, as_json, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


# Past a record's own `__setattr__`.
_set = object.__setattr__


class Record:
    """A mixin over a generated class that reads the JSON as it came.

    Attributes:
        _sent: What was sent, where something else is read; else it is absent.
        _known_request_id: The id of the request, where it is known; else it is absent or None.
    """

    if not TYPE_CHECKING:  # the slots are those of the subclasses: two bases can't both have some
        __slots__ = ()

    _fields: ClassVar[tuple[Field, ...]] = ()
    # The same by their keys, and those that are read here by their keys and names; a class may read some itself.
    _by_key: ClassVar[dict[str, Field]] = {}
    _read_by_key: ClassVar[dict[str, Field]] = {}
    _read_by_name: ClassVar[dict[str, Field]] = {}
    # What no key of a server's may hide, and what of it can be set.
    _own: ClassVar[frozenset[str]] = frozenset()
    _settable: ClassVar[frozenset[str]] = frozenset()
    # Whether its objects have attributes that are nothing that was sent: those of any class without `__slots__` do.
    _is_extended: ClassVar[bool] = False
    _generated: ClassVar[type[Any]]
    # The one with the fields of `_generated`, of which the others are subclasses.
    _base_that_reads: ClassVar[type[Record]]
    _sent: dict[str, Any]
    _known_request_id: str | None

    def __init_subclass__(cls, *, generated: type[Any] | None = None, **options: object) -> None:
        super().__init_subclass__(**options)
        if generated is not None:
            cls._generated = generated
            cls._fields = tuple(fields_of(generated))
            cls._by_key = {item.key: item for item in cls._fields}
            cls._base_that_reads = cls
            named = {name: item for item in cls._fields for name in (item.attribute, item.name)}
            cls._read_by_name = {name: item for name, item in named.items() if name not in vars(cls)}
            for name, item in cls._read_by_name.items():
                # In the place of the generated class' slots, which would come before the `__dict__`.
                setattr(cls, name, None if name == item.key else _Reader(item))
        else:
            below = cls.__mro__[: cls.__mro__.index(cls._base_that_reads)]
            overridden = cls._read_by_name.keys() & {name for base in below for name in vars(base)}
            for name in overridden:
                # For `super()`; not from the start, since what is in the `__dict__` takes twice the time then.
                setattr(cls._base_that_reads, name, _Reader(cls._read_by_name[name]))
            cls._read_by_name = {name: item for name, item in cls._read_by_name.items() if name not in overridden}
        cls._is_extended = not all("__slots__" in vars(base) for base in cls.__mro__[:-1])
        cls._read_by_key = {item.key: item for item in cls._read_by_name.values()}
        own = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
        cls._own = frozenset(own) - {name for name, item in cls._read_by_name.items() if name == item.key}
        cls._settable = frozenset(name for name, value in own.items() if hasattr(type(value), "__set__"))

    @classmethod
    def _from_json(cls, sent: dict[str, Any]) -> Self:
        """Hold what a server sent: the dictionary itself, no copy."""
        record = cls.__new__(cls)
        record._take(sent)
        return record

    @classmethod
    def _hides(cls, key: object) -> bool:
        """Tell whether a key is no name of an attribute: it would hide what the class has, or is one of Python's own."""
        # Python's protocols (`__array__`, `__rich_repr__`) are no server's to take part in.
        return not isinstance(key, str) or key in cls._own or key.startswith("__")

    @property
    def _json(self) -> dict[str, Any]:
        """What was sent."""
        read = self.__dict__  # before the other: `_take` puts them there the other way round, maybe in another thread
        sent = getattr(self, "_sent", None)
        return read if sent is None else sent

    def _take(self, sent: dict[str, Any]) -> None:
        """Read this from now on."""
        converted = {
            key: _converted(self, item, value)
            for key, value in sent.items()
            if (item := self._read_by_key.get(key)) and not item.reads_as_sent(value)
        }
        hidden = {key for key in sent if key not in self._read_by_key and self._hides(key)}
        if not (converted or hidden or self._is_extended or hasattr(self, "_sent")):
            _set(self, "__dict__", sent)
            return
        own = {name: value for name, value in self.__dict__.items() if name in self._own}
        read = {key: value for key, value in {**sent, **converted}.items() if key not in hidden}
        _set(self, "_sent", sent)
        _set(self, "__dict__", read | own)

    def _change(self, key: str, value: object = UNSET) -> None:
        """Put a value among what was sent, or take it out: in a dictionary of this record's own, as others read the old one."""
        sent = {**self._json, key: value}
        if isinstance(value, Unset):
            del sent[key]
        self._take(sent)

    @property
    def _request_id(self) -> str | None:
        return getattr(self, "_known_request_id", None)

    @_request_id.setter
    def _request_id(self, value: str | None) -> None:
        _set(self, "_known_request_id", value)

    def _hold(self, fields: dict[str, Any]) -> None:
        """Hold what a caller gives by name, in the form in which a server sends it."""
        sent = {}
        for name, value in fields.items():
            item = self._read_by_name.get(name)
            sent[item.key if item else name] = as_json(value) if item else value
        self._take({key: value for key, value in sent.items() if not isinstance(value, Unset)})

    if not TYPE_CHECKING:  # so that a type checker knows the documented fields, and no others

        def __setattr__(self, name: str, value: Any) -> None:
            """Keep what the spec doesn't have as if the server had sent it."""
            item = self._read_by_name.get(name)
            if item is not None:
                self._change(item.key, as_json(value))
            elif name not in self._own:
                self._change(name, value)
            elif name in self._settable or self._is_extended:
                _set(self, name, value)
            else:
                msg = f"{type(self).__name__!r} object attribute {name!r} is read-only"
                raise AttributeError(msg, name=name, obj=self)

        def __delattr__(self, name: str) -> None:
            """Forget what was sent under a name."""
            item = self._read_by_name.get(name)
            if item is None and name in self._own:
                object.__delattr__(self, name)
                return
            key = item.key if item else name
            if key not in self._json:
                msg = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(msg, name=name, obj=self)
            self._change(key)

    if TYPE_CHECKING:
        additional_properties: dict[str, Any]
    else:

        @property
        def additional_properties(self) -> dict[str, Any]:
            """What the server sent beyond the documented fields, as a copy."""
            return {key: value for key, value in self._json.items() if key not in self._by_key}

        @additional_properties.setter
        def additional_properties(self, values: dict[str, Any]) -> None:
            self._take({key: value for key, value in self._json.items() if key in self._by_key} | dict(values))

    @property
    def additional_keys(self) -> list[str]:
        """The names of what the server sent beyond the documented fields."""
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: object) -> None:
        self._change(key, value)

    def __delitem__(self, key: str) -> None:
        if key not in self._json:
            raise KeyError(key)
        self._change(key)

    def __contains__(self, key: object) -> bool:
        return key in self.additional_properties

    def to_dict(
        self, *, mode: Literal["python", "json"] = "python", exclude_unset: bool = True, exclude_none: bool = False
    ) -> dict[str, Any]:
        """Give what the server sent, as a copy: absent fields stay absent, dates are strings.

        The documented fields come first.

        Args:
            mode: "python" or "json": the same here, since all that was sent is JSON.
            exclude_unset: Whether to leave out documented fields that are absent; else None.
            exclude_none: Whether to leave out fields that are None.
        """
        if mode not in {"python", "json"}:
            msg = f'mode must be "python" or "json", not {mode!r}'
            raise ValueError(msg)
        values = copy.deepcopy(self._json)
        documented = {
            item.key: values.pop(item.key, None) for item in self._fields if item.key in values or not exclude_unset
        }
        values = {**documented, **values}
        return {key: value for key, value in values.items() if value is not None} if exclude_none else values

    def to_json(self, *, indent: int | None = 2, exclude_unset: bool = True, exclude_none: bool = False) -> str:
        """Give `to_dict` as JSON.

        Args:
            indent: By how many spaces each level is indented; None for one line.
            exclude_unset: As for `to_dict`.
            exclude_none: As for `to_dict`.
        """
        values = self.to_dict(exclude_unset=exclude_unset, exclude_none=exclude_none)
        separators = (",", ":") if indent is None else None
        return json.dumps(values, indent=indent, separators=separators, ensure_ascii=False)

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", exclude_unset: bool = False, exclude_none: bool = False
    ) -> dict[str, Any]:
        """Give `to_dict` with every documented field, under pydantic's name for it."""
        return self.to_dict(mode=mode, exclude_unset=exclude_unset, exclude_none=exclude_none)

    def model_dump_json(
        self, *, indent: int | None = None, exclude_unset: bool = False, exclude_none: bool = False
    ) -> str:
        """Give `model_dump` as JSON, on one line unless indented."""
        return self.to_json(indent=indent, exclude_unset=exclude_unset, exclude_none=exclude_none)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a dictionary such as `to_dict` gives."""
        return cls._from_json(dict(src_dict))

    def _departure(self) -> str | None:
        """Say where this departs from the spec, if it does."""
        for item in self._fields:
            if item.required and item.key not in self._json:
                return f"{item.key} is missing"
            value = self._json.get(item.key)
            if value is None and not item.required:
                continue
            if getattr(self, item.name) is None or (item.literals and value not in item.literals):
                return f"{item.key} is {value!r}, which the spec doesn't allow"
        return None

    def _shown(self) -> Iterator[tuple[str, object]]:
        for item in self._fields:
            yield item.name, getattr(self, item.name)
        yield from self.additional_properties.items()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._shown())})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        assert isinstance(other, Record)
        return dict(self._shown()) == dict(other._shown())

    __hash__ = None  # type: ignore[assignment]  # mutable, as the generated class

    def __copy__(self) -> Self:
        return self._restored(dict(self._json))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._restored(copy.deepcopy(self._json, memo))

    def _restored(self, sent: dict[str, Any]) -> Self:
        record = self._from_json(sent)
        record._request_id = self._request_id
        return record

    def __getstate__(self) -> dict[str, Any]:
        return {"json": self._json, "request_id": self._request_id}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._take(state["json"])
        self._request_id = state["request_id"]


class _Reader:
    """Reads a documented field that isn't among what is read: it is absent, or a subclass has something under its name."""

    def __init__(self, item: Field) -> None:
        self._item = item
        self.__doc__ = item.key

    def __get__(self, record: Record | None, kind: type[Record] | None = None) -> object:
        if record is None:
            return self
        value = record._json.get(self._item.key)
        return value if self._item.reads_as_sent(value) else _converted(record, self._item, value)


def _converted(record: Record, item: Field, value: object) -> object:
    """Read a value that isn't at once of its field's type."""
    if item.native:
        # JSON Schema counts 1.0 among the integers (2020-12, core, §6.1.1).
        return int(value) if int in item.kinds and isinstance(value, float) and value.is_integer() else None
    # The generated class converts; of the fields not asked for it gets what it can't do without.
    others = {other.key: other.harmless for other in record._fields if other.required}
    source = others | {item.key: value}
    try:
        converted: object = getattr(record._generated.from_dict(source), item.attribute)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    return converted if type(converted) in item.kinds else None

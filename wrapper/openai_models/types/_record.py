"""How a lenient reader holds what a server sent.

An object keeps the JSON as it came. A documented field is read from it when asked
for, and is None where it is absent or not of its type; anything else that the server
sent reads as an attribute as well. The fields are those of the generated class: none
is named here.
"""

from __future__ import annotations

import copy
import json
from collections import deque
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from openai_models_api.types import Unset

from ._fields import Field, as_json, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


# Past a record's own `__setattr__`.
_set = object.__setattr__


class Record:
    """A mixin over a generated class that reads the JSON as it came."""

    if not TYPE_CHECKING:  # the slots are those of the subclasses: two bases can't both have some
        __slots__ = ()

    _fields: ClassVar[tuple[Field, ...]] = ()
    _generated: ClassVar[type[Any]]
    _json: dict[str, Any]
    _request_id: str | None

    def __init_subclass__(cls, *, generated: type[Any] | None = None, **options: object) -> None:
        super().__init_subclass__(**options)
        if generated is None:
            return
        cls._generated = generated
        cls._fields = tuple(fields_of(generated))
        for item in cls._fields:
            for name in {item.attribute, item.name} - set(vars(cls)):
                setattr(cls, name, property(_reader(item), _writer(item), doc=item.key))

    @classmethod
    def _from_json(cls, sent: dict[str, Any]) -> Self:
        """Hold what a server sent: the dictionary itself, no copy."""
        record = cls.__new__(cls)
        _set(record, "_json", sent)
        _set(record, "_request_id", None)
        return record

    @classmethod
    def _all_from_json(cls, sent: list[dict[str, Any]]) -> list[Self]:
        """Hold each of the dictionaries that a server sent, as `_from_json` holds one."""
        # Without any Python that runs for each: half the time, a tenth of that of listing
        # ten thousand models and reading their fields. So `_request_id` is left to `__getattr__`.
        records = list(map(cls.__new__, repeat(cls, len(sent))))
        deque(map(cls.__dict__["_json"].__set__, records, sent), maxlen=0)
        return records

    def _hold(self, fields: dict[str, Any]) -> None:
        """Hold what a caller gives by name, in the form in which a server sends it."""
        self._json = {}
        self._request_id = None
        documented = {name: item for item in self._fields for name in (item.attribute, item.name)}
        for name, value in fields.items():
            if name in documented:
                setattr(self, name, value)
            else:
                self._json[name] = value

    if not TYPE_CHECKING:  # so that a type checker knows the documented fields, and no others

        def __getattr__(self, name: str) -> Any:
            """Give what the server sent under a name that the spec doesn't have."""
            if name == "_request_id":
                return None
            # Python's own protocols (`__array__`, `__rich_repr__`) are no server's to take part in.
            if name == "_json" or name.startswith("__") or name not in self._json:
                msg = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(msg, name=name, obj=self)
            return self._json[name]

        def __setattr__(self, name: str, value: Any) -> None:
            """Keep what the spec doesn't have as if the server had sent it."""
            if hasattr(type(self), name):
                object.__setattr__(self, name, value)
            else:
                self._json[name] = value

    if TYPE_CHECKING:
        additional_properties: dict[str, Any]
    else:

        @property
        def additional_properties(self) -> dict[str, Any]:
            """What the server sent beyond the documented fields, as a copy."""
            known = {item.key for item in self._fields}
            return {key: value for key, value in self._json.items() if key not in known}

        @additional_properties.setter
        def additional_properties(self, values: dict[str, Any]) -> None:
            for key in self.additional_properties:
                del self._json[key]
            self._json.update(values)

    @property
    def additional_keys(self) -> list[str]:
        """The names of what the server sent beyond the documented fields."""
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: object) -> None:
        self._json[key] = value

    def __delitem__(self, key: str) -> None:
        del self._json[key]

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
        return self._json == other._json or dict(self._shown()) == dict(other._shown())

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
        self._json = state["json"]
        self._request_id = state["request_id"]


def _reader(item: Field) -> Callable[[Record], object]:
    key = item.key
    # As a rule there is one, and comparing is faster than looking it up: a tenth of reading a list.
    first, *others = item.kinds if item.native and item.kinds else (None,)

    def read(self: Record) -> object:
        try:
            value = self._json[key]
        except KeyError:
            return None
        if type(value) is first:
            return value
        return value if type(value) in others else _convert(self, item, value)

    return read


def _writer(item: Field) -> Callable[[Record, object], None]:
    def write(self: Record, value: object) -> None:
        if isinstance(value, Unset):
            self._json.pop(item.key, None)
        else:
            self._json[item.key] = as_json(value)

    return write


def _convert(record: Record, item: Field, value: object) -> object:
    """Read a value that isn't at once of its field's type."""
    if value is None or not item.kinds:
        return value
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

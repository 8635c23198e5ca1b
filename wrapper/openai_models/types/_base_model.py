"""What the models and pages of this package add to the generated classes."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args, get_origin

from openai_models_api.json_object import JsonObject


class BaseModel(JsonObject):
    """A JSON object that the API returned, with the official SDK's methods, the request's id and pickles."""

    __slots__ = ("_known_request_id",)

    _known_request_id: str | None

    @property
    def _request_id(self) -> str | None:
        """The server's id of the request; None if this is not the result of a call."""
        return getattr(self, "_known_request_id", None)

    @_request_id.setter
    def _request_id(self, value: str | None) -> None:
        self._known_request_id = value

    def to_dict(
        self, *, mode: Literal["python", "json"] = "python", exclude_unset: bool = True, exclude_none: bool = False
    ) -> dict[str, Any]:
        """Return a copy of what the server sent, the documented fields first. Dates are strings.

        Args:
            mode: "python" or "json". Both give the same here, since the server sent JSON.
            exclude_unset: Whether to leave out documented fields that the server left out; otherwise they are None.
            exclude_none: Whether to leave out fields that are None.

        Raises:
            ValueError: `mode` is neither "python" nor "json".
        """
        if mode not in {"python", "json"}:
            raise ValueError(f'mode must be "python" or "json", not {mode!r}')
        sent = super().to_dict()
        documented = {key: sent.get(key) for key in self._names if key in sent or not exclude_unset}
        values = documented | sent
        self._dump_models(values, mode=mode, exclude_unset=exclude_unset, exclude_none=exclude_none)
        return {key: value for key, value in values.items() if value is not None} if exclude_none else values

    def _dump_models(self, values: dict[str, Any], **options: Any) -> None:
        """Put the models that an object holds into its dictionary."""

    def to_json(self, *, indent: int | None = 2, exclude_unset: bool = True, exclude_none: bool = False) -> str:
        """Return the dictionary of `to_dict` as JSON.

        Args:
            indent: The number of spaces by which each level is indented; None for one line.
            exclude_unset: Whether to leave out documented fields that the server left out; otherwise they are None.
            exclude_none: Whether to leave out fields that are None.
        """
        values = self.to_dict(exclude_unset=exclude_unset, exclude_none=exclude_none)
        separators = (",", ":") if indent is None else None
        return json.dumps(values, indent=indent, separators=separators, ensure_ascii=False)

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", exclude_unset: bool = False, exclude_none: bool = False
    ) -> dict[str, Any]:
        """Return a dictionary of every field, under pydantic's name for that. Dates are strings.

        Args:
            mode: "python" or "json". Both give the same here, since the server sent JSON.
            exclude_unset: Whether to leave out documented fields that the server left out; otherwise they are None.
            exclude_none: Whether to leave out fields that are None.

        Raises:
            ValueError: `mode` is neither "python" nor "json".
        """
        return self.to_dict(mode=mode, exclude_unset=exclude_unset, exclude_none=exclude_none)

    def model_dump_json(
        self, *, indent: int | None = None, exclude_unset: bool = False, exclude_none: bool = False
    ) -> str:
        """Return the dictionary of `model_dump` as JSON.

        Args:
            indent: The number of spaces by which each level is indented; None for one line.
            exclude_unset: Whether to leave out documented fields that the server left out; otherwise they are None.
            exclude_none: Whether to leave out fields that are None.
        """
        return self.to_json(indent=indent, exclude_unset=exclude_unset, exclude_none=exclude_none)

    def _schema_violation(self) -> str | None:
        """Return what the spec doesn't allow in this object, if there is anything."""
        for key, name in self._names.items():
            value = self._json.get(key)
            if key in self._required and key not in self._json:
                return f"{key} is missing"
            if value is None and key not in self._required:
                continue
            if getattr(self, name) is None or value not in (_literals(self._types[key]) or [value]):
                return f"{key} is {value!r}, which the spec doesn't allow"
        return None

    def __dir__(self) -> list[str]:
        """List what is there for users: not the generator's names for what has another name here."""
        hidden = {"additional_keys", "additional_properties", *(self._keys.keys() - self._names.values())}
        unknown = {key for key in dict(self._json) if self._is_free(key) and key.isidentifier()}
        return list({*dir(type(self)), *unknown} - hidden)

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "request_id": self._request_id}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._request_id = state["request_id"]


def _literals(type_: Any) -> list[Any]:
    """Return the only values that a type allows; an empty list if it allows others."""
    parts = (type_, *get_args(type_))
    return [value for part in parts if get_origin(part) is Literal for value in get_args(part)]

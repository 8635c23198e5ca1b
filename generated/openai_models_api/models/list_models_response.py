from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..json_object import JsonObject

if TYPE_CHECKING:
    from ..models.model import Model


class ListModelsResponse(JsonObject):
    """The models that a key may use."""

    __slots__ = ()

    _keys = {
        "object_": "object",
        "data": "data",
    }
    _required = (
        "object",
        "data",
    )

    object_: Literal["list"]
    """ The object's type, always "list". """
    object: Literal["list"]
    """ The object's type, always "list". """
    data: list[Model]
    """ The models, in no particular order. """

from __future__ import annotations

from typing import Literal

from ..json_object import JsonObject


class DeleteModelResponse(JsonObject):
    """The server's confirmation that a model is deleted."""

    __slots__ = ()

    _keys = {
        "id": "id",
        "deleted": "deleted",
        "object_": "object",
    }
    _required = (
        "id",
        "deleted",
        "object",
    )

    id: str
    """ The identifier of the model that was deleted. """
    deleted: bool
    """ Always true; a deletion that fails gets an error. """
    object_: Literal["model"]
    """ The type of the object that was deleted, always "model". """
    object: Literal["model"]
    """ The type of the object that was deleted, always "model". """

from __future__ import annotations

import datetime
from typing import Literal

from ..json_object import JsonObject


class Model(JsonObject):
    """A model that can be used with the API."""

    __slots__ = ()

    _keys = {
        "id": "id",
        "created": "created",
        "object_": "object",
        "owned_by": "owned_by",
        "shutdown_date": "shutdown_date",
    }
    _required = (
        "id",
        "created",
        "object",
        "owned_by",
    )

    id: str
    """ The model's identifier, an opaque string that the other endpoints take. """
    created: int
    """ When the model was created, as Unix time in seconds. """
    object_: Literal["model"]
    """ The object's type, always "model". """
    object: Literal["model"]
    """ The object's type, always "model". """
    owned_by: str
    """ Who owns the model, as free text. """
    shutdown_date: datetime.date | None
    """ The day on which the model will be shut down, as an ISO 8601 date (YYYY-MM-DD); null or absent if none has
    been announced. """

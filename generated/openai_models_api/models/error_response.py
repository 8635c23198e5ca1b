from __future__ import annotations

from typing import TYPE_CHECKING

from ..json_object import JsonObject

if TYPE_CHECKING:
    from ..models.error import Error


class ErrorResponse(JsonObject):
    """The body of every error."""

    __slots__ = ()

    _keys = {
        "error": "error",
    }
    _required = ("error",)

    error: Error
    """ What went wrong, for people and for programs. """

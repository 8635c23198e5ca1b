from __future__ import annotations

from ..json_object import JsonObject


class Error(JsonObject):
    """What went wrong, for people and for programs."""

    __slots__ = ()

    _keys = {
        "message": "message",
        "type_": "type",
        "param": "param",
        "code": "code",
    }
    _required = (
        "message",
        "type",
        "param",
        "code",
    )

    message: str
    """ What went wrong, as a sentence for people. """
    type_: str
    """ The class of the error, such as `invalid_request_error`. """
    param: None | str
    """ The parameter that caused the error; null if none did. """
    code: None | str
    """ The code of the error, for programs, such as `model_not_found`. """

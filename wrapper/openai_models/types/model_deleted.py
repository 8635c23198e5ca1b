"""A deletion that the server confirmed."""

from __future__ import annotations

from openai_models_api.models import DeleteModelResponse as GeneratedModelDeleted

from ._base_model import BaseModel


class ModelDeleted(BaseModel, GeneratedModelDeleted):
    """The server's confirmation that a model is deleted.

    Args:
        **fields: The fields by name.
    """

    __slots__ = ()

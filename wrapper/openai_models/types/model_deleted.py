"""A deletion: the generated type, read leniently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._record import Record

if TYPE_CHECKING:
    from ._generated_view.models import DeleteModelResponse as GeneratedModelDeleted
else:
    from openai_models_api.models import DeleteModelResponse as GeneratedModelDeleted

__all__ = ["ModelDeleted"]


class ModelDeleted(Record, GeneratedModelDeleted, generated=GeneratedModelDeleted):
    """The server's word that a model is gone.

    Args:
        **fields: The fields by name.
    """

    __slots__ = ("__dict__", "_known_request_id", "_sent")

    def __init__(self, /, **fields: Any) -> None:
        self._hold(fields)

    if TYPE_CHECKING:

        @property
        def object(self) -> str:
            """The object's type, "model"."""
            return self.object_

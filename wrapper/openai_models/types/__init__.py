"""What the calls give."""

from __future__ import annotations

from ._model import Model, ModelDeleted

__all__ = ["Model", "ModelDeleted"]

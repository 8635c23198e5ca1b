"""The objects that the calls return."""

from __future__ import annotations

from .model import Model
from .model_deleted import ModelDeleted

__all__ = ["Model", "ModelDeleted"]

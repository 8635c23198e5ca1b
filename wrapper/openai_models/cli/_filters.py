"""Which models a command is about."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ..types import Model

__all__ = ["Filters"]


@dataclass(frozen=True)
class Filters:
    """Conditions on a model; empty or None where anything matches."""

    owners: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    fine_tuned: bool = False
    created_after: datetime | None = None
    created_before: datetime | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    def match(self, model: Model) -> bool:
        """Return whether the model meets all conditions; one without a creation date is in no span of time."""
        if self.owners and not _matches_any(str(model.owned_by or ""), self.owners):
            return False
        if self.ids and not _matches_any(model.id, self.ids):
            return False
        if self.fine_tuned and not model.is_fine_tuned:
            return False
        created = model.created_at
        if self.created_after is not None and (created is None or created < self.created_after):
            return False
        return self.created_before is None or (created is not None and created < self.created_before)


def _matches_any(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)

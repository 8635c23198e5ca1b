"""Which models, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..types import Model

__all__ = ["SORTS", "Filters", "ordered"]


@dataclass(frozen=True)
class Filters:
    """What a model must be; None where anything will do."""

    owner: str | None = None
    match: tuple[str, ...] = ()
    fine_tuned: bool = False
    created_after: datetime | None = None
    created_before: datetime | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    def keeps(self, model: Model) -> bool:
        """Tell whether the model is one; without a creation date it's in no span of time."""
        if self.owner is not None and not fnmatchcase(str(model.owned_by or ""), self.owner):
            return False
        if self.match and not any(fnmatchcase(model.id, pattern) for pattern in self.match):
            return False
        if self.fine_tuned and not model.is_fine_tuned:
            return False
        created = model.created_at
        if self.created_after is not None and (created is None or created < self.created_after):
            return False
        return self.created_before is None or (created is not None and created < self.created_before)


EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
# Each such that the one of interest comes first.
SORTS: Final[dict[str, Callable[[Model], Any]]] = {
    "created": lambda model: -(model.created_at or EARLIEST).timestamp(),
    "id": lambda model: model.id,
    "owner": lambda model: (model.owned_by is None, str(model.owned_by), model.id),
    "shutdown": lambda model: (model.shutdown_date or date.max, model.id),
}


def ordered(models: Iterable[Model], sort: str, *, reverse: bool = False) -> list[Model]:
    """Sort models: newest first, else by the alphabet or by the date of shutdown."""
    return sorted(models, key=SORTS[sort], reverse=reverse)

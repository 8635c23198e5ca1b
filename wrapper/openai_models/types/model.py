"""A model of the API."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from openai_models_api.models import Model as GeneratedModel

from ._base_model import BaseModel


class Model(BaseModel, GeneratedModel):
    """A model that the API offers.

    Its fields are those of OpenAI's own API, and so are their types. A field that another server left out, or sent as
    another type, reads as None; `created_at` is typed for that. `model["max_model_len"]` reads a field that the
    spec lacks. Brackets, `in`, `keys()` and `dict(model)` have each field as the server sent it.

    Args:
        **fields: The fields by name; `id` is required.

    Raises:
        TypeError: There is no `id`, or it isn't a string.
    """

    __slots__ = ()

    def __init__(self, /, **fields: Any) -> None:
        super().__init__(**fields)
        self._check_id()

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return a model with the fields of a dictionary, such as `to_dict` returns.

        Args:
            src_dict: The fields, by their names in the JSON; `id` is required.

        Raises:
            TypeError: There is no `id`, or it isn't a string.
        """
        model = super().from_dict(src_dict)
        model._check_id()
        return model

    def _check_id(self) -> None:
        if not isinstance(self._json.get("id"), str):
            raise TypeError(f"a Model needs an id that is a string, not {self._json.get('id')!r}")

    @property
    def created_at(self) -> datetime | None:
        """When the model was created, in UTC. Safer than `created`, which servers other than OpenAI's may leave out.

        It is read from `created` (Unix time, in seconds), or else from the `created_at` that other servers send, as
        Unix time or as RFC 3339. It is None if neither can be read.
        """
        moments = (_moment(self._json.get(key)) for key in ("created", "created_at"))
        return next((moment for moment in moments if moment is not None), None)

    @property
    def is_fine_tuned(self) -> bool:
        """Whether the id is one that OpenAI gives to fine-tuned models.

        These begin with `ft:`; those of the first API contain `:ft-` (`davinci:ft-personal-2023-01-24-03-13-55`).
        """
        return self.id.startswith("ft:") or ":ft-" in self.id


def _moment(value: object) -> datetime | None:
    """Return the moment that Unix time in seconds or an RFC 3339 text names; None for anything else."""
    with suppress(ValueError, OverflowError, OSError):
        if isinstance(value, int | float) and not isinstance(value, bool):
            # On Windows, `fromtimestamp` refuses what is before 1970.
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.upper())  # RFC 3339 §5.6 allows t and z
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return None

"""The seam: all that the facade takes from the generated client.

    operation -> the generated builder of its request, the reader of its result

The readers give the facade's types, which subclass the generated ones. A change of
generator shows up here and in `types`, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from attrs import frozen

from openai_models_api.api.models import delete_model, list_models, retrieve_model

from .parse import Listing, read_deletion, read_listing, read_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._httpx import Response
    from ..types import Model, ModelDeleted

T = TypeVar("T")


@frozen(eq=False, repr=False)
class Operation(Generic[T]):
    """One operation of the API.

    Attributes:
        name: Its `operationId` in the spec.
        build: The generated builder: the parameters of the path in, `{"method", "url"}` out.
        read: The response, what is wrong with its body and the parameters in, the result out.
    """

    name: str
    build: Callable[..., dict[str, Any]]
    read: Callable[[Response, str | None, Mapping[str, str]], T]


LIST: Final[Operation[Listing]] = Operation("listModels", list_models._get_kwargs, read_listing)  # noqa: SLF001 - generated: no public name
RETRIEVE: Final[Operation[Model]] = Operation("retrieveModel", retrieve_model._get_kwargs, read_model)  # noqa: SLF001 - generated: no public name
DELETE: Final[Operation[ModelDeleted]] = Operation("deleteModel", delete_model._get_kwargs, read_deletion)  # noqa: SLF001 - generated: no public name

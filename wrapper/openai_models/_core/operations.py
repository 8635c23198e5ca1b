"""The operation table: all that the facade takes from the generated client.

    operation -> the generated builder of its request, the parser of its result

The results are the facade's types, which subclass the generated ones. A change of generator shows up here
and in `types`, and nowhere else.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Generic, NamedTuple, TypeVar
from urllib.parse import unquote

from openai_models_api.api.models import delete_model, list_models, retrieve_model

from .._httpx import Response
from ..pagination import AsyncPage, SyncPage
from ..types import Model, ModelDeleted
from .parse import read_deletion, read_listing, read_model

T = TypeVar("T")

# What a segment of a path may hold as it is (RFC 3986 §3.3: `sub-delims`, ":" and "@"), and the generated builders escape.
_NEEDLESS_ESCAPE: Final = re.compile("%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)")


class Operation(NamedTuple, Generic[T]):
    """One operation of the API.

    Attributes:
        builder: The generated builder: the parameters of the path in, `{"method", "url"}` out.
        parse: The response, what is wrong with its body and the parameters in, the result out.
    """

    builder: Callable[..., dict[str, Any]]
    parse: Callable[[Response, str | None, Mapping[str, str]], T]

    def build(self, arguments: Mapping[str, str]) -> tuple[str, str]:
        """Return the method and the path of a request."""
        parts = self.builder(**arguments)
        return parts["method"].upper(), _NEEDLESS_ESCAPE.sub(lambda escape: unquote(escape[0]), parts["url"])


# The generated builders have no public name.
LIST: Final[Operation[SyncPage[Model]]] = Operation(list_models._get_kwargs, partial(read_listing, SyncPage))  # noqa: SLF001 - see above
ASYNC_LIST: Final[Operation[AsyncPage[Model]]] = Operation(list_models._get_kwargs, partial(read_listing, AsyncPage))  # noqa: SLF001 - see above
RETRIEVE: Final[Operation[Model]] = Operation(retrieve_model._get_kwargs, read_model)  # noqa: SLF001 - see above
DELETE: Final[Operation[ModelDeleted]] = Operation(delete_model._get_kwargs, read_deletion)  # noqa: SLF001 - see above

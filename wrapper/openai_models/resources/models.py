"""The one resource of the API that this package covers: models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .. import resources
from .._config.defaults import NotGiven, Omit, not_given
from .._core.operations import DELETE, LIST, RETRIEVE, Operation
from .._core.request import RequestOptions, path_segment
from .._engine import AsyncEngine
from .._engine.sync import Engine
from .._http.protocols import Timeout
from ..pagination import SyncPage
from ..types import Model, ModelDeleted
from ._call_options import HiddenOptions

__all__ = ["AsyncModels", "Models"]

if TYPE_CHECKING:
    from .async_models import AsyncModels as AsyncModels
    from .views import AsyncModelsWithRawResponse as AsyncModelsWithRawResponse
    from .views import AsyncModelsWithStreamingResponse as AsyncModelsWithStreamingResponse
    from .views import ModelsWithRawResponse as ModelsWithRawResponse
    from .views import ModelsWithStreamingResponse as ModelsWithStreamingResponse
else:
    __getattr__ = resources.__getattr__  # for the classes that few programs use


ListResult = TypeVar("ListResult")
RetrieveResult = TypeVar("RetrieveResult")
DeleteResult = TypeVar("DeleteResult")


class Calls(Generic[ListResult, RetrieveResult, DeleteResult]):
    """The calls that return at once. A subclass names their results, and takes an engine of its kind.

    The calls of an async streamed view are among them: what they return is entered later.
    """

    _list_operation: Operation[Any] = LIST

    def __init__(self, engine: Engine | AsyncEngine) -> None:
        self._engine = engine

    def _perform(self, options: RequestOptions[Any]) -> Any:
        """Send a call, and return its result."""
        raise NotImplementedError

    def list(
        self,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> ListResult:
        """List the models that the key can use.

        Args:
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The first page; of `with_raw_response` or `with_streaming_response`: the response that holds it. Iterating
            over the page goes through all models, and requests further pages.

        Raises:
            OpenAIError: The call failed; `openai_models` has the class of each failure.
            ValueError: An option cannot be sent. Nothing was sent.
            TypeError: An option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        page: ListResult = self._perform(options.build(self._list_operation))
        return page

    def retrieve(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RetrieveResult:
        """Retrieve one model.

        Args:
            model: The model's id.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The model; of `with_raw_response` or `with_streaming_response`: the response that holds it.

        Raises:
            NotFoundError: The model does not exist, or the key cannot see it.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        found: RetrieveResult = self._perform(options.build(RETRIEVE, model=path_segment(model)))
        return found

    def delete(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> DeleteResult:
        """Delete a fine-tuned model. The key's owner needs the role Owner in the organization.

        Args:
            model: The id of the model, such as `ft:gpt-4o-mini:acemeco:suffix:abc123`.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Sent as the JSON body of the request.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The server's confirmation; of `with_raw_response` or `with_streaming_response`: the response that holds it.

        Raises:
            NotFoundError: The model does not exist.
            APIResponseValidationError: The server did not confirm the deletion. Of a response: by `parse()`.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        deleted: DeleteResult = self._perform(options.build(DELETE, model=path_segment(model)))
        return deleted


class Models(Calls[SyncPage[Model], Model, ModelDeleted]):
    """List, retrieve and delete models: `client.models`.

    `list()` returns a `SyncPage`, `retrieve()` a `Model`, `delete()` a `ModelDeleted`.
    """

    _engine: Engine

    def _perform(self, options: RequestOptions[Any]) -> Any:
        return self._engine.call(options)

    @property
    def with_raw_response(self) -> resources.ModelsWithRawResponse:
        """The same calls, each of which returns an `APIResponse`: the status, the headers and the body."""
        return resources.ModelsWithRawResponse(self._engine)

    @property
    def with_streaming_response(self) -> resources.ModelsWithStreamingResponse:
        """The same calls, each for a `with` statement: it gives an `APIResponse` whose body has not been read yet."""
        return resources.ModelsWithStreamingResponse(self._engine)

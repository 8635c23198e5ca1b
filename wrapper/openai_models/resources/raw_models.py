"""The calls of `with_raw_response`: each returns the HTTP response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._config.sentinels import NotGiven, Omit, not_given
from .._core.operations import DELETE, LIST, RETRIEVE
from .._core.request import path_segment
from .._engine.sync import Engine
from .._http.protocols import Timeout
from .._responses.raw import RawAPIResponse
from ..pagination import AsyncPage, SyncPage
from ..types import Model, ModelDeleted
from ._call_options import HiddenOptions

if TYPE_CHECKING:
    from .._engine.aio import AsyncEngine
else:
    AsyncEngine = Any  # its module loads anyio, which only async programs need


class ModelsWithRawResponse:
    """`client.models.with_raw_response`: each call returns the HTTP response."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(
        self,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[SyncPage[Model]]:
        """List the models that the key can use.

        Args:
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the page.

        Raises:
            OpenAIError: The call failed; `openai_models` has the class of each failure.
            ValueError: An option cannot be sent. Nothing was sent.
            TypeError: An option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, self._engine.send(options.build(LIST, SyncPage)))

    def retrieve(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[Model]:
        """Retrieve one model.

        Args:
            model: The model's id.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the model.

        Raises:
            NotFoundError: The model does not exist, or the key cannot see it.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, self._engine.send(options.build(RETRIEVE, model=path_segment(model))))

    def delete(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[ModelDeleted]:
        """Delete a fine-tuned model. The key's owner needs the role Owner in the organization.

        Args:
            model: The id of the model, such as `ft:gpt-4o-mini:acemeco:suffix:abc123`.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Sent as the JSON body of the request.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the server's confirmation, or
            raises `APIResponseValidationError` if there is none.

        Raises:
            NotFoundError: The model does not exist.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, self._engine.send(options.build(DELETE, model=path_segment(model))))


class AsyncModelsWithRawResponse:
    """`async_client.models.with_raw_response`: each call returns the HTTP response."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def list(
        self,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[AsyncPage[Model]]:
        """List the models that the key can use.

        Args:
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the page.

        Raises:
            OpenAIError: The call failed; `openai_models` has the class of each failure.
            ValueError: An option cannot be sent. Nothing was sent.
            TypeError: An option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, await self._engine.send(options.build(LIST, AsyncPage)))

    async def retrieve(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[Model]:
        """Retrieve one model.

        Args:
            model: The model's id.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Not sent, since a GET request has no body; the official SDK has this argument.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the model.

        Raises:
            NotFoundError: The model does not exist, or the key cannot see it.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, await self._engine.send(options.build(RETRIEVE, model=path_segment(model))))

    async def delete(
        self,
        model: str,
        *,
        extra_headers: Mapping[str, str | Omit] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: float | Timeout | NotGiven | None = not_given,
    ) -> RawAPIResponse[ModelDeleted]:
        """Delete a fine-tuned model. The key's owner needs the role Owner in the organization.

        Args:
            model: The id of the model, such as `ft:gpt-4o-mini:acemeco:suffix:abc123`.
            extra_headers: Headers of this call. They replace the client's headers of the same name; `omit` removes one.
            extra_query: Query parameters of this call. They replace the client's parameters of the same name.
            extra_body: Sent as the JSON body of the request.
            timeout: Seconds for a whole attempt, or a `Timeout` per phase; None for no limit. Default: the client's.

        Returns:
            The response, with its body read. Its `parse()` returns the server's confirmation, or
            raises `APIResponseValidationError` if there is none.

        Raises:
            NotFoundError: The model does not exist.
            OpenAIError: The call failed in another way; `openai_models` has the class of each failure.
            ValueError: `model` cannot be one segment of a path, or an option cannot be sent. Nothing was sent.
            TypeError: `model` is not a string, or an option has the wrong type. Nothing was sent.
        """
        options = HiddenOptions(extra_headers, extra_query, extra_body, timeout)
        del extra_headers, extra_query, extra_body
        return RawAPIResponse(self._engine, await self._engine.send(options.build(DELETE, model=path_segment(model))))

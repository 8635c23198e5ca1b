"""The models that a mock server starts with: its defaults, or those of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# In the official API, `shutdown_date` is a date, null, or absent.
DEFAULT_MODELS: Final[Sequence[Mapping[str, object]]] = (
    {
        "id": "gpt-4o-mini",
        "object": "model",
        "created": 1721172741,
        "owned_by": "system",
        "shutdown_date": None,
    },
    {
        "id": "gpt-4o",
        "object": "model",
        "created": 1715367049,
        "owned_by": "system",
    },
    {
        "id": "gpt-3.5-turbo",
        "object": "model",
        "created": 1677610602,
        "owned_by": "openai",
        "shutdown_date": "2026-10-23",
    },
    {
        "id": "text-embedding-3-small",
        "object": "model",
        "created": 1705948997,
        "owned_by": "system",
        "shutdown_date": None,
    },
    {
        "id": "whisper-1",
        "object": "model",
        "created": 1677532384,
        "owned_by": "openai-internal",
    },
    # The ID in the API reference's curl example.
    {
        "id": "VAR_chat_model_id",
        "object": "model",
        "created": 1686935002,
        "owned_by": "openai",
        "shutdown_date": "2026-10-23",
    },
    {
        "id": "ft:gpt-4o-mini:acemeco:suffix:abc123",
        "object": "model",
        "created": 1724941200,
        "owned_by": "acemeco",
        "shutdown_date": None,
    },
    {
        "id": "ft:gpt-4o-mini-2024-07-18:acemeco::9zTq3vKx",
        "object": "model",
        "created": 1725033600,
        "owned_by": "acemeco",
    },
    # Fine-tuned models had such IDs before 2023-08.
    {
        "id": "davinci:ft-personal-2023-01-24-03-13-55",
        "object": "model",
        "created": 1674530035,
        "owned_by": "user-mzq8w0k3v7x1",
    },
)


def read_models(path: Path | str) -> list[dict[str, Any]]:
    """Read models for a mock server from a file.

    Args:
        path: A JSON file with an array of models, or with a list as the API returns it.

    Raises:
        ValueError: The file can't be read, or does not hold models.
    """
    try:
        content = json.loads(Path(path).read_text("utf-8-sig"))  # Windows editors write a byte order mark
    except OSError as error:
        message = f"can't read {path}: {error.strerror}"
        raise ValueError(message) from error
    except ValueError as error:
        message = f"{path} is not JSON: {error}"
        raise ValueError(message) from error
    models = content.get("data") if isinstance(content, dict) else content
    if not isinstance(models, list) or not all(isinstance(model, dict) for model in models):
        message = f"{path} has no models: it must hold an array of objects with an id, or an object with one in data"
        raise ValueError(message)
    return models

"""Model ids for the shell's TAB: from a cache, or from the server within half a second; else none, silently."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from ._context import Settings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["broken_at_colons", "model_ids"]

SECONDS: Final = 0.45
FRESH_SECONDS: Final = 300


def model_ids(params: dict[str, Any]) -> list[str]:
    """Give the ids of the server that the line names so far."""
    names = ("base_url", "api_key_file", "organization", "project", "profile")
    given: dict[str, Any] = {name: params.get(name) for name in names}
    settings = Settings(**given)
    try:
        path = _cache(settings)
        if path.exists() and time.time() - path.stat().st_mtime < FRESH_SECONDS:
            return [str(each) for each in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError):
        return []
    found: list[str] = []
    # A name server can hold a connection up for longer than any timeout of it.
    thread = threading.Thread(target=_fetch, args=(settings, path, found), daemon=True)
    thread.start()
    thread.join(SECONDS)
    return list(found)


def broken_at_colons(last: str) -> str:
    """Give what bash took off the front of a word: it breaks words at colons, which the ids of fine-tuned models have."""
    words = os.environ.get("COMP_WORDS", "").split()[: int(os.environ.get("COMP_CWORD") or 0)]
    whole = last
    while words and (whole.startswith(":") or set(words[-1]) == {":"}):
        whole = words.pop() + whole
    return whole.removesuffix(last)


def _cache(settings: Settings) -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - only on TAB

    # Whose models they are depends on the key too, of which no more than this is kept.
    which = [repr(settings), os.environ.get("OPENAI_BASE_URL", ""), os.environ.get("OPENAI_API_KEY", "")]
    digest = hashlib.sha256("\0".join(which).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_cache_path("openai-models", appauthor=False) / f"ids-{digest}.json"


def _fetch(settings: Settings, path: Path, found: list[str]) -> None:
    try:
        with settings.client(timeout=SECONDS, max_retries=0) as client:
            # What would confuse a shell isn't offered.
            found += [model.id for model in client.models.list() if model.id.isprintable()]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(found), "utf-8")
        part.replace(path)
    except Exception:  # noqa: BLE001 - a shell's prompt is no place for errors
        return

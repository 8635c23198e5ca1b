"""Complete model ids for the shell: from a cache, or from the server within half a second; otherwise none, silently."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from ._global_options import GlobalOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["fetch_ids"]

SECONDS: Final = 0.45
FRESH_SECONDS: Final = 300


def fetch_ids(params: Mapping[str, Any]) -> list[str]:
    """Return the ids of the server that the global options name so far."""
    names = ("base_url", "api_key_file", "organization", "project", "profile")
    given: dict[str, Any] = {name: params.get(name) for name in names}
    options = GlobalOptions(**given)
    try:
        path = _cache(options)
        if path.exists() and time.time() - path.stat().st_mtime < FRESH_SECONDS:
            return [str(each) for each in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError):
        return []
    found: list[str] = []
    # A name server can hold a connection up for longer than any of its timeouts.
    thread = threading.Thread(target=_fetch, args=(options, path, found), daemon=True)
    thread.start()
    thread.join(SECONDS)
    return list(found)


def _cache(options: GlobalOptions) -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - only on TAB

    # Whose models they are depends on the key too, of which no more than this is kept.
    which = [repr(options), os.environ.get("OPENAI_BASE_URL", ""), os.environ.get("OPENAI_API_KEY", "")]
    digest = hashlib.sha256("\0".join(which).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_cache_path("openai-models", appauthor=False) / f"ids-{digest}.json"


def _fetch(options: GlobalOptions, path: Path, found: list[str]) -> None:
    try:
        with options.client(timeout=SECONDS, max_retries=0) as client:
            # What would confuse a shell is not offered.
            found += [model.id for model in client.models.list() if model.id.isprintable()]
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(found), "utf-8")
        part.replace(path)
    except Exception:  # noqa: BLE001 - a shell's prompt is no place for errors
        return

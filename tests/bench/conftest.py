"""A server, and processes that have loaded nothing yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
STEERING = ("OPENAI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT", "SSLKEYLOGFILE", "PYTHONPROFILE")


@pytest.fixture(params=["sync", "async"])
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    with MockServer(models=[{"id": f"m{number}"} for number in range(1000)]) as server:
        yield server


@pytest.fixture(scope="module")
def run(mock: MockServer) -> Callable[[str], Any]:
    """Run code in a process of its own that knows the mock, once, and give what it prints as JSON."""

    @cache
    def run(code: str) -> Any:
        bare = {name: value for name, value in os.environ.items() if not name.upper().startswith(STEERING)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=bare | {"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": mock.api_key},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run

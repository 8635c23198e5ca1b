"""A server, and processes that have loaded nothing yet."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from tests.bench.measure import ROOT

from openai_models.testing import MockServer

STEERING = ("OPENAI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT", "SSLKEYLOGFILE", "PYTHONPROFILE")


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[str], Any]]:
    """Run code in a process of its own that knows a mock, once, and give what it prints as JSON."""

    @cache
    def run(code: str) -> Any:
        bare = {name: value for name, value in os.environ.items() if not name.upper().startswith(STEERING)}
        environment = bare | {"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": mock.api_key}
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    with MockServer(models=[{"id": f"m{number}"} for number in range(1000)]) as mock:
        yield run

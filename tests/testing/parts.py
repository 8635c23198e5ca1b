"""What the tests of the mock share: raw bytes, the official error envelope, and a user's own tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx

from openai_models.testing import MockServer

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
LONG = 60.0  # seconds that no test would wait for
VALID, WRONG, NO = "valid key", "wrong key", "no key"


def ids(mock: MockServer) -> list[object]:
    return [model["id"] for model in mock.models]


def error(
    message: str, type: str = "invalid_request_error", *, param: str | None = None, code: str | None = None
) -> dict[str, object]:
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def connect(mock: MockServer) -> socket.socket:
    url = urlsplit(mock.base_url)
    return socket.create_connection((url.hostname or "", url.port or 0), timeout=5)


def received(connection: socket.socket) -> bytes:
    """Return what the server sends until it closes the connection; raise `TimeoutError` if it leaves it open."""
    data = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            data += piece
    return data


def fetch(
    profile: str | None, request_line: str, key: str = VALID, headers: Mapping[str, str] | None = None, **options: Any
) -> httpx.Response:
    """Send a method and a path, relative to the base URL, to a mock with a profile."""
    method, path = request_line.split(" ", 1)
    with MockServer(profile=profile, **options) as mock, httpx.Client(trust_env=False, verify=False) as client:
        bearer = mock.api_key if key == VALID else "sk-wrong"
        authorization = {} if key == NO else {"authorization": f"Bearer {bearer}"}
        return client.request(method, mock.base_url + path, headers={**authorization, **(headers or {})})


def run_pytest(folder: Path, files: Mapping[str, str], *plugins: str) -> dict[str, str]:
    """Run a user's test files in a process of their own, outside of this repository.

    Returns:
        By the name of each test `passed`, or `skipped`, `failure` or `error` with pytest's report.
    """
    for name, text in files.items():
        (folder / name).write_text(dedent(text), "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "OPENAI_"))}
    own = {"OPENAI_API_KEY": "sk-the-users-own", "OPENAI_ORG_ID": "org-own", "OPENAI_PROJECT_ID": "proj-own"}
    # The plugins of all installed packages would take seconds.
    environment = {**kept, **own, "NO_PROXY": "intranet.example", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    loaded = [f"-p{plugin}" for plugin in ("openai_models.testing.pytest_plugin", "no:cacheprovider", *plugins)]
    command = [sys.executable, "-m", "pytest", *loaded, "-Werror", f"--rootdir={folder}", "--junitxml=report.xml"]
    done = subprocess.run(
        [*command, str(folder)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    reports: dict[str, str] = {}
    for case in ET.parse(folder / "report.xml").iter("testcase"):
        report = "".join(f"{problem.tag}: {problem.text}" for problem in case) or "passed"
        reports[case.attrib["name"]] = reports.get(case.attrib["name"], "") + report
    return reports

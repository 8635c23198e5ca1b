"""The programs in examples/ do what their first lines say, against the mock."""

from __future__ import annotations

import csv
import importlib
import io
import json
import subprocess
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from openai_models.testing import PROFILES, MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = datetime.now(UTC).date()


def run(
    name: str, *arguments: str, environment: Mapping[str, str], typed: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / name, *arguments],
        input=typed,
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def reaching(mock: MockServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": mock.api_key}


def test_no_example_is_longer_than_a_screen() -> None:
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in EXAMPLES.glob("*.py")}
    cells = json.loads((EXAMPLES / "models_by_owner.ipynb").read_text("utf-8"))["cells"]
    lengths["models_by_owner.ipynb"] = sum(len(cell["source"]) for cell in cells)
    assert len(lengths) == 6
    assert [name for name, length in lengths.items() if length >= 60] == []


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    posted: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", posted
        server.shutdown()
        thread.join()


def model(id: str, *, shutdown: date | None = None, days_old: int = 0) -> dict[str, object]:
    created = int((datetime.now(UTC) - timedelta(days=days_old)).timestamp())
    text = shutdown and shutdown.isoformat()
    return {"id": id, "object": "model", "created": created, "owned_by": "acme", "shutdown_date": text}


def test_nightly_check_posts_what_is_wrong(webhook: tuple[str, list[dict[str, str]]]) -> None:
    url, posted = webhook
    models = [
        model("stays"),
        model("far", shutdown=TODAY + timedelta(days=91)),
        model("near", shutdown=TODAY + timedelta(days=30)),
        model("over", shutdown=TODAY - timedelta(days=1)),
    ]
    with MockServer(models=models) as mock:
        environment = {**reaching(mock), "CHAT_WEBHOOK": url}
        done = run("nightly_check.py", "stays", "far", "near", "over", "typo", environment=environment)
        quiet = run("nightly_check.py", "stays", "far", environment=environment)
    assert (done.returncode, done.stderr) == (1, "")
    near, over, typo = done.stdout.splitlines()
    assert near.startswith(("near is shut down in 30 days", "near is shut down in 29 days"))  # midnight may pass
    assert over.startswith("over is shut down already")
    assert typo.startswith("typo does not exist")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert [message["text"].splitlines() for message in posted] == [
        ["Models that need attention:", *(f"- {line}" for line in done.stdout.splitlines())]
    ]


def test_gateway_lists_several_servers_as_one_and_names_the_one_that_fails(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    gateway = importlib.import_module("gateway")
    request.addfinalizer(lambda: sys.modules.pop("gateway"))
    with MockServer(profile="vllm") as vllm, MockServer(fail_rate=1.0) as down, MockServer(profile="together") as array:
        servers = {"vllm": vllm.base_url, "down": down.base_url, "together": array.base_url}
        monkeypatch.setenv("SERVERS", json.dumps(servers))
        monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
        for name, mock in (("VLLM", vllm), ("DOWN", down), ("TOGETHER", array)):
            monkeypatch.setenv(f"{name}_API_KEY", mock.api_key)
        with TestClient(gateway.app) as client:
            answer = client.get("/v1/models").json()
        listed = [each["id"] for each in answer["data"]]
        assert listed == [f"vllm/{each['id']}" for each in vllm.models] + [
            f"together/{each['id']}" for each in array.models
        ]
    assert answer["data"][0]["max_model_len"] == 8192
    assert list(answer["errors"]) == ["down"]


def test_inventory_asks_ten_servers() -> None:
    with ExitStack() as stack:
        mocks = [stack.enter_context(MockServer(profile=profile)) for profile in PROFILES[:10]]
        key = {"127_0_0_1_KEY": mocks[0].api_key}
        done = run("inventory.py", *(mock.base_url for mock in mocks), environment=key)
        assert (done.returncode, done.stderr) == (0, "")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert [row["id"] for row in rows if row["server"] == mocks[0].base_url] == [
            str(each["id"]) for each in mocks[0].models
        ]
        assert {row["server"] for row in rows} == {mock.base_url for mock in mocks}
        refused = run("inventory.py", *(mock.base_url for mock in mocks[:2]), environment={"127_0_0_1_KEY": "wrong"})
    assert refused.returncode == 1
    assert "AuthenticationError: Error code: 401" in refused.stdout


@pytest.mark.parametrize(("typed", "left"), [("y\n", ["gpt-4o", "ft:new"]), ("\n", ["gpt-4o", "ft:new", "ft:old"])])
def test_clean_up_deletes_old_fine_tuned_models_once_that_is_confirmed(typed: str, left: list[str]) -> None:
    models = [model("gpt-4o", days_old=900), model("ft:new", days_old=10), model("ft:old", days_old=200)]
    with MockServer(models=models) as mock:
        done = run("clean_up.py", "180", environment=reaching(mock), typed=typed)
        assert [each["id"] for each in mock.models] == left
    assert (done.returncode, done.stderr) == (0, "")
    assert "ft:old" in done.stdout
    assert "ft:new" not in done.stdout


def test_the_tests_of_retries_pass() -> None:
    environment = {"OPENAI_API_KEY": "none", "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = [
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-q",
        f"--rootdir={EXAMPLES}",
        str(EXAMPLES / "test_retries.py"),
    ]
    done = subprocess.run(
        [sys.executable, *arguments], env={"PATH": "", **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "14 passed" in done.stdout

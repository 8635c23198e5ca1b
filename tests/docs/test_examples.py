"""The programs in examples/ do what their first lines say, against the mock."""

import csv
import io
import json
import runpy
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from openai_models.testing import PROFILES, MockServer

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TODAY = datetime.now(UTC).date()


def run(*arguments: str, environment: Mapping[str, str], typed: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=EXAMPLES,
        input=typed,
        env={"PATH": "", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def reaching(mock: MockServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": mock.api_key}


def model(id: str, *, shutdown: date | None = None, days_old: int = 0) -> dict[str, object]:
    created = int((datetime.now(UTC) - timedelta(days=days_old)).timestamp())
    text = shutdown and shutdown.isoformat()
    return {"id": id, "object": "model", "created": created, "owned_by": "acme", "shutdown_date": text}


def test_no_example_is_longer_than_a_screen_and_each_is_shown() -> None:
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in EXAMPLES.glob("*.py")}
    cells = json.loads((EXAMPLES / "models_by_owner.ipynb").read_text("utf-8"))["cells"]
    lengths["models_by_owner.ipynb"] = sum(len(cell["source"]) for cell in cells)
    assert len(lengths) == 6
    assert [name for name, length in lengths.items() if length >= 60] == []
    page = (ROOT / "docs" / "examples.md").read_text("utf-8")
    assert [name for name in lengths if f"<!-- include: examples/{name} -->" not in page] == []


def test_nightly_check_posts_what_is_wrong() -> None:
    models = [
        model("stays"),
        model("far", shutdown=TODAY + timedelta(days=91)),
        model("near", shutdown=TODAY + timedelta(days=30)),
        model("over", shutdown=TODAY - timedelta(days=1)),
    ]
    with MockServer(models=models) as mock, MockServer() as chat:
        chat.fail_next(204)
        environment = {**reaching(mock), "CHAT_WEBHOOK": f"{chat.base_url}/hook"}
        done = run("nightly_check.py", "stays", "far", "near", "over", "typo", environment=environment)
        quiet = run("nightly_check.py", "stays", "far", environment=environment)
        (posted,) = chat.requests
    near, over, typo = done.stdout.splitlines()
    assert near.startswith(("near is shut down in 30 days", "near is shut down in 29 days"))  # midnight may pass
    assert over.startswith("over is shut down already")
    assert typo.startswith("typo does not exist")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert (done.returncode, posted.method) == (1, "POST")
    assert json.loads(posted.body)["text"].splitlines() == [
        "Models that need attention:", *(f"- {line}" for line in done.stdout.splitlines())
    ]  # fmt: skip


def test_gateway_lists_several_servers_as_one_and_names_the_one_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with MockServer(profile="vllm") as vllm, MockServer(fail_rate=1.0) as down, MockServer(profile="together") as array:
        servers = {"vllm": vllm, "down": down, "together": array}
        monkeypatch.setenv("SERVERS", json.dumps({name: mock.base_url for name, mock in servers.items()}))
        monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
        for name, mock in servers.items():
            monkeypatch.setenv(f"{name.upper()}_API_KEY", mock.api_key)
        with TestClient(runpy.run_path(str(EXAMPLES / "gateway.py"))["app"]) as client:
            answer = client.get("/v1/models").json()
        listed = [f"{name}/{each['id']}" for name in ("vllm", "together") for each in servers[name].models]
    assert [each["id"] for each in answer["data"]] == listed
    assert answer["data"][0]["max_model_len"] == 8192
    assert list(answer["errors"]) == ["down"]


def test_inventory_asks_ten_servers() -> None:
    with ExitStack() as stack:
        mocks = [stack.enter_context(MockServer(profile=profile)) for profile in PROFILES[:10]]
        urls = [mock.base_url for mock in mocks]
        done = run("inventory.py", *urls, environment={"127_0_0_1_KEY": mocks[0].api_key})
        refused = run("inventory.py", *urls[:2], environment={"127_0_0_1_KEY": "wrong"})
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["id"] for row in rows if row["server"] == urls[0]] == [str(each["id"]) for each in mocks[0].models]
    assert {row["server"] for row in rows} == {*urls}
    assert refused.returncode == 1
    assert "AuthenticationError: Error code: 401" in refused.stdout


@pytest.mark.parametrize(
    ("typed", "left"), [("y\n", ["gpt-4o", "ft:new"]), ("\n", ["gpt-4o", "ft:new", "ft:old"])], ids=["yes", "no"]
)
def test_clean_up_deletes_old_fine_tuned_models_once_that_is_confirmed(typed: str, left: list[str]) -> None:
    models = [model("gpt-4o", days_old=900), model("ft:new", days_old=10), model("ft:old", days_old=200)]
    with MockServer(models=models) as mock:
        done = run("clean_up.py", "180", environment=reaching(mock), typed=typed)
        assert [each["id"] for each in mock.models] == left
    assert (done.returncode, done.stderr) == (0, "")
    assert "ft:old" in done.stdout
    assert "ft:new" not in done.stdout


def test_the_tests_of_retries_pass() -> None:
    environment = {"OPENAI_API_KEY": "none", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugins = ("-p", "no:cacheprovider", "-p", "openai_models.testing.pytest_plugin")
    done = run("-m", "pytest", *plugins, "-q", "--rootdir=.", "test_retries.py", environment=environment)
    assert done.returncode == 0, done.stdout
    assert "14 passed" in done.stdout

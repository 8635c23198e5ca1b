"""The tables of the guide say what the code does."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import openai_models
from openai_models import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    DefaultHttpxClient,
    OpenAI,
)
from openai_models._core.retries import LONGEST_WAIT, delay_before_retry
from openai_models._http.proxies import is_exempt
from openai_models.testing import MockServer

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
REQUEST = httpx.Request("GET", "https://api.openai.com/v1/models")


def page(name: str) -> str:
    return (GUIDE / f"{name}.md").read_text("utf-8")


def cells(name: str, heading: str, number: int = 0) -> list[list[str]]:
    """Return the cells of a table under a heading, by default of the first."""
    text = page(name).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)[number]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def status_error(status: int) -> APIStatusError:
    return APIStatusError("", response=httpx.Response(status, request=REQUEST), body=None)


def test_the_statuses_that_are_retried() -> None:
    retried, others = (
        {*map(int, re.findall(r"\d{3}", row[0]))}
        for row in cells("timeouts-and-retries", "Which failures are retried")[:2]
    )
    assert retried == {408, 409, 429, 500}  # and above
    waits = {status: delay_before_retry(status_error(status), retries_taken=0) for status in range(400, 600)}
    found = {status for status, wait in waits.items() if wait is not None}
    assert found == retried | {*range(500, 600)}
    assert others & found == set()


def test_the_waits() -> None:
    error = APIConnectionError(request=REQUEST)
    waits = [
        (
            delay_before_retry(error, retries_taken=number, jitter=lambda: 1.0),
            delay_before_retry(error, retries_taken=number, jitter=lambda: 0.0),
        )
        for number in range(5)
    ]
    rows = cells("timeouts-and-retries", "How long the client waits")
    assert [tuple(map(float, re.findall(r"[\d.]+", wait))) for _, wait in rows] == waits
    assert [retry[0] for retry, _ in rows] == ["1", "2", "3", "4", "5"]
    assert delay_before_retry(error, retries_taken=20, jitter=lambda: 0.0) == 8
    assert f"more than {LONGEST_WAIT:.0f} seconds" in page("timeouts-and-retries")


@pytest.mark.parametrize(
    ("number", "reached_directly", "others"),
    [
        (0, ["http://example.com", "http://a.example.com"], ["http://example.org"]),
        (1, ["http://a.example.com"], ["http://example.com"]),
        (2, ["http://127.0.0.1:80"], ["http://127.0.0.2"]),
        (3, ["http://10.1.2.3"], ["http://11.1.2.3"]),
        (4, ["http://example.com:8080"], ["http://example.com"]),
        (5, ["http://example.org"], []),
    ],
)
def test_the_entries_of_no_proxy(number: int, reached_directly: list[str], others: list[str]) -> None:
    entry = re.findall(r"`([^`]+)`", cells("http-clients", "Proxies")[number][0])[0]
    assert [url for url in reached_directly + others if is_exempt(httpx.URL(url), entry)] == reached_directly


def test_every_error_is_in_the_tree_and_has_its_attributes() -> None:
    names = [name for name in openai_models.__all__ if isinstance(getattr(openai_models, name), type)]
    classes = [name for name in names if issubclass(getattr(openai_models, name), Exception)]
    assert len(classes) > 10
    assert [name for name in classes if not re.search(rf"^[ │├└─]*{name}\b", page("errors"), re.MULTILINE)] == []
    samples = {
        "`APIError` and below": APIConnectionError(request=REQUEST),
        "`APIStatusError`, `APIResponseValidationError`": APIResponseValidationError(status_error(404).response, None),
        "the same": status_error(404),
        "`APIConnectionError`, `APITimeoutError`": APITimeoutError(REQUEST),
    }
    for attributes, owner, *_ in cells("errors", "Attributes"):
        missing = [name for name in re.findall(r"`(\w+)`", attributes) if not hasattr(samples.get(owner), name)]
        assert missing == [] or owner == "any"


def test_the_texts_of_connection_errors() -> None:
    shown = [re.findall(r"`(.*)`", text)[0] for _, text in cells("errors", "Attributes", 1)[:3]]
    with pytest.raises(APIConnectionError) as refused:
        OpenAI(base_url="http://127.0.0.1:9/v1", api_key="none", max_retries=0).models.list()
    with DefaultHttpxClient(proxy="http://127.0.0.1:9") as http, pytest.raises(APIConnectionError) as unreached:
        OpenAI(api_key="none", max_retries=0, http_client=http).models.list()
    with MockServer() as mock, mock.client(timeout=0.2, max_retries=0) as client:
        mock.delay_next(60)
        with pytest.raises(APITimeoutError) as late:
            client.models.list()
        origin = mock.base_url.removesuffix("/v1")
    texts = [str(refused.value), str(unreached.value), str(late.value).replace(origin, "https://api.openai.com")]
    assert texts == shown


def test_openai_log_prints_what_the_page_shows(mock: MockServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import openai_models; openai_models.OpenAI().models.list()"],
        env={"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": mock.api_key, "OPENAI_LOG": "debug", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    shown = re.findall(r"^\[.*$", page("logging"), re.MULTILINE)
    form = [re.sub(r"[\d: -]{19}|:\d+|https?://[\w.:]+|req_\w+", "*", line) for line in (*shown, done.stderr.strip())]
    assert len(form) == 2
    assert form[0] == form[1]

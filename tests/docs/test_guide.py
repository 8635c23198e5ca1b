"""The tables of the guide say what the code does."""

from __future__ import annotations

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
from openai_models._exceptions import error_class
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
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def status_error(status: int, **headers: str) -> APIStatusError:
    return error_class(status)("", response=httpx.Response(status, headers=headers, request=REQUEST), body=None)


def test_the_statuses_that_are_retried() -> None:
    retried, others = (row[0] for row in cells("timeouts-and-retries", "Which failures are retried")[:2])
    named = set(map(int, re.findall(r"\d{3}", retried)))
    assert named == {408, 409, 429, 500}
    for status in range(400, 600):
        assert (delay_before_retry(status_error(status), retries_taken=0) is not None) == (
            status in named or status >= 500
        )
    assert all(
        delay_before_retry(status_error(int(status)), retries_taken=0) is None
        for status in re.findall(r"\d{3}", others)
    )


def test_the_waits() -> None:
    rows = cells("timeouts-and-retries", "How long the client waits")
    error = APIConnectionError(request=REQUEST)
    for number, (retry, wait) in enumerate(rows):
        assert retry.startswith(str(number + 1))
        shortest, longest = (float(each) for each in re.findall(r"[\d.]+", wait))
        assert delay_before_retry(error, retries_taken=number, jitter=lambda: 0.0) == longest
        assert delay_before_retry(error, retries_taken=number, jitter=lambda: 1.0) == shortest
    assert len(rows) == 5
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
    assert [url for url in reached_directly if not is_exempt(httpx.URL(url), entry)] == []
    assert [url for url in others if is_exempt(httpx.URL(url), entry)] == []


def test_every_error_is_in_the_tree_and_has_its_attributes() -> None:
    errors = page("errors")
    classes = [
        name
        for name in openai_models.__all__
        if isinstance(getattr(openai_models, name), type) and issubclass(getattr(openai_models, name), Exception)
    ]
    assert [name for name in classes if not re.search(rf"^[ │├└─]*{name}\b", errors, re.MULTILINE)] == []
    response = httpx.Response(404, request=REQUEST)
    samples = {
        "`APIError` and below": APIConnectionError(request=REQUEST),
        "`APIStatusError`, `APIResponseValidationError`": APIResponseValidationError(response, None),
        "the same": APIStatusError("", response=response, body=None),
        "`APIConnectionError`, `APITimeoutError`": APITimeoutError(REQUEST),
    }
    for names, owner, *_ in cells("errors", "Attributes"):
        for name in re.findall(r"`(\w+)`", names):
            assert owner == "any" or hasattr(samples[owner], name), name


def test_the_texts_of_connection_errors() -> None:
    shown = [re.findall(r"`(.*)`", text)[0] for _, text in cells("errors", "Attributes", 1)[:3]]
    with OpenAI(base_url="http://127.0.0.1:9/v1", api_key="none", max_retries=0) as client:
        with pytest.raises(APIConnectionError) as refused:
            client.models.list()
        assert str(refused.value) == shown[0]
    with DefaultHttpxClient(proxy="http://127.0.0.1:9") as http:
        with pytest.raises(APIConnectionError) as refused:
            OpenAI(api_key="none", max_retries=0, http_client=http).models.list()
        assert str(refused.value) == shown[1]
    with MockServer() as mock, mock.client(timeout=0.2, max_retries=0) as client:
        mock.delay_next(60)
        with pytest.raises(APITimeoutError) as late:
            client.models.list()
        assert str(late.value) == shown[2].replace("https://api.openai.com", mock.base_url.removesuffix("/v1"))


def test_openai_log_prints_what_the_page_shows() -> None:
    with MockServer() as mock:
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

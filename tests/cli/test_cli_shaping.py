"""Which columns, in which order and form; and which models."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from openai_models.cli._columns import parse_columns
from openai_models.cli._exit_codes import Exit
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Run, Show

MODELS: list[dict[str, Any]] = [
    {"id": "b", "created": 1700000000, "owned_by": "me", "size": 9},
    {"id": "a", "created": 1600000000, "owned_by": "you", "size": 10, "tags": ["x"]},
    {"id": "c", "owned_by": "them"},
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[MockServer]:
    with MockServer(models=MODELS, profile="vllm") as server:
        environment["OPENAI_BASE_URL"] = server.base_url
        yield server


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (None, "id owner created age shutdown"),
        ("id,created", "id created"),
        (" created , id ", "created id"),
        ("+size", "id owner created age shutdown size"),
        ("+size,tags,+id", "id owner created age shutdown size tags"),
        ("id,id", "id"),
    ],
)
def test_columns_are_these_or_after_a_plus_these_too(text: str | None, columns: str) -> None:
    assert list(parse_columns(text)) == columns.split()


def test_columns_hold_in_every_form(server: MockServer, run: Run, show: Show) -> None:
    line = ("list", "--sort", "id", "--columns", "size,id")
    assert [row.split() for row in run(*line).stdout.splitlines()] == [
        ["size", "id"],
        ["10", "a"],
        ["9", "b"],
        ["-", "c"],
    ]
    assert run(*line, "--format", "csv").stdout.splitlines() == ["size,id", "10,a", "9,b", ",c"]
    rows: list[dict[str, Any]] = [{"size": 10, "id": "a"}, {"size": 9, "id": "b"}, {"size": None, "id": "c"}]
    assert [list(each.items()) for each in json.loads(run(*line, "--json").stdout)] == [[*row.items()] for row in rows]
    assert [json.loads(each) for each in run(*line, "--format", "jsonl").stdout.splitlines()] == rows
    assert show(*line, width=40).text.splitlines()[0].split() == ["size", "id"]


def test_a_plus_adds_to_the_default_columns(server: MockServer, run: Run) -> None:
    rows = list(csv.DictReader(run("list", "--columns", "+size", "--format", "csv").stdout.splitlines()))
    assert list(rows[0]) == ["id", "owner", "created", "age", "shutdown", "size"]
    assert json.loads(run("list", "--columns", "+size", "--json").stdout) == json.loads(run("list", "--json").stdout)


def test_the_names_of_the_table_are_columns_of_json_too(server: MockServer, run: Run) -> None:
    found = json.loads(run("list", "--match", "b", "--columns", "owner,created,shutdown", "--json").stdout)
    assert found == [{"owner": "me", "created": 1700000000, "shutdown": None}]


@pytest.mark.parametrize("arguments", [["--columns", "siez"], ["--columns", "+siez"], ["--sort", "siez"]])
def test_a_column_that_no_model_has_is_an_error_that_lists_those_there_are(
    arguments: list[str], server: MockServer, run: Run
) -> None:
    done = run("list", *arguments)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    first, second = done.stderr.splitlines()
    assert first == "openai-models: no model has the column 'siez'"
    assert second.startswith("  there are: id, owner, created, age, shutdown, ")
    assert {"size", "tags", "owned_by"} <= {*second.replace(",", "").split()}


@pytest.mark.parametrize(
    ("column", "ids"),
    [("created", "b a c"), ("age", "b a c"), ("id", "a b c"), ("owner", "b c a"), ("size", "b a c"), ("tags", "a b c")],
)
def test_models_are_sorted_by_any_column(column: str, ids: str, server: MockServer, run: Run) -> None:
    assert run("list", "--sort", column, "--format", "ids").stdout.split() == ids.split()


def test_owner_repeats(server: MockServer, run: Run) -> None:
    assert run("list", "--owner", "me", "--owner", "y*", "--format", "ids").stdout.split() == ["b", "a"]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "ids"])
def test_no_match_is_said_on_stderr(form: str, run: Run) -> None:
    done = run("list", "--match", "nope*", "--format", form)
    assert (done.returncode, done.stderr) == (Exit.FINE, "no model matches\n")


def test_an_empty_list_is_not_called_a_filter_without_match(run: Run) -> None:
    with MockServer(models=[]) as empty:
        done = run("list", "--columns", "anything", OPENAI_BASE_URL=empty.base_url)
    assert (done.returncode, done.stderr) == (Exit.FINE, "the server lists no models\n")


def test_get_takes_several_ids_and_a_form(run: Run, show: Show) -> None:
    line = ("get", "gpt-4o", "gpt-4o-mini", "gpt-4o")
    assert [each["id"] for each in json.loads(run(*line, "--json").stdout)] == ["gpt-4o", "gpt-4o-mini"]
    assert run(*line, "--format", "ids").stdout.split() == ["gpt-4o", "gpt-4o-mini"]
    assert [json.loads(each)["id"] for each in run(*line, "--format", "jsonl").stdout.splitlines()] == [
        "gpt-4o", "gpt-4o-mini"
    ]  # fmt: skip
    assert [row["id"] for row in csv.DictReader(run(*line, "--format", "csv").stdout.splitlines())] == [
        "gpt-4o", "gpt-4o-mini"
    ]  # fmt: skip
    blocks = run(*line).stdout.split("\n\n")
    assert [block.split()[:2] for block in blocks] == [["id", "gpt-4o"], ["id", "gpt-4o-mini"]]
    assert show(*line).text.count("╭") == 2


def test_the_json_of_one_model_is_an_object(run: Run) -> None:
    assert json.loads(run("get", "gpt-4o", "--format", "json").stdout)["id"] == "gpt-4o"


def test_get_shows_what_there_is_and_reports_each_that_is_missing(run: Run) -> None:
    done = run("get", "gpt-4o-mimi", "..", "gpt-4o", "nope-nope", "--format", "ids")
    assert (done.returncode, done.stdout) == (Exit.NO_MODEL, "gpt-4o\n")
    messages = [line for line in done.stderr.splitlines() if line.startswith("openai-models: ")]
    assert [line.split("'")[1] for line in messages] == ["gpt-4o-mimi", "..", "nope-nope"]
    assert "did you mean gpt-4o-mini" in done.stderr

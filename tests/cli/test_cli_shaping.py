"""Which models `list` and `get` show, in which order, columns and form."""

import csv
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.conftest import FINE, NO_MODEL, USAGE, Run

from openai_models.testing import MockServer

MODELS: list[dict[str, Any]] = [
    {"id": "b", "created": 1700000000, "owned_by": "me", "size": 9},
    {"id": "a", "created": 1600000000, "owned_by": "you", "size": 10, "tags": ["x"]},
    {"id": "c", "owned_by": "them"},
]


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[MockServer]:
    with MockServer(models=MODELS, profile="vllm") as server:
        environment["OPENAI_BASE_URL"] = server.base_url
        yield server


def read(text: str, form: str) -> list[dict[str, Any]]:
    """Return the models of an output, a field without a value as None."""
    if form == "json":
        return list(json.loads(text))
    if form == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    if form == "csv":
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(text.splitlines())]
    header, *rows = (line.split() for line in text.splitlines())
    return [{name: None if value == "-" else value for name, value in zip(header, row, strict=True)} for row in rows]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_columns_hold_in_every_form(form: str, server: MockServer, run: Run) -> None:
    rows = read(run("list --sort id --columns size,id --format", form).out, form)
    assert [[*row] for row in rows] == [["size", "id"]] * 3
    assert [(row["size"] and int(row["size"]), row["id"]) for row in rows] == [(10, "a"), (9, "b"), (None, "c")]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("created , id ", "created id"),
        ("+size", "id owner created age shutdown size"),
        ("+size,tags,+id", "id owner created age shutdown size tags"),
        ("id,id", "id"),
    ],
)
def test_columns_are_these_or_after_a_plus_these_too(text: str, columns: str, server: MockServer, run: Run) -> None:
    assert run("list --format csv --columns", text).out.splitlines()[0] == columns.replace(" ", ",")
    if "+" in text:
        assert run("list --json --columns", text).out == run("list --json").out


def test_the_names_of_the_table_are_columns_of_json_too(server: MockServer, run: Run) -> None:
    found = json.loads(run("list --match b --columns owner,created,shutdown --json").out)
    assert found == [{"owner": "me", "created": 1700000000, "shutdown": None}]


@pytest.mark.parametrize("line", ["--columns siez", "--columns +siez", "--sort siez"])
def test_a_column_that_no_model_has_is_an_error_that_lists_those_there_are(
    line: str, server: MockServer, run: Run
) -> None:
    done = run(f"list {line}")
    assert (done.status, done.out) == (USAGE, "")
    first, second = done.err.splitlines()
    assert first == "openai-models: no model has the column 'siez'"
    assert second.startswith("  there are: id, owner, created, age, shutdown, ")
    assert {"size", "tags", "owned_by"} <= {*second.replace(",", "").split()}


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ("", "b a c"),
        ("--reverse", "c a b"),
        ("--sort age", "b a c"),
        ("--sort id", "a b c"),
        ("--sort owner", "b c a"),
        ("--sort size", "b a c"),
        ("--sort tags", "a b c"),
        ("--owner me --owner y*", "b a"),
        ("--match [bc]", "b c"),
        ("--limit 2", "b a"),
        ("--created-after 2023-11-14", "b"),
        ("--created-before 2023-11-14", "a"),
        ("--fine-tuned", ""),
    ],
)
def test_models_are_filtered_and_sorted(options: str, ids: str, server: MockServer, run: Run) -> None:
    assert run(f"list --format ids {options}").out.split() == ids.split()


def test_fine_tuned_models_are_those_with_the_id_of_one(run: Run) -> None:
    ids = run("list --fine-tuned --format ids").out.split()
    assert len(ids) == 3
    assert all("ft" in each for each in ids)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "ids"])
def test_an_empty_output_is_explained_on_stderr(form: str, run: Run) -> None:
    done = run("list --match nope* --format", form)
    assert (done.status, done.err) == (FINE, "no model matches\n")
    with MockServer(models=[]) as empty:
        done = run("list --columns anything", OPENAI_BASE_URL=empty.base_url)
    assert (done.status, done.err) == (FINE, "the server lists no models\n")


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_get_takes_several_ids_and_a_form(form: str, run: Run) -> None:
    rows = read(run("get gpt-4o gpt-4o-mini gpt-4o --format", form).out, form)
    assert [row["id"] for row in rows] == ["gpt-4o", "gpt-4o-mini"]


def test_get_shows_fields_as_text_and_one_model_as_an_object(run: Run) -> None:
    blocks = run("get gpt-4o gpt-4o-mini").out.split("\n\n")
    assert [block.split()[:2] for block in blocks] == [["id", "gpt-4o"], ["id", "gpt-4o-mini"]]
    assert json.loads(run("get gpt-4o-mini --format json").out)["shutdown_date"] is None


def test_get_shows_what_there_is_and_reports_each_that_is_missing(run: Run) -> None:
    done = run("get gpt-4o-mimi .. gpt-4o nope-nope --format ids")
    assert (done.status, done.out) == (NO_MODEL, "gpt-4o\n")
    messages = [line for line in done.err.splitlines() if line.startswith("openai-models: ")]
    assert [line.split("'")[1] for line in messages] == ["gpt-4o-mimi", "..", "nope-nope"]
    assert "did you mean gpt-4o-mini" in done.err

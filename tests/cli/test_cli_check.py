"""`check` and `diff`: what they find, and what a job of GitHub Actions reads."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CHECK_FAILED, DIFFERS, FINE, MINE, USAGE, Run

from openai_models.cli._github import annotation
from openai_models.testing import MockServer

LISTED = ["gpt-4o", "o1", "qwen3:8b", "meta-llama/Llama-3.1-8B"]


def test_check_names_each_and_where_it_stands(run: Run, tmp_path: Path) -> None:
    models, source = tmp_path / "models.txt", tmp_path / "src"
    models.write_text("# ours\ngpt-4o  # fine\n\n  gpt-4-0613\r\n", "utf-8")
    source.mkdir()
    (source / "app.py").write_text('ask("gpt-3.5-turbo") or ask("gpt-3.5-turbo")\n', "utf-8")
    done = run("check --json --file", models, "--scan", source, "--scan", source)
    assert done.status == CHECK_FAILED
    assert done.out == run("check --format json --file", models, "--scan", source).out
    assert [(each["id"], each["status"], each["places"]) for each in json.loads(done.out)["models"]] == [
        ("gpt-4o", "ok", [f"{models}:2"]),
        ("gpt-4-0613", "missing", [f"{models}:4"]),
        ("gpt-3.5-turbo", "shut_down", [f"{source}/app.py:1"]),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\nmodel = 'gpt-4-0613'", ["gpt-4-0613"]),
        ("'ft:gpt-4o:acme::1', 'o1-mini'", ["ft:gpt-4o:acme::1", "o1-mini"]),
        ("['text-embedding-3-small', 'whisper-1']", ["text-embedding-3-small", "whisper-1"]),
        ("'gpt-' 'gpt-4-' 'gpt-4*' 'o2' 'openai' 'text-align' 'ft:' 'gpt-4o is slow'", []),
        ("`o1` 'qwen3:8b' \"meta-llama/Llama-3.1-8B\"", ["o1", "qwen3:8b", "meta-llama/Llama-3.1-8B"]),
        ("it's \"gpt-4o\" isn't 'chatgpt-4o-latest'", ["gpt-4o", "chatgpt-4o-latest"]),
    ],
    ids=["form", "fine-tuned", "others", "resembling", "listed", "apostrophes"],
)
def test_a_scan_finds_ids_in_string_literals(text: str, found: list[str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(text, "utf-8")
    with MockServer(models=[{"id": model} for model in LISTED]) as server:
        done = run("check --json --scan", tmp_path / "a.js", OPENAI_BASE_URL=server.base_url)
    models = json.loads(done.out)["models"]
    assert [each["id"] for each in models] == found
    line = 1 + text.count("\n")
    assert {place for each in models for place in each["places"]} == ({f"{tmp_path}/a.js:{line}"} if found else set())


@pytest.mark.parametrize("folder", ["node_modules/a", "venv/lib/python3.13/site-packages/a", ".git", "__pycache__"])
def test_what_others_wrote_is_not_scanned(folder: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "src" / folder).mkdir(parents=True)
    (tmp_path / "src" / folder / "a.py").write_text("x = 'gpt-4-0613'", "utf-8")
    done = run("check --scan", tmp_path / "src")
    assert (done.status, done.out) == (FINE, "")


def test_a_file_of_ids_may_begin_with_a_byte_order_mark_and_must_be_text(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "models.txt"
    file.write_text("gpt-4o\r\n", "utf-8-sig")
    assert run("check --file", file).status == FINE
    file.write_bytes(b"gpt-4o\xff\n")
    done = run("check --file", file)
    assert (done.status, done.err) == (USAGE, f"openai-models: {file} is not UTF-8 text\n")


def test_check_annotates_each_place(run: Run, tmp_path: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    models: list[dict[str, Any]] = [{"id": "gpt-4o"}, {"id": "gpt-4", "shutdown_date": soon}]
    source = tmp_path / "app.py"
    source.write_text("ask('gpt-4o')\nask('gpt-4')\nask('gpt-4x')\nask('gpt-4x')\n", "utf-8")
    with MockServer(models=models) as server:
        line = "check gone --format github --scan"
        done = run(line, source, OPENAI_BASE_URL=server.base_url)
        later = run(line, source, "--within", "7d", OPENAI_BASE_URL=server.base_url)
    warning = f"::warning file={source},line=2::gpt-4: shuts down on {soon}"
    missing = [f"::error file={source},line={line}::gpt-4x: there is no such model" for line in (3, 4)]
    assert done.status == CHECK_FAILED
    assert done.out.splitlines() == ["::error::gone: there is no such model", warning, *missing]
    assert warning not in later.out
    passed = run("check gpt-4o --format github")
    assert (passed.status, passed.out) == (FINE, "")


@pytest.mark.parametrize(
    ("message", "path", "expected"),
    [
        ("100% gone", "src/a.py", "::error file=src/a.py,line=7::100%25 gone\n"),
        ("a::error::b", "a,b:c%.py", "::error file=a%2Cb%3Ac%25.py,line=7::a::error::b\n"),
        ("two\nlines\r", "a\nb.py", "::error file=a\\nb.py,line=7::two\\nlines\\r\n"),
    ],
    ids=["percent", "separators", "line breaks"],
)
def test_an_annotation_is_one_command_whatever_the_names(message: str, path: str, expected: str) -> None:
    assert annotation("error", message, Path(path), 7) == expected


def test_diff_tells_what_came_went_and_changed(run: Run, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    after.write_text(run("list --json").out, "utf-8")
    same = run("diff", after)
    assert (same.status, same.out) == (FINE, "")
    models = json.loads(after.read_text("utf-8"))
    old = [{**each, "owned_by": "x"} if each["id"] == "gpt-4o" else each for each in models if each["id"] != MINE]
    before.write_text(json.dumps({"data": [*old, {"id": "gone"}]}), "utf-8")
    differs = run("diff", before)
    assert differs.status == DIFFERS
    assert differs.out.splitlines() == [f"+ {MINE}", "- gone", '~ gpt-4o  owned_by: "x" -> "system"']
    assert json.loads(run("diff --json", before, after).out) == {
        "added": [MINE],
        "removed": ["gone"],
        "changed": {"gpt-4o": {"owned_by": {"before": "x", "after": "system"}}},
    }
    assert run("diff --format github", before, after).out.splitlines() == [
        f"::warning file={before}::{MINE} was added",
        f"::error file={before}::gone was removed",
        f'::warning file={before}::gpt-4o was changed: owned_by: "x" -> "system"',
    ]


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [("true", "1", DIFFERS), ("[0]", "[false]", DIFFERS), ("NaN", "NaN", FINE), ("null", "[]", DIFFERS)],
)
def test_values_differ_as_their_json_does(before: str, after: str, status: int, run: Run, tmp_path: Path) -> None:
    for name, value in (("before", before), ("after", after)):
        (tmp_path / name).write_text(f'[{{"id": "a", "field": {value}}}]', "utf-8")
    assert run("diff", tmp_path / "before", tmp_path / "after").status == status


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_that_powershell_wrote_is_read(encoding: str, run: Run, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    before.write_text(run("list --json").out, encoding)
    done = run("diff", before)
    assert (done.status, done.out) == (FINE, ""), done.err

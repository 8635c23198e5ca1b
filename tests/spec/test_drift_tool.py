"""The tool reads documents in any form, from files and URLs, and its exit status says what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

import drift

UPSTREAM = Path(__file__).parent / "upstream.yaml"
TEXT = UPSTREAM.read_text("utf-8")
AS_JSON = json.dumps(yaml.safe_load(TEXT) | {"info": {"title": "\U0001f600"}}, indent="\t")


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(TEXT.encode(), id="YAML"),
        pytest.param(TEXT.replace("\n", "\r\n").encode("utf-8-sig"), id="YAML of Windows"),
        pytest.param(AS_JSON.encode(), id="JSON"),
        pytest.param(AS_JSON.encode("utf-8-sig"), id="JSON with a byte order mark"),
    ],
)
def test_a_document_is_read_in_any_form(form: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "upstream"
    file.write_bytes(form)
    assert drift.main([str(file)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("document", "status", "said"),
    [
        (TEXT.replace("        owned_by:\n", "        owner:\n"), 1, "/components/schemas/Model/properties/owner\n"),
        ("paths: {/models: {$ref: '#/a'}}\na: {$ref: '#/b'}\nb: {$ref: '#/a'}", 2, "#/a leads back to itself"),
    ],
    ids=["different", "unreadable"],
)
def test_the_program_ends_with_the_status(document: str, status: int, said: str, tmp_path: Path) -> None:
    file = tmp_path / "upstream.yaml"
    file.write_text(document, "utf-8")
    command = [sys.executable, "-W", "error", drift.__file__, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status
    assert said in (done.stderr or done.stdout)


@pytest.fixture
def served() -> Iterator[str]:
    """The URL of a server of the files beside this one."""
    handler = partial(SimpleHTTPRequestHandler, directory=UPSTREAM.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_document_is_read_from_a_url(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert drift.main([f"{served}/upstream.yaml"]) == 0
    assert drift.main([f"{served}/openapi.yaml"]) == 2
    assert f"can't read {served}/openapi.yaml: Client error '404" in capsys.readouterr().err
    assert drift.main(["http://127.0.0.1:9/openapi.yaml"]) == 2
    assert "can't read http://127.0.0.1:9/openapi.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        ("a: [", "can't read"),
        ("just text", "not an OpenAPI document"),
        ("openapi: 3.1.0", "has no `paths`"),
        ("day: 2026-13-45\npaths: {}", "month must be in 1..12"),
        ("paths: {/models: [1]}", "/models is not an object"),
        ("paths: {/models: {get: {parameters: [1]}}}", "parameter 1 is not an object"),
        ("paths: {/models: {get: {parameters: 1}}}", "the parameters of get /models are not a list"),
        ("paths: {/models: {parameters: {a: 1}, get: {summary: a}}}", "the parameters of get /models are not a list"),
        ("paths: {/models: {get: {responses: {200: {$ref: '#/no/where'}}}}}", "#/no/where has no target"),
        ("paths: {/models: {get: {responses: {200: {$ref: other.yaml}}}}}", "other.yaml has no target"),
        ("paths: {/models: {get: {a: {$ref: '#/components/schemas/Gone'}}}}\ncomponents: null", "has no target"),
        ("paths: {/models: {get: {requestBody: &again {a: *again}}}}", "contains itself"),
    ],
)
def test_what_cannot_be_read_is_told_with_status_2(
    tmp_path: Path, content: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "upstream.yaml"
    if content is not None:
        file.write_text(content, "utf-8")
    assert drift.main([str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err


@pytest.mark.parametrize("arguments", [[], [""], ["a", "b"]], ids=["none", "empty", "two"])
def test_without_one_document_the_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert drift.main(arguments) == 2
    assert "make drift UPSTREAM=" in capsys.readouterr().err

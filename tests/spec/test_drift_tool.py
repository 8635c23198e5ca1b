"""The tool reads documents in any form, from files and URLs, and says by its exit status what came of it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import drift
from openapi_document import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UPSTREAM = Path(__file__).parent / "upstream.yaml"
TOOL = Path(drift.__file__)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(TOOL), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_tool_ends_with_0_when_nothing_differs() -> None:
    done = run(str(UPSTREAM))
    assert (done.returncode, done.stderr) == (0, "")


FORMS: dict[str, Callable[[str], bytes]] = {
    "JSON": lambda text: json.dumps(yaml.safe_load(text) | {"info": {"title": "\U0001f600"}}, indent="\t").encode(),
    "YAML with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "JSON with a byte order mark": lambda text: json.dumps(yaml.safe_load(text)).encode("utf-8-sig"),
    "YAML with the line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_tool_reads_the_document_in_any_form(form: Callable[[str], bytes], tmp_path: Path) -> None:
    file = tmp_path / "upstream"
    file.write_bytes(form(UPSTREAM.read_text("utf-8")))
    done = run(str(file))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def served() -> Iterator[str]:
    """The URL of a server that has upstream.yaml, and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/upstream.yaml" else 404)
            self.end_headers()
            self.wfile.write(UPSTREAM.read_bytes())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_tool_reads_a_url(served: str) -> None:
    done = run(f"{served}/upstream.yaml")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_url_that_has_no_document_is_said_with_status_2(served: str) -> None:
    done = run(f"{served}/openapi.yaml")
    assert done.returncode == 2
    assert "404" in done.stderr


def test_the_tool_reads_the_whole_official_document(tmp_path: Path) -> None:
    document = copy.deepcopy(read(UPSTREAM))
    document["components"]["schemas"] |= {
        f"Other{number}": {"type": "object", "properties": {f"p{turn}": {"type": "string"} for turn in range(12)}}
        for number in range(3000)
    }
    document["components"]["schemas"]["Model"]["properties"]["context"] = {"type": "integer"}
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.dump(document, Dumper=getattr(yaml, "CDumper", yaml.Dumper)), encoding="utf-8")
    assert len(file.read_text("utf-8").splitlines()) > 80_000
    done = run(str(file))
    assert (done.returncode, done.stderr) == (1, "")
    assert "/components/schemas/Model/properties/context" in done.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        ("a: [", "can't read"),
        ("just text", "not an OpenAPI document"),
        ("openapi: 3.1.0", "has no `paths`"),
        (b"\xff\xfe\x00", "can't read"),
        ("day: 2026-13-45\npaths: {}", "month must be in 1..12"),
        ("paths: {/models: [1]}", "/models is not an object"),
        ("paths: {/models: {get: {parameters: [1]}}}", "parameter 1 is not an object"),
        ("paths: {/models: {get: {parameters: 1}}}", "the parameters of get /models are not a list"),
        ("paths: {/models: {parameters: {a: 1}, get: {summary: a}}}", "the parameters of get /models are not a list"),
        ("paths: {/models: {get: {responses: {200: {$ref: '#/no/where'}}}}}", "#/no/where has no target"),
        ("paths: {/models: {get: {responses: {200: {$ref: other.yaml}}}}}", "other.yaml has no target"),
        (
            "paths: {/models: {get: {requestBody: {$ref: '#/components/schemas/Gone'}}}}\ncomponents: null",
            "has no target",
        ),
        ("paths: {/models: {$ref: '#/a'}}\na: {$ref: '#/b'}\nb: {$ref: '#/a'}", "#/a leads back to itself"),
        ("paths: {/models: {get: {requestBody: &again {a: *again}}}}", "contains itself"),
    ],
)
def test_what_cannot_be_read_is_said_with_status_2(tmp_path: Path, content: str | bytes | None, says: str) -> None:
    file = tmp_path / "upstream.yaml"
    if content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    done = run(str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_url_without_a_server_is_said_with_status_2() -> None:
    done = run("http://127.0.0.1:9/openapi.yaml")
    assert done.returncode == 2
    assert "can't read http://127.0.0.1:9/openapi.yaml" in done.stderr


def test_without_a_document_the_usage_is_told() -> None:
    assert (run().returncode, run("").returncode) == (2, 2)
    assert "make drift UPSTREAM=" in run().stderr

"""The official JavaScript SDK is a client of the mock: the JavaScript of the official API's page runs as it stands."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import node
from openai_models.testing import MockServer

SNIPPETS = Path(__file__).parent / "snippets"
MINE = "ft:gpt-4o-mini:acemeco:suffix:abc123"
FAILURES = """
import OpenAI, { NotFoundError, AuthenticationError, PermissionDeniedError } from 'openai';

async function told(call) {
  try {
    await call;
    return 'no error';
  } catch (error) {
    const kind = [NotFoundError, AuthenticationError, PermissionDeniedError].find((kind) => error instanceof kind);
    return [kind && kind.name, error.status, error.code, error.param, error.type, error.message, !!error.requestID];
  }
}

const [key, reader] = process.argv.slice(2);
const client = new OpenAI({ apiKey: key });
const model = 'ft:gpt-4o-mini:acemeco:suffix:abc123';
console.log(JSON.stringify([
  await told(client.models.retrieve('nope')),
  await told(new OpenAI({ apiKey: 'sk-wrong' }).models.list()),
  await told(new OpenAI({ apiKey: reader }).models.delete(model)),
  await client.models.delete(model),
  await told(client.models.retrieve(model)),
]));
"""


def run(program: str, folder: Path, mock: MockServer, *arguments: str) -> str:
    (folder / "node_modules").symlink_to(node.ensure(), target_is_directory=True)
    (folder / "program.mjs").write_text(program, "utf-8")
    done = subprocess.run(
        [node.node(), folder / "program.mjs", *arguments],
        env={**os.environ, "OPENAI_BASE_URL": mock.base_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("name", "method", "printed"),
    [("list_models", "GET", None), ("retrieve_model", "GET", "gpt-4o-mini"), ("delete_model", "DELETE", MINE)],
)
def test_a_snippet_of_the_official_page_runs_against_the_mock(
    name: str, method: str, printed: str | None, tmp_path: Path
) -> None:
    with MockServer(api_key="My API Key") as mock:
        expected = [printed] if printed else [model["id"] for model in mock.models]
        out = run((SNIPPETS / f"{name}.mjs").read_text("utf-8"), tmp_path, mock)
        assert [request.method for request in mock.requests] == [method]
    assert out.splitlines() == expected


def test_its_errors_are_those_that_it_knows(tmp_path: Path) -> None:
    with MockServer() as mock:
        out = run(FAILURES, tmp_path, mock, mock.api_key, mock.reader_api_key)
    retrieved, listed, refused, gone, retrieved_again = json.loads(out)
    kind = "invalid_request_error"
    message = "404 The model 'nope' does not exist"
    assert retrieved == ["NotFoundError", 404, "model_not_found", "model", kind, message, True]
    assert listed[:5] == ["AuthenticationError", 401, "invalid_api_key", None, kind]
    assert refused[:2] == ["PermissionDeniedError", 403]
    assert gone == {"id": MINE, "object": "model", "deleted": True}
    assert retrieved_again[:3] == ["NotFoundError", 404, "model_not_found"]

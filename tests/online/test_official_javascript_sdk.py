"""The official JavaScript SDK is a client of the mock: the JavaScript of the official API's page runs as it stands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import node
from openai_models.testing import MockServer

SNIPPETS = Path(__file__).parent / "snippets"


@pytest.mark.parametrize("name", ["list_models", "retrieve_model", "delete_model"])
def test_a_snippet_of_the_official_page_runs_against_the_mock(name: str, tmp_path: Path) -> None:
    modules = node.ensure()
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    shutil.copy(SNIPPETS / f"{name}.mjs", tmp_path)
    with MockServer(api_key="My API Key") as mock:
        listed = "".join(f"{model['id']}\n" for model in mock.models)
        done = subprocess.run(
            [node.node(), tmp_path / f"{name}.mjs"],
            env={**os.environ, "OPENAI_BASE_URL": mock.base_url},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        methods = [request.method for request in mock.requests]
    printed, method = {
        "list_models": (listed, "GET"),
        "retrieve_model": ("gpt-4o-mini\n", "GET"),
        "delete_model": ("ft:gpt-4o-mini:acemeco:suffix:abc123\n", "DELETE"),
    }[name]
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")
    assert methods == [method]


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


def test_its_errors_are_those_that_it_knows(tmp_path: Path) -> None:
    modules = node.ensure()
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    (tmp_path / "failures.mjs").write_text(FAILURES, "utf-8")
    with MockServer() as mock:
        done = subprocess.run(
            [node.node(), tmp_path / "failures.mjs", mock.api_key, mock.reader_api_key],
            env={**os.environ, "OPENAI_BASE_URL": mock.base_url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    retrieved, listed, refused, gone, retrieved_again = json.loads(done.stdout)
    assert retrieved == [
        "NotFoundError",
        404,
        "model_not_found",
        "model",
        "invalid_request_error",
        "404 The model 'nope' does not exist",
        True,
    ]
    assert listed[:5] == ["AuthenticationError", 401, "invalid_api_key", None, "invalid_request_error"]
    assert refused[:2] == ["PermissionDeniedError", 403]
    assert gone == {"id": "ft:gpt-4o-mini:acemeco:suffix:abc123", "object": "model", "deleted": True}
    assert retrieved_again[:3] == ["NotFoundError", 404, "model_not_found"]

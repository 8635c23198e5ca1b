"""List, retrieve and delete respond as the official API does."""

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.testing.conftest import Send
from tests.testing.parts import FINE_TUNED, error, ids

from openai_models.testing import MockServer

LEGACY_FINE_TUNED = "davinci:ft-personal-2023-01-24-03-13-55"
CURL = """\
curl https://api.openai.com/v1/models{} \\
  -H "Authorization: Bearer $OPENAI_API_KEY"
"""
CURL_DELETE = """\
curl https://api.openai.com/v1/models/ft:gpt-4o-mini:acemeco:suffix:abc123 \\
  -X DELETE \\
  -H "Authorization: Bearer $OPENAI_API_KEY"
"""
DOCUMENTED = {
    "id": "VAR_chat_model_id",
    "object": "model",
    "created": 1686935002,
    "owned_by": "openai",
    "shutdown_date": "2026-10-23",
}
DELETED = {"id": FINE_TUNED, "object": "model", "deleted": True}


def test_list_returns_the_models_on_one_page(client: httpx.Client, mock: MockServer) -> None:
    response = client.get("/models")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"object": "list", "data": mock.models}


def test_the_default_models_cover_base_and_fine_tuned_models_and_every_shutdown_date(mock: MockServer) -> None:
    assert {"gpt-4o-mini", "gpt-4o", "VAR_chat_model_id", FINE_TUNED, LEGACY_FINE_TUNED} <= set(ids(mock))
    assert {model.get("shutdown_date", "absent") for model in mock.models} == {"2026-10-23", None, "absent"}
    for model in mock.models:
        assert (model["object"], type(model["created"]), type(model["owned_by"])) == ("model", int, str)


def test_retrieve_returns_a_model_as_it_is_listed(client: httpx.Client, mock: MockServer) -> None:
    assert [client.get(f"/models/{model_id}").json() for model_id in ids(mock)] == mock.models


@pytest.mark.parametrize("model_id", [FINE_TUNED, LEGACY_FINE_TUNED])
def test_a_deleted_model_is_neither_listed_nor_retrieved_until_reset(
    model_id: str, client: httpx.Client, mock: MockServer
) -> None:
    before = client.get("/models").json()
    response = client.delete(f"/models/{model_id}")
    assert response.status_code == 200
    assert response.json() == {"id": model_id, "object": "model", "deleted": True}
    assert model_id not in ids(mock)
    assert client.get("/models").json()["data"] == mock.models
    assert client.get(f"/models/{model_id}").status_code == 404
    again = client.delete(f"/models/{model_id}")
    assert (again.status_code, again.json()) == (404, error("That model does not exist", param="model"))
    mock.reset()
    assert mock.requests == []
    assert client.get("/models").json() == before


def test_one_of_many_concurrent_deletions_succeeds(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = pool.map(lambda _: client.delete(f"/models/{FINE_TUNED}").status_code, range(24))
    assert sorted(statuses) == [200] + [404] * 23


def test_the_reader_key_retrieves_but_does_not_delete(send: Send, mock: MockServer) -> None:
    url, key = f"/v1/models/{FINE_TUNED}", mock.reader_api_key
    assert send(f"GET {url}", key).status_code == 200
    response = send(f"DELETE {url}", key)
    assert response.status_code == 403
    assert "Missing scopes: api.delete" in response.json()["error"]["message"]
    assert FINE_TUNED in ids(mock)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic dTpw", "sk-mock"])
def test_a_request_without_a_bearer_key_is_401(
    mock: MockServer, client: httpx.Client, authorization: str | None
) -> None:
    del client.headers["Authorization"]
    headers = {} if authorization is None else {"Authorization": authorization}
    response = client.delete(f"/models/{FINE_TUNED}", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert response.json() == error("Missing bearer authentication in header")
    assert FINE_TUNED in ids(mock)


@pytest.mark.parametrize(
    ("key", "masked"),
    [
        ("sk-thisisnotarealkey", "sk-thisi********lkey"),
        ("sk-proj-0123456789abcdef0123456789", "sk-proj-" + "*" * 22 + "6789"),
        ("sk-short", "********"),
    ],
)
def test_an_invalid_key_is_401_and_masked_in_the_message(send: Send, key: str, masked: str) -> None:
    response = send("GET /v1/models", key)
    assert response.status_code == 401
    help_text = "You can find your API key at https://platform.openai.com/account/api-keys."
    assert response.json() == error(f"Incorrect API key provided: {masked}. {help_text}", code="invalid_api_key")


def test_the_authentication_scheme_is_case_insensitive(client: httpx.Client, mock: MockServer) -> None:
    assert client.get("/models", headers={"Authorization": f"bearer  {mock.api_key}"}).status_code == 200


@pytest.mark.parametrize("own", ["sk-mine", "My API Key"])
def test_an_own_key_replaces_the_default_one(own: str, client: httpx.Client, mock: MockServer) -> None:
    with MockServer(api_key=own) as other:
        assert other.api_key == own
        keys = {"own": own, "default": mock.api_key}
        statuses = {
            name: client.get(f"{other.base_url}/models", headers={"Authorization": f"Bearer {key}"}).status_code
            for name, key in keys.items()
        }
    assert statuses == {"own": 200, "default": 401}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("example", "documented"),
    [(CURL.format(""), None), (CURL.format("/VAR_chat_model_id"), DOCUMENTED), (CURL_DELETE, DELETED)],
    ids=["list", "retrieve", "delete"],
)
def test_the_curl_examples_of_the_api_reference_work_verbatim(
    example: str, documented: dict[str, object] | None, mock: MockServer
) -> None:
    expected = documented or {"object": "list", "data": mock.models}
    script = example.replace("https://api.openai.com/v1", mock.base_url)
    environment = {"OPENAI_API_KEY": mock.api_key, "NO_PROXY": "*", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout) == expected

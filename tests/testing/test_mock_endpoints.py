"""List, retrieve and delete respond as the official API does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.testing.conftest import Send

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
LEGACY_FINE_TUNED = "davinci:ft-personal-2023-01-24-03-13-55"


def ids(mock: MockServer) -> list[object]:
    return [model["id"] for model in mock.models]


def test_list_returns_the_models_on_one_page(client: httpx.Client, mock: MockServer) -> None:
    response = client.get("/models")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"object": "list", "data": mock.models}


def test_the_default_models_cover_base_and_fine_tuned_models_and_every_shutdown_date(mock: MockServer) -> None:
    assert {"gpt-4o-mini", "gpt-4o", "VAR_chat_model_id", FINE_TUNED, LEGACY_FINE_TUNED} <= set(ids(mock))
    assert {model.get("shutdown_date", "absent") for model in mock.models} == {"2026-10-23", None, "absent"}
    for model in mock.models:
        assert model["object"] == "model"
        assert isinstance(model["created"], int)
        assert isinstance(model["owned_by"], str)


def test_retrieve_returns_a_model_as_it_is_listed(client: httpx.Client) -> None:
    for model in client.get("/models").json()["data"]:
        assert client.get(f"/models/{model['id']}").json() == model


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
    mock.reset()
    assert mock.requests == []
    assert client.get("/models").json() == before


def test_deleting_a_model_twice_is_404_with_the_official_message(send: Send) -> None:
    assert send("DELETE", f"/v1/models/{FINE_TUNED}").status == 200
    again = send("DELETE", f"/v1/models/{FINE_TUNED}")
    assert again.status == 404
    assert again.error == {
        "message": "That model does not exist",
        "type": "invalid_request_error",
        "param": "model",
        "code": None,
    }


def test_one_of_many_concurrent_deletions_succeeds(send: Send) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = pool.map(lambda _: send("DELETE", f"/v1/models/{FINE_TUNED}").status, range(24))
    assert sorted(statuses) == [200] + [404] * 23


def test_retrieving_an_unknown_model_is_404_with_the_official_message(send: Send) -> None:
    response = send("GET", "/v1/models/no-such-model")
    assert response.status == 404
    assert response.error == {
        "message": "The model 'no-such-model' does not exist",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }


def test_deleting_a_base_model_is_403(send: Send, mock: MockServer) -> None:
    before = mock.models
    response = send("DELETE", "/v1/models/gpt-4o-mini")
    assert response.status == 403
    assert str(response.error["message"]).startswith("You have insufficient permissions for this operation.")
    assert mock.models == before


def test_the_reader_key_retrieves_but_does_not_delete(send: Send, mock: MockServer) -> None:
    key = mock.reader_api_key
    assert send("GET", f"/v1/models/{FINE_TUNED}", key=key).status == 200
    response = send("DELETE", f"/v1/models/{FINE_TUNED}", key=key)
    assert response.status == 403
    assert "Missing scopes: api.delete" in str(response.error["message"])
    assert send("GET", f"/v1/models/{FINE_TUNED}").status == 200


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic dTpw", "sk-mock"])
def test_a_request_without_a_bearer_key_is_401(
    mock: MockServer, client: httpx.Client, authorization: str | None
) -> None:
    del client.headers["Authorization"]
    headers = {} if authorization is None else {"Authorization": authorization}
    response = client.delete(f"/models/{FINE_TUNED}", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert response.json()["error"] == {
        "message": "Missing bearer authentication in header",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    assert FINE_TUNED in ids(mock)


@pytest.mark.parametrize(
    ("key", "masked"),
    [
        ("sk-thisisnotarealkey", "sk-thisi********lkey"),
        ("sk-proj-0123456789abcdef0123456789", "sk-proj-" + "*" * 22 + "6789"),
        ("sk-short", "********"),
        ("x", "*"),
    ],
)
def test_an_invalid_key_is_401_and_masked_in_the_message(send: Send, key: str, masked: str) -> None:
    response = send("GET", "/v1/models", key=key)
    assert response.status == 401
    assert response.error == {
        "message": f"Incorrect API key provided: {masked}."
        " You can find your API key at https://platform.openai.com/account/api-keys.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }


def test_the_authentication_scheme_is_case_insensitive(client: httpx.Client, mock: MockServer) -> None:
    assert client.get("/models", headers={"Authorization": f"bearer  {mock.api_key}"}).status_code == 200


@pytest.mark.parametrize("own", ["sk-mine", "My API Key"])
def test_an_own_key_replaces_the_default_one(own: str) -> None:
    with MockServer(api_key=own) as mock:
        assert mock.api_key == own
        with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
            statuses = [
                client.get("/models", headers={"Authorization": f"Bearer {key}"}).status_code
                for key in (own, "sk-mock-owner-0123456789abcdef")
            ]
        assert statuses == [200, 401]

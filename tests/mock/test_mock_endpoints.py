"""List, retrieve, delete, as the official API answers them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.mock.conftest import Ask

FINE_TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
LEGACY_FINE_TUNED = "davinci:ft-personal-2023-01-24-03-13-55"


def ids(client: httpx.Client) -> list[str]:
    return [model["id"] for model in client.get("/models").json()["data"]]


def test_the_list_is_one_page_of_the_seeded_models(client: httpx.Client, mock: MockServer) -> None:
    response = client.get("/models")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"object": "list", "data": mock.models}


def test_the_seeds_have_base_models_and_fine_tuned_ones(client: httpx.Client) -> None:
    assert {"gpt-4o-mini", "gpt-4o", "VAR_chat_model_id", FINE_TUNED, LEGACY_FINE_TUNED} <= set(ids(client))


def test_every_seed_has_the_fields_that_the_official_api_promises(mock: MockServer) -> None:
    for model in mock.models:
        assert model["object"] == "model"
        assert isinstance(model["created"], int)
        assert isinstance(model["owned_by"], str)


def test_the_seeds_have_a_shutdown_date_that_is_set_one_that_is_null_and_one_that_is_absent(mock: MockServer) -> None:
    seen = {model.get("shutdown_date", "absent") for model in mock.models}
    assert seen == {"2026-10-23", None, "absent"}


def test_every_listed_model_can_be_retrieved_and_is_the_same(client: httpx.Client) -> None:
    for model in client.get("/models").json()["data"]:
        assert client.get(f"/models/{model['id']}").json() == model


def test_a_deleted_model_is_gone_from_the_list_and_can_not_be_retrieved(client: httpx.Client, mock: MockServer) -> None:
    assert FINE_TUNED in ids(client)
    response = client.delete(f"/models/{FINE_TUNED}")
    assert response.status_code == 200
    assert response.json() == {"id": FINE_TUNED, "object": "model", "deleted": True}
    assert FINE_TUNED not in ids(client)
    assert FINE_TUNED not in [model["id"] for model in mock.models]
    assert client.get(f"/models/{FINE_TUNED}").status_code == 404


def test_a_fine_tuned_model_of_the_first_api_can_be_deleted(client: httpx.Client) -> None:
    assert client.delete(f"/models/{LEGACY_FINE_TUNED}").json()["deleted"] is True


def test_a_second_deletion_is_404_in_the_words_of_the_official_api(ask: Ask) -> None:
    assert ask("DELETE", f"/v1/models/{FINE_TUNED}").status == 200
    again = ask("DELETE", f"/v1/models/{FINE_TUNED}")
    assert again.status == 404
    assert again.error == {
        "message": "That model does not exist",
        "type": "invalid_request_error",
        "param": "model",
        "code": None,
    }


def test_of_many_deletions_at_once_one_succeeds(ask: Ask) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: ask("DELETE", f"/v1/models/{FINE_TUNED}").status, range(24))
    assert sorted(answers) == [200] + [404] * 23


def test_a_deletion_lasts_until_reset(client: httpx.Client, mock: MockServer) -> None:
    before = mock.models
    client.delete(f"/models/{FINE_TUNED}")
    mock.reset()
    assert mock.models == before
    assert mock.requests == []
    assert FINE_TUNED in ids(client)


def test_an_unknown_model_is_404_in_the_official_envelope(ask: Ask) -> None:
    answer = ask("GET", "/v1/models/no-such-model")
    assert answer.status == 404
    assert answer.error == {
        "message": "The model 'no-such-model' does not exist",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }


def test_a_base_model_can_not_be_deleted(ask: Ask, mock: MockServer) -> None:
    before = mock.models
    answer = ask("DELETE", "/v1/models/gpt-4o-mini")
    assert answer.status == 403
    assert str(answer.error["message"]).startswith("You have insufficient permissions for this operation.")
    assert mock.models == before


def test_a_key_without_the_role_of_an_owner_reads_but_does_not_delete(ask: Ask, mock: MockServer) -> None:
    key = mock.reader_api_key
    assert ask("GET", f"/v1/models/{FINE_TUNED}", key=key).status == 200
    answer = ask("DELETE", f"/v1/models/{FINE_TUNED}", key=key)
    assert answer.status == 403
    assert "Missing scopes: api.delete" in str(answer.error["message"])
    assert ask("GET", f"/v1/models/{FINE_TUNED}").status == 200


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
    assert FINE_TUNED in [model["id"] for model in mock.models]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("sk-thisisnotarealkey", "sk-thisi********lkey"),
        ("sk-proj-0123456789abcdef0123456789", "sk-proj-" + "*" * 22 + "6789"),
        ("sk-short", "********"),
        ("x", "*"),
    ],
)
def test_a_wrong_key_is_401_and_never_repeated_whole(ask: Ask, key: str, shown: str) -> None:
    answer = ask("GET", "/v1/models", key=key)
    assert answer.status == 401
    assert answer.error == {
        "message": f"Incorrect API key provided: {shown}."
        " You can find your API key at https://platform.openai.com/account/api-keys.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }


def test_the_word_bearer_may_be_written_in_any_case(client: httpx.Client, mock: MockServer) -> None:
    assert client.get("/models", headers={"Authorization": f"bearer  {mock.api_key}"}).status_code == 200


@pytest.mark.parametrize("own", ["sk-mine", "My API Key"])
def test_a_key_of_the_callers_own_is_the_only_one_for_an_owner(own: str) -> None:
    with MockServer(api_key=own) as mock:
        assert mock.api_key == own
        with httpx.Client(base_url=mock.base_url, trust_env=False) as client:
            statuses = [
                client.get("/models", headers={"Authorization": f"Bearer {key}"}).status_code
                for key in (own, "sk-mock-owner-0123456789abcdef")
            ]
        assert statuses == [200, 401]

"""A drop on a kept-alive connection is one failed attempt, although the client resends a GET at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models import APIConnectionError, OpenAI

if TYPE_CHECKING:
    from openai_models.resources import Models
    from openai_models.testing import MockServer


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(("own_client", "requests_per_drop"), [(False, 2), (True, 1)], ids=["default", "httpx.Client"])
@pytest.mark.parametrize("retries", [0, 1])
def test_one_drop_is_one_failed_attempt(
    retries: int, requests_per_drop: int, mock: MockServer, *, own_client: bool
) -> None:
    http_client = httpx.Client() if own_client else None
    with OpenAI(base_url=mock.base_url, api_key=mock.api_key, max_retries=retries, http_client=http_client) as client:
        client.models.list()
        mock.drop_next()
        if retries:
            assert client.models.list().object == "list"
        else:
            with pytest.raises(APIConnectionError):
                client.models.list()
        assert len(mock.requests) == 1 + requests_per_drop + retries
        assert client.models.list().object == "list"
    assert not mock.pending_faults


@pytest.mark.parametrize(("after_bytes", "method"), [(0, "GET"), (5, "GET"), (None, "DELETE")])
def test_a_response_that_has_begun_and_a_deletion_are_not_resent(
    after_bytes: int | None, method: str, mock: MockServer, models: Models
) -> None:
    models.list()
    mock.drop_next(after_bytes=after_bytes)
    with pytest.raises(APIConnectionError):
        models.list() if method == "GET" else models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123")
    assert [request.method for request in mock.requests] == ["GET", method]

"""A drop on a kept-alive connection is one failed attempt, though the client sends a GET again at once."""

from __future__ import annotations

import httpx
import pytest

from openai_models import APIConnectionError, OpenAI
from openai_models.testing import MockServer

HTTP_CLIENTS = pytest.mark.parametrize("http", [lambda: None, httpx.Client], ids=["own", "httpx"])


@HTTP_CLIENTS
@pytest.mark.parametrize(("retries", "entries"), [(0, 1), (1, 2)])
def test_one_drop_is_one_failed_attempt(http: type[httpx.Client], retries: int, entries: int) -> None:
    with MockServer() as mock:
        options = {"base_url": mock.base_url, "api_key": mock.api_key, "max_retries": retries}
        with OpenAI(**options, http_client=http()) as client:  # type: ignore[arg-type]  # each as its name says
            client.models.list()
            mock.drop_next()
            before = len(mock.requests)
            if retries:
                assert client.models.list().object == "list"
            else:
                with pytest.raises(APIConnectionError):
                    client.models.list()
            resends = 1 if http is not httpx.Client else 0
            assert len(mock.requests) - before == entries + resends
            assert client.models.list().object == "list"
        assert not mock.pending_faults


@pytest.mark.parametrize("after_bytes", [0, 5])
def test_a_drop_after_the_answer_has_begun_is_not_sent_again(after_bytes: int) -> None:
    with (
        MockServer() as mock,
        OpenAI(base_url=mock.base_url, api_key=mock.api_key, max_retries=0) as client,
    ):
        client.models.list()
        mock.drop_next(after_bytes=after_bytes)
        with pytest.raises(APIConnectionError):
            client.models.list()
        assert len(mock.requests) == 2


def test_a_dropped_deletion_is_not_sent_again() -> None:
    with (
        MockServer() as mock,
        OpenAI(base_url=mock.base_url, api_key=mock.api_key, max_retries=0) as client,
    ):
        client.models.list()
        mock.drop_next()
        with pytest.raises(APIConnectionError):
            client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123")
        assert [request.method for request in mock.requests] == ["GET", "DELETE"]

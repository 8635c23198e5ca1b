"""`assert_all_met()`: the queued faults that no request met. What the fixture makes of it: test_mock_pytest_plugin.py."""

import re

import pytest
from tests.testing.parts import connect

from openai_models import OpenAIError
from openai_models.resources import Models
from openai_models.testing import MockServer

SECRET = "sk-secret"


def test_met_and_forgotten_faults_are_not_reported(mock: MockServer, models: Models) -> None:
    mock.assert_all_met()
    mock.fail_next(404, times=2)
    mock.drop_next(on="delete")
    for call in (models.list, lambda: models.retrieve("x"), lambda: models.delete("ft:x")):
        with pytest.raises(OpenAIError):
            call()
    mock.assert_all_met()
    mock.drop_next()
    mock.reset()
    mock.assert_all_met()


def test_the_message_names_the_faults_how_often_they_were_met_and_the_last_requests(mock: MockServer) -> None:
    mock.drop_next(on="delete")
    mock.fail_next(429, times=3, headers={"set-cookie": SECRET}, body=SECRET)
    with mock.client(max_retries=0, default_query={"key": SECRET}) as client, pytest.raises(OpenAIError):
        client.models.retrieve("gpt-4o")
    with pytest.raises(AssertionError) as caught:
        mock.assert_all_met()
    assert str(caught.value) == (
        "some queued faults were not met:\n"
        "  drop_next(after_bytes=None, times=1, on='delete'): met by 0 of 1 delete requests\n"
        "  fail_next(status=429, times=3): met by 1 of 3 requests\n"
        "last requests:\n"
        "  GET /v1/models/gpt-4o"
    )


def test_only_the_last_requests_are_named(mock: MockServer, models: Models) -> None:
    for number in range(7):
        with pytest.raises(OpenAIError):
            models.retrieve(f"model-{number}")
    mock.delay_next(1)
    with pytest.raises(AssertionError) as caught:
        mock.assert_all_met()
    assert re.findall(r"model-(\d)", str(caught.value)) == list("23456")


def test_random_failures_are_not_queued_and_the_check_can_be_made_after_the_block() -> None:
    with MockServer(fail_rate=1.0) as mock:
        mock.assert_all_met()
        mock.drop_next()
    with pytest.raises(AssertionError, match=r"drop_next\(.*\nlast requests: none$"):
        mock.assert_all_met()


def test_a_request_that_the_server_has_yet_to_read_counts(mock: MockServer) -> None:
    """As that of a client whose timeout was shorter than the time until the server's thread got its turn."""
    for _ in range(100):
        mock.delay_next(60)
        with connect(mock) as connection:
            connection.sendall(b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")
        mock.assert_all_met()

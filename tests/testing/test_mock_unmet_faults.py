"""A queued fault that no request met: `assert_all_met()`, and what the fixture makes of it."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from openai_models import OpenAIError
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.testing.conftest import RunPytest

SECRET = "sk-secret"


def test_without_faults_all_are_met(mock: MockServer) -> None:
    mock.assert_all_met()


def test_a_met_fault_is_met(mock: MockServer) -> None:
    mock.fail_next(404, times=2)
    mock.drop_next(on="delete")
    with mock.client(max_retries=0) as client:
        for call in (client.models.list, lambda: client.models.retrieve("x"), lambda: client.models.delete("ft:x")):
            with pytest.raises(OpenAIError):
                call()
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


def test_only_the_last_requests_are_named(mock: MockServer) -> None:
    client = mock.client()
    for number in range(7):
        with pytest.raises(OpenAIError):
            client.models.retrieve(f"model-{number}")
    mock.delay_next(1)
    with pytest.raises(AssertionError) as caught:
        mock.assert_all_met()
    assert re.findall(r"model-(\d)", str(caught.value)) == list("23456")


def test_a_fault_that_applies_to_no_request_of_the_server_is_not_met() -> None:
    with MockServer(profile="vllm") as mock:
        mock.fail_next(on="delete")
        assert mock.client().models.list().data
        with pytest.raises(AssertionError, match=r"met by 0 of 1 delete requests\nlast requests:\n  GET /v1/models$"):
            mock.assert_all_met()


def test_random_failures_are_not_queued() -> None:
    with MockServer(fail_rate=1.0) as mock:
        mock.assert_all_met()
        mock.drop_next()
        with pytest.raises(AssertionError, match=r"drop_next\(.*\nlast requests: none$"):
            mock.assert_all_met()


def test_a_reset_forgets_them(mock: MockServer) -> None:
    mock.drop_next()
    mock.reset()
    mock.assert_all_met()


def test_it_can_be_called_after_the_block() -> None:
    with MockServer() as mock:
        mock.drop_next()
    with pytest.raises(AssertionError, match="drop_next"):
        mock.assert_all_met()


def test_a_request_that_the_server_has_yet_to_read_counts(mock: MockServer) -> None:
    """As that of a client whose timeout was shorter than the time until the server's thread got its turn."""
    url = urlsplit(mock.base_url)
    assert url.hostname is not None
    for _ in range(200):
        mock.delay_next(60)
        with socket.create_connection((url.hostname, url.port or 0)) as connection:
            connection.sendall(b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")
        mock.assert_all_met()


def test_the_fixture_fails_a_test_at_its_end(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        def test_unmet(openai_models_mock):
            openai_models_mock.drop_next(on="delete")
        """
    )
    assert "1 passed, 1 error" in done.stdout
    _, _, report = done.stdout.partition("ERROR at teardown of test_unmet")
    assert report.splitlines()[1:6] == [
        "some queued faults were not met:",
        "  drop_next(after_bytes=None, times=1, on='delete'): met by 0 of 1 delete requests",
        "last requests: none",
        "To allow this: @pytest.mark.openai_models_mock(assert_all_met=False)",
        "=========================== short test summary info ============================",
    ]


def test_a_test_that_ended_early_is_not_blamed_for_its_faults(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        import unittest

        import pytest


        def test_failed(openai_models_mock):
            openai_models_mock.drop_next()
            assert 1 + 1 == 3


        def test_skipped(openai_models_mock):
            openai_models_mock.drop_next()
            pytest.skip("no reason")


        @pytest.mark.xfail
        def test_expected_to_fail(openai_models_mock):
            openai_models_mock.drop_next()
            assert 1 + 1 == 3


        @pytest.fixture
        def broken(openai_models_mock):
            openai_models_mock.drop_next()
            raise KeyError("broken")


        def test_not_set_up(broken):
            pass


        @pytest.mark.usefixtures("openai_models_mock")
        class Test(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def keep(self, openai_models_mock):
                self.mock = openai_models_mock

            def test_failed(self):
                self.mock.drop_next()
                self.fail("of itself")
        """
    )
    assert "2 failed, 1 skipped, 1 xfailed, 1 error" in done.stdout
    assert "assert (1 + 1) == 3" in done.stdout
    assert "KeyError: 'broken'" in done.stdout
    assert "AssertionError: of itself" in done.stdout
    assert "were not met" not in done.stdout


def test_the_check_can_be_switched_off(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        import pytest


        @pytest.mark.openai_models_mock(assert_all_met=False)
        def test_unmet(openai_models_mock):
            openai_models_mock.drop_next()
        """
    )
    assert "1 passed in" in done.stdout


def test_the_frames_of_the_mock_stay_out_of_tracebacks(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        import pytest
        from openai_models.testing import MockServer


        def test_fault(openai_models_mock):
            openai_models_mock.fail_next(1000)


        def test_explicitly(openai_models_mock):
            openai_models_mock.drop_next()
            openai_models_mock.assert_all_met()


        def test_model():
            MockServer(models=[{}])


        @pytest.mark.openai_models_mock(profile="unknown")
        def test_profile():
            pass


        @pytest.mark.openai_models_mock("vllm")
        def test_positional(openai_models_mock):
            pass


        @pytest.mark.openai_models_mock(modles=[])
        def test_mistyped():
            pass
        """
    )
    assert "3 failed, 3 errors" in done.stdout
    assert "openai_models/testing/" not in done.stdout
    assert re.findall(r"^E   +(\w+: [^:\n]+)", done.stdout, re.MULTILINE) == [
        "ValueError: unknown profile 'unknown'; the known ones",
        "TypeError: the marker openai_models_mock takes keyword arguments only",
        "TypeError: MockServer.__init__() got an unexpected keyword argument 'modles'",
        "ValueError: status must be from 200 to 599",
        "AssertionError: some queued faults were not met",
        "TypeError: a model needs a string id",
    ]

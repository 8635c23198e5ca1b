"""Tests of a program's retry handling, against the bundled mock: a real server that fails on demand.

pip install "openai-models[mock]" pytest
pytest test_retries.py
"""

from __future__ import annotations

import pytest

from openai_models import APITimeoutError, InternalServerError, OpenAI, RateLimitError
from openai_models.testing import MockServer, no_retry_delays


def test_rate_limit_is_waited_for(openai_models_mock: MockServer) -> None:
    openai_models_mock.fail_next(429, headers={"retry-after-ms": "10"}, times=2)
    with OpenAI(max_retries=2) as client:
        assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    assert len(openai_models_mock.requests) == 3


def test_rate_limit_is_reported_when_the_retries_are_used_up(openai_models_mock: MockServer) -> None:
    openai_models_mock.fail_next(429, headers={"retry-after-ms": "10"}, times=3)
    with OpenAI(max_retries=2) as client, pytest.raises(RateLimitError) as caught:
        client.models.list()
    assert caught.value.code == "rate_limit_exceeded"


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503])
def test_temporary_failures_are_retried(openai_models_mock: MockServer, status: int) -> None:
    openai_models_mock.fail_next(status)
    with no_retry_delays(), OpenAI() as client:
        assert client.models.list().data


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_permanent_failures_are_not_retried(openai_models_mock: MockServer, status: int) -> None:
    openai_models_mock.fail_next(status)
    with OpenAI() as client, pytest.raises(Exception, match=f"Error code: {status}"):
        client.models.list()
    assert len(openai_models_mock.requests) == 1


def test_outage_ends_as_one_typed_error(openai_models_mock: MockServer) -> None:
    openai_models_mock.fail_next(503, times=3)
    with no_retry_delays(), OpenAI(max_retries=2) as client, pytest.raises(InternalServerError):
        client.models.list()


def test_server_that_drips_is_given_up(openai_models_mock: MockServer) -> None:
    openai_models_mock.drip_next(0.05)
    with OpenAI(timeout=0.5, max_retries=0) as client, pytest.raises(APITimeoutError):
        client.models.list()

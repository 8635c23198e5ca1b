"""Latency, and random failures that the seed determines."""

import time
from collections import Counter

import httpx
import pytest

from openai_models import InternalServerError, RateLimitError
from openai_models.testing import MockServer


def statuses(mock: MockServer, number: int = 60) -> list[int]:
    headers = {"authorization": f"Bearer {mock.api_key}"}
    with httpx.Client(base_url=mock.base_url, headers=headers, trust_env=False, verify=False) as client:
        return [client.get("/models/gpt-4o").status_code for _ in range(number)]


def test_the_fail_rate_is_the_share_of_failing_requests() -> None:
    with MockServer(fail_rate=0.5, seed=1) as mock:
        seen = Counter(statuses(mock, 100))
    assert set(seen) == {200, 429, 500, 502, 503}
    assert 30 <= seen[200] <= 70


def test_the_same_seed_fails_the_same_requests_also_after_reset_and_another_seed_others() -> None:
    with (
        MockServer(fail_rate=0.5, seed=7) as one,
        MockServer(fail_rate=0.5, seed=7) as same,
        MockServer(fail_rate=0.5, seed=8) as other,
    ):
        first = statuses(one)
        assert statuses(same) == first
        assert statuses(other) != first
        assert statuses(one) != first
        one.reset()
        assert statuses(one) == first


def test_a_random_failure_has_the_error_format_of_the_profile() -> None:
    with MockServer(profile="vllm", fail_rate=1.0) as mock:
        with pytest.raises((RateLimitError, InternalServerError)) as caught:
            mock.client(max_retries=0).models.list()
        assert caught.value.code == str(caught.value.status_code)
        assert caught.value.response.headers["content-type"] == "application/json"


def test_a_queued_fault_takes_precedence_over_a_random_one() -> None:
    with MockServer(fail_rate=1.0) as mock:
        mock.fail_next(418)
        assert statuses(mock, 1) == [418]


def test_a_delay_is_added_to_the_latency(client: httpx.Client) -> None:
    def duration() -> float:
        started = time.perf_counter()
        client.get(f"{mock.base_url}/models")
        return time.perf_counter() - started

    with MockServer(latency=0.03) as mock:
        assert duration() >= 0.03
        mock.fail_next()
        assert duration() >= 0.03
        mock.delay_next(0.05)
        assert duration() >= 0.08

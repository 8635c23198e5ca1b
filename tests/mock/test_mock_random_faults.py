"""Latency and failures at random: the same with the same seed."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from openai_models import InternalServerError, RateLimitError
from openai_models.testing import MockServer

if TYPE_CHECKING:
    from tests.mock.conftest import Call


def statuses(mock: MockServer, number: int = 60) -> list[int]:
    with httpx.Client(trust_env=False, headers={"authorization": f"Bearer {mock.api_key}"}) as client:
        return [client.get(f"{mock.base_url}/models/gpt-4o").status_code for _ in range(number)]


def test_as_many_requests_fail_as_were_asked_for() -> None:
    with MockServer(fail_rate=0.5, seed=1) as mock:
        seen = Counter(statuses(mock, 200))
    assert set(seen) == {200, 429, 500, 502, 503}
    assert 70 <= seen[200] <= 130


def test_the_same_seed_fails_the_same_requests_also_after_a_reset() -> None:
    with MockServer(fail_rate=0.5, seed=7) as one, MockServer(fail_rate=0.5, seed=7) as other:
        first = statuses(one)
        assert statuses(other) == first
        assert statuses(one) != first
        one.reset()
        assert statuses(one) == first


def test_another_seed_fails_other_requests() -> None:
    with MockServer(fail_rate=0.5, seed=1) as one, MockServer(fail_rate=0.5, seed=2) as other:
        assert statuses(one) != statuses(other)


@pytest.mark.parametrize(("fail_rate", "fails"), [(0, False), (1, True)])
def test_none_and_all_are_rates_too(fail_rate: float, *, fails: bool) -> None:
    with MockServer(fail_rate=fail_rate) as mock:
        assert {status >= 400 for status in statuses(mock)} == {fails}


def test_a_random_failure_is_an_error_of_the_server_that_is_played(call: Call) -> None:
    with MockServer(profile="vllm", fail_rate=1.0) as mock:
        with pytest.raises((RateLimitError, InternalServerError)) as caught:
            call(mock, "list")
        assert caught.value.code == str(caught.value.status_code)
        assert caught.value.response.headers["content-type"] == "application/json"


def test_what_was_asked_for_goes_before_chance() -> None:
    with MockServer(fail_rate=1.0) as mock:
        mock.fail_next(418)
        assert statuses(mock, 1) == [418]


def test_every_answer_takes_the_latency_and_delays_come_on_top() -> None:
    def seconds() -> float:
        started = time.perf_counter()
        httpx.get(f"{mock.base_url}/models", trust_env=False)
        return time.perf_counter() - started

    with MockServer(latency=0.03) as mock:
        assert seconds() >= 0.03
        mock.fail_next()
        assert seconds() >= 0.03
        mock.delay_next(0.05)
        assert seconds() >= 0.08

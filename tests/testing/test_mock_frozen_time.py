"""The mock's timers go on while a test freezes `time`, in the mock's own process."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.testing.parts import run_pytest

USERS_TESTS = """
import asyncio
import time
from datetime import datetime

import httpx
import pytest
from freezegun import freeze_time
from time_machine import travel
from openai_models import APIConnectionError, APITimeoutError
from openai_models.testing import MockServer

freezers = pytest.mark.parametrize("freeze", [freeze_time, lambda day: travel(day, tick=False)])


def check(mock):
    frozen = time.time()
    client = mock.client(max_retries=0, timeout=30)
    started = time.clock_gettime(time.CLOCK_MONOTONIC)
    mock.delay_next(0.1)
    assert client.models.list().data
    assert time.clock_gettime(time.CLOCK_MONOTONIC) - started >= 0.1
    mock.drip_next(0.001, chunk=20)
    assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    mock.drop_next(delay=0.01)
    with pytest.raises(APIConnectionError, match="Connection error"):
        client.models.list()
    mock.delay_next(3600)  # goes on until the mock stops
    with pytest.raises(APITimeoutError):
        client.models.list(timeout=0.1)
    assert mock.pending_faults == []
    assert time.time() == frozen


@freezers
def test_frozen_before(freeze):
    with freeze("2024-01-31"), MockServer() as mock:
        check(mock)


@freezers
def test_the_date_of_a_response(freeze):
    with MockServer() as mock:
        for day in ("2024-01-31", "2024-02-01"):
            with freeze(day):
                date = httpx.get(mock.base_url, trust_env=False).headers["date"]
                assert date == datetime.fromisoformat(day).strftime("%a, %d %b %Y 00:00:00 GMT")


@freezers
def test_frozen_after_and_stopped_while_frozen(freeze):
    mock = MockServer().__enter__()
    with freeze("2024-01-31"):
        check(mock)
        mock.__exit__(None, None, None)


def test_moved_far_ahead_during_a_delay():
    with freeze_time("2024-01-31") as frozen, MockServer() as mock:
        mock.delay_next(3600, times=2)
        for _ in range(2):
            with pytest.raises(APITimeoutError):
                mock.client(max_retries=0, timeout=0.1).models.list()
            frozen.tick(7200)


@pytest.mark.parametrize("real_asyncio", [False, True])
def test_async(real_asyncio):
    with freeze_time("2024-01-31", real_asyncio=real_asyncio), MockServer() as mock:
        mock.delay_next(0.05)
        assert asyncio.run(mock.async_client().models.retrieve("gpt-4o")).id == "gpt-4o"


def test_the_time_of_a_request_is_that_of_the_test():
    with freeze_time("2024-01-31"), MockServer(profile="vllm") as mock:
        assert mock.client().models.list().data[0].created == time.time() == 1706659200


@freeze_time("2024-01-31")
def test_decorated(openai_models_mock):
    check(openai_models_mock)


def test_the_freezer_first(freezer, openai_models_mock):
    check(openai_models_mock)


def test_the_freezer_last(openai_models_mock, freezer):
    check(openai_models_mock)


@pytest.mark.freeze_time("2024-01-31")
def test_marked(openai_models_mock):
    check(openai_models_mock)


def test_the_time_machine_first(time_machine, openai_models_mock):
    time_machine.move_to("2024-01-31", tick=False)
    check(openai_models_mock)


def test_the_time_machine_last(openai_models_mock, time_machine):
    time_machine.move_to("2024-01-31", tick=False)
    check(openai_models_mock)
"""


def test_the_mock_and_the_fixture_serve_and_stop_while_the_time_is_frozen(tmp_path: Path) -> None:
    reports = run_pytest(tmp_path, {"test_frozen.py": USERS_TESTS}, "pytest_freezer", "time_machine")
    assert {name.partition("[")[0] for name in reports} == set(re.findall(r"def (test_\w+)", USERS_TESTS))
    assert {name: report for name, report in reports.items() if report != "passed"} == {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no clock that freezegun leaves alone")
def test_the_package_may_be_imported_while_the_time_is_frozen(run_python: Callable[..., str]) -> None:
    code = """
from freezegun import freeze_time

with freeze_time("2024-01-31"):
    from openai_models.testing import MockServer

    with MockServer() as mock:
        mock.delay_next(0.01)
        print(mock.client().models.retrieve("gpt-4o").id)
"""
    assert run_python(code) == "gpt-4o\n"

"""The mock's timers go on while a test freezes `time`, in the mock's own process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.testing.conftest import RunPytest

# What each test of a user does with a mock while the time is frozen.
USE = """
import asyncio
import time

import pytest
from freezegun import freeze_time
from time_machine import travel
from openai_models import APITimeoutError, AsyncOpenAI, OpenAI
from openai_models.testing import MockServer


def check(mock):
    frozen = time.time()
    with OpenAI(base_url=mock.base_url, api_key=mock.api_key, max_retries=0, timeout=30) as client:
        started = time.clock_gettime(time.CLOCK_MONOTONIC)
        mock.delay_next(0.1)
        assert client.models.list().data
        assert time.clock_gettime(time.CLOCK_MONOTONIC) - started >= 0.1
        mock.drip_next(0.001, chunk=20)
        assert client.models.retrieve("gpt-4o").id == "gpt-4o"
        mock.drop_next(delay=0.01)
        mock.delay_next(3600)  # goes on until the mock stops
        for _ in range(2):
            with pytest.raises(Exception, match="Connection error|timed out"):
                client.with_options(timeout=0.3).models.list()
    assert mock.pending_faults == []
    assert time.time() == frozen
"""


def test_the_mock_of_a_block_serves_and_stops(run_pytest: RunPytest) -> None:
    done = run_pytest(
        USE
        + """
FREEZERS = pytest.mark.parametrize("freeze", [freeze_time, lambda day: travel(day, tick=False)])


@FREEZERS
def test_frozen_before(freeze):
    with freeze("2024-01-31"), MockServer() as mock:
        check(mock)


@FREEZERS
def test_frozen_after(freeze):
    with MockServer() as mock, freeze("2024-01-31"):
        check(mock)


@FREEZERS
def test_stopped_while_frozen(freeze):
    mock = MockServer().__enter__()
    with freeze("2024-01-31"):
        mock.__exit__(None, None, None)


def test_moved_far_ahead_during_a_delay():
    with freeze_time("2024-01-31") as frozen, MockServer() as mock:
        mock.delay_next(3600, times=2)
        with OpenAI(base_url=mock.base_url, api_key=mock.api_key, max_retries=0) as client:
            for _ in range(2):
                with pytest.raises(APITimeoutError):
                    client.with_options(timeout=0.1).models.list()
                frozen.tick(7200)


@pytest.mark.parametrize("real_asyncio", [False, True])
def test_async(real_asyncio):
    async def main():
        async with AsyncOpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
            mock.delay_next(0.05)
            return await client.models.retrieve("gpt-4o")

    with freeze_time("2024-01-31", real_asyncio=real_asyncio), MockServer() as mock:
        assert asyncio.run(main()).id == "gpt-4o"


def test_the_time_of_a_request_is_that_of_the_test():
    with freeze_time("2024-01-31"), MockServer(profile="vllm") as mock:
        with OpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
            assert client.models.list().data[0].created == time.time() == 1706659200
"""
    )
    assert done.returncode == 0, done.stdout
    assert "10 passed" in done.stdout


def test_the_fixture_serves_and_stops_whether_it_comes_before_or_after_the_freezing(run_pytest: RunPytest) -> None:
    done = run_pytest(
        USE
        + """
@freeze_time("2024-01-31")
def test_decorated(openai_models_mock):
    check(openai_models_mock)


@travel("2024-01-31", tick=False)
def test_travelling(openai_models_mock):
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
""",
        autoload=True,
    )
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no clock that freezegun leaves alone")
def test_the_package_may_be_imported_while_the_time_is_frozen(run_python: Callable[..., str]) -> None:
    code = """
from freezegun import freeze_time

with freeze_time("2024-01-31"):
    from openai_models import OpenAI
    from openai_models.testing import MockServer

    with MockServer() as mock, OpenAI(base_url=mock.base_url, api_key=mock.api_key) as client:
        mock.delay_next(0.01)
        print(client.models.retrieve("gpt-4o").id)
"""
    assert run_python(code) == "gpt-4o\n"

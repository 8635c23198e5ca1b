"""Keys are planted wherever a user may put one, and searched for wherever anything is shown or kept."""

from __future__ import annotations

import asyncio
import copy
import pickle
import pprint
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer, echo
from tests.acceptance.secrets.planting import (
    FAULTS,
    Options,
    everything_about,
    failure_of,
    leaks,
    outcome,
    rendered,
    rendered_by_rich,
)

import openai_models
from openai_models import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    AsyncOpenAI,
    AuthenticationError,
    InternalServerError,
    OpenAI,
)
from openai_models.testing import MockServer

if TYPE_CHECKING:
    import io


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("shell", ["sync", "async"])
def test_no_error_shows_a_secret(server: WireServer, options: Options, shell: str, fault: str) -> None:
    server.reply = FAULTS[fault]
    error = failure_of(shell, options)
    assert isinstance(error, APIError)
    shown = {
        "traceback with locals": rendered(error),
        "rich's traceback with locals": rendered_by_rich(error),
        "plain traceback": "".join(traceback.format_exception(error)),
        "the error": everything_about(error),
        "its notes": repr(getattr(error, "__notes__", [])),
        "its vars, printed": pprint.pformat(vars(error)),
    }
    cause: BaseException | None = error.__cause__ or error.__context__
    while cause is not None:
        shown[f"its cause {type(cause).__name__}"] = everything_about(cause)
        cause = cause.__cause__ or cause.__context__
    found = {where: set(leaks(text)) for where, text in shown.items()}
    # What one call is given stands in its caller's own variables, in the same traceback.
    for where in ("traceback with locals", "rich's traceback with locals"):
        found[where] -= {"extra header", "extra query"}
    assert {where: names for where, names in found.items() if names} == {}


def ended_from_outside(options: Options) -> TimeoutError:
    """Make a call that its caller ends, and give the error with the frames that it came through."""

    async def call() -> None:
        async with AsyncOpenAI(**options.settings()) as client, asyncio.timeout(0.1):
            await client.models.retrieve("m")

    try:
        asyncio.run(call())
    except TimeoutError as error:
        return error
    raise AssertionError


def test_what_ends_a_call_from_outside_shows_no_secret(server: WireServer, options: Options) -> None:
    server.reply = lambda _: Reply(())
    error = ended_from_outside(options)
    assert isinstance(error.__cause__, asyncio.CancelledError)
    assert leaks(rendered(error) + rendered_by_rich(error)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_no_copy_of_an_error_has_a_secret(server: WireServer, options: Options, fault: str) -> None:
    server.reply = FAULTS[fault]
    error = failure_of("sync", options)
    pickled = pickle.dumps(error)
    assert leaks(pickled.decode("latin-1")) == []
    again = pickle.loads(pickled)
    assert (type(again), str(again)) == (type(error), str(error))
    assert leaks(everything_about(again) + repr(again.request.headers) + str(again.request.url)) == []
    assert leaks(pickle.dumps(copy.deepcopy(error)).decode("latin-1")) == []


@pytest.mark.parametrize("fault", ["none", *FAULTS])
@pytest.mark.parametrize("shell", ["sync", "async", "sync over httpx"])
def test_no_log_line_shows_a_secret(
    server: WireServer, options: Options, log: io.StringIO, shell: str, fault: str
) -> None:
    server.reply = FAULTS.get(fault, echo)
    if fault == "none":
        outcome(shell, options)
    else:
        failure_of(shell, options)
    assert "openai_models" in log.getvalue()
    assert ("httpcore" in log.getvalue()) == (shell == "sync over httpx")
    assert [line for line in log.getvalue().splitlines() if leaks(line)] == []


@pytest.mark.parametrize("level", ["info", "debug"])
def test_what_openai_log_prints_shows_no_secret(server: WireServer, level: str) -> None:
    server.reply = FAULTS["500"]
    settings = Options(by_function=False, base_url=server.base_url).settings()
    code = f"""
import openai_models
try:
    openai_models.OpenAI(**{settings!r}).models.retrieve("m")
except openai_models.InternalServerError:
    pass
"""
    environment = {"OPENAI_LOG": level, "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "openai_models" in done.stderr
    assert leaks(done.stderr + done.stdout) == []


def test_no_public_object_shows_a_secret(options: Options) -> None:
    client = OpenAI(**options.settings())
    aclient = AsyncOpenAI(**options.settings())
    call = options.call_options()
    shown: list[object] = [client, aclient]
    for each in (client, aclient):
        shown += [each.models, each.with_raw_response, each.with_streaming_response, each._config]
        shown += [each.models.with_raw_response, each.models.with_streaming_response, each.with_options(timeout=1)]
    page = client.models.list(**call)
    raw = client.models.with_raw_response.retrieve("m", **call)
    shown += [page, page.data, page.data[0], raw, raw.parse(), raw.http_response, raw.http_request, raw.headers]
    opening = client.models.with_streaming_response.retrieve("m", **call)
    with opening as streamed:
        shown += [opening, streamed, streamed.http_response]
    shown += [client.models.delete("m", **call), client.models.list, aclient.models.list(**call)]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in options.settings().items():
            patch.setattr(openai_models, name, value)
        shown += [openai_models.models, openai_models.models.retrieve("m")]
    client.close()
    asyncio.run(aclient.close())
    assert [value for value in shown if leaks(f"{value!r} {value!s}")] == []


def test_no_result_keeps_a_secret(options: Options) -> None:
    with OpenAI(**options.settings()) as client:
        page = client.models.list(**options.call_options())
        model = client.models.retrieve("m", **options.call_options())
        gone = client.models.delete("m", **options.call_options())
    for result in (model, gone, *page.data):
        assert leaks(pickle.dumps(result).decode("latin-1")) == []
        assert leaks(everything_about(result) + result.to_json()) == []


@pytest.mark.parametrize("operation", ["retrieve", "delete"])
def test_no_copy_of_a_raw_response_has_a_secret(options: Options, operation: str) -> None:
    with OpenAI(**options.settings()) as client:
        raw = getattr(client.models.with_raw_response, operation)("m", **options.call_options())
    for pickled in (pickle.dumps(raw), pickle.dumps(copy.copy(raw))):
        assert leaks(pickled.decode("latin-1")) == []
        assert pickle.loads(pickled).parse() == raw.parse()
        assert pickle.loads(pickled).content == raw.content


def test_the_mock_shows_the_keys_of_callers_to_nobody(log: io.StringIO) -> None:
    with MockServer() as mock:
        options = Options(by_function=False, base_url=mock.base_url)
        assert isinstance(failure_of("sync", options), AuthenticationError)
        shown = f"{mock!r} {mock} {mock.requests!r} {[vars(r) if hasattr(r, '__dict__') else r for r in mock.requests]}"
        bodies = [httpx.get(mock.base_url + "/models", headers={"authorization": "Bearer PLANTED"}).text]
    lines = [line for line in log.getvalue().splitlines() if not line.startswith(("httpx ", "httpcore"))]
    assert [line for line in lines if leaks(line)] == []
    assert leaks(shown) == []
    assert leaks("".join(bodies)) == []


def test_the_errors_of_these_tests_are_of_all_kinds(server: WireServer) -> None:
    options = Options(by_function=False, base_url=server.base_url)
    kinds = set()
    for fault in FAULTS.values():
        server.reply = fault
        kinds.add(type(failure_of("sync", options)))
    assert {AuthenticationError, InternalServerError, APIResponseValidationError, APIConnectionError} <= kinds

"""Keys are planted wherever a user may put one, and searched for wherever anything is shown or kept."""

import asyncio
import contextvars
import copy
import io
import logging
import pickle
import pprint
import subprocess
import sys
import traceback
from functools import partial

import httpx
import pytest
from tests.acceptance.hard.wire import Reply, WireServer
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
from tests.parts import raised_by

import openai_models
from openai_models import AsyncOpenAI, AuthenticationError, OpenAI
from openai_models._core.failures import MappedExceptions
from openai_models._redaction import install_log_filters
from openai_models.testing import MockServer


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("shell", "by_function"), [("sync", False), ("async", True)], ids=["sync, key", "async, function"]
)
def test_no_failure_shows_a_secret(
    server: WireServer, log: io.StringIO, fault: str, shell: str, *, by_function: bool
) -> None:
    kind, server.reply = FAULTS[fault]
    error = failure_of(shell, Options(server.base_url, by_function=by_function))
    assert type(error) is kind
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (kind, str(error))
    shown = {
        "traceback with locals": rendered(error),
        "rich's traceback with locals": rendered_by_rich(error),
        "plain traceback": "".join(traceback.format_exception(error)),
        "the error": everything_about(error),
        "its notes": repr(getattr(error, "__notes__", [])),
        "its vars, printed": pprint.pformat(vars(error)),
        "its pickle": pickle.dumps(error).decode("latin-1"),
        "its copy": pickle.dumps(copy.deepcopy(error)).decode("latin-1"),
        "what is unpickled": everything_about(again) + f"{again.request.headers} {again.request.url}",
        "the log": log.getvalue(),
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
    assert "openai_models" in log.getvalue()


async def ended_from_outside(options: Options) -> None:
    async with AsyncOpenAI(**options.settings()) as client, asyncio.timeout(0.1):
        await client.models.retrieve("m")


def test_what_ends_a_call_from_outside_shows_no_secret(server: WireServer, options: Options) -> None:
    server.reply = lambda _: Reply(())
    error = raised_by(lambda: asyncio.run(ended_from_outside(options)))
    assert isinstance(error, TimeoutError)
    assert isinstance(error.__cause__, asyncio.CancelledError)
    assert leaks(rendered(error) + rendered_by_rich(error)) == []


@pytest.mark.parametrize(
    ("shell", "fault"),
    [
        *(("sync", "none"), ("async", "none")),
        *(("sync over httpx", fault) for fault in ("none", "500", "an endless redirect", "a hang-up")),
    ],
)
def test_no_log_line_shows_a_secret(
    server: WireServer, options: Options, log: io.StringIO, shell: str, fault: str
) -> None:
    if fault == "none":
        outcome(shell, options)
    else:
        _, server.reply = FAULTS[fault]
        failure_of(shell, options)
    assert "openai_models" in log.getvalue()
    assert ("httpcore" in log.getvalue()) == (shell == "sync over httpx")
    assert leaks(log.getvalue()) == []


def test_what_openai_log_prints_shows_no_secret(server: WireServer) -> None:
    _, server.reply = FAULTS["500"]
    settings = Options(server.base_url).settings()
    code = f"""
import openai_models
try:
    openai_models.OpenAI(**{settings!r}).models.retrieve("m")
except openai_models.InternalServerError:
    pass
"""
    environment = {"OPENAI_LOG": "debug", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "openai_models" in done.stderr
    assert leaks(done.stderr + done.stdout) == []


@pytest.mark.parametrize("logger", ["hpack.hpack", "httpcore.socks", "httpcore2.socks"])
def test_what_other_libraries_log_of_a_header_or_a_login_is_dropped_within_a_call(
    caplog: pytest.LogCaptureFixture, logger: str
) -> None:
    def call_another(_: httpx.Request) -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "m"}))
        with httpx.Client(transport=transport) as http:
            OpenAI(api_key="k", http_client=http).models.retrieve("m")
        logging.getLogger(logger).debug("Adding PLANTED")

    caplog.set_level(logging.DEBUG, logger)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "m"}))
    with httpx.Client(transport=transport, event_hooks={"request": [call_another]}) as http:
        OpenAI(api_key="k", http_client=http).models.retrieve("m")
    logging.getLogger(logger).debug("Adding others'")
    assert "Adding others'" in caplog.text
    assert "PLANTED" not in caplog.text


def test_what_other_libraries_log_is_shown_again_after_an_interrupt_that_kept_a_call_from_ending(
    caplog: pytest.LogCaptureFixture,
) -> None:
    install_log_filters()
    caplog.set_level(logging.DEBUG, "hpack.hpack")
    call = MappedExceptions(httpx.Request("GET", "http://127.0.0.1:9/"))
    call.__enter__()
    logging.getLogger("hpack.hpack").debug("Adding PLANTED")
    del call
    logging.getLogger("hpack.hpack").debug("Adding others'")
    assert caplog.messages == ["Adding others'"]


def test_what_other_libraries_log_is_dropped_in_a_call_that_outlives_the_one_that_it_began_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    install_log_filters()
    caplog.set_level(logging.DEBUG, "hpack.hpack")
    log = partial(logging.getLogger("hpack.hpack").debug, "Adding %s")
    with MappedExceptions(httpx.Request("GET", "http://127.0.0.1:9/")):
        task = contextvars.copy_context()
        background = MappedExceptions(httpx.Request("GET", "http://127.0.0.1:9/"))
        task.run(background.__enter__)
    task.run(log, "PLANTED")
    task.run(background.__exit__, None, None, None)
    task.run(log, "others'")
    log("others'")
    assert caplog.messages == ["Adding others'"] * 2


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


def test_the_mock_shows_the_keys_of_callers_to_nobody(log: io.StringIO, mock: MockServer) -> None:
    options = Options(mock.base_url)
    assert isinstance(failure_of("sync", options), AuthenticationError)
    shown = f"{mock!r} {mock} {mock.requests!r} {[vars(r) if hasattr(r, '__dict__') else r for r in mock.requests]}"
    bodies = [httpx.get(mock.base_url + "/models", headers={"authorization": "Bearer PLANTED"}).text]
    lines = [line for line in log.getvalue().splitlines() if not line.startswith(("httpx ", "httpcore"))]
    assert [line for line in lines if leaks(line)] == []
    assert leaks(shown) == []
    assert leaks("".join(bodies)) == []

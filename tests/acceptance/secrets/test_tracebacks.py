"""A traceback shows every frame of the caller's program and of this package, and a cause has its own."""

import asyncio
import gc
import pprint
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from tests.acceptance.hard.wire import Reply, WireServer
from tests.acceptance.secrets.planting import FAULTS, leaks, of_the_package, refusal, rendered, rendered_by_rich

import openai_models
from openai_models import APIConnectionError, AsyncOpenAI, OpenAI, OpenAIError
from openai_models._redaction import Secret, redact

KEY = "sk-proj-PLANTED1_aA0-bB1_cC2"
PACKAGE = "openai_models."


def sync_program(base_url: str, **options: Any) -> None:
    with OpenAI(base_url=base_url, api_key=KEY, max_retries=1, **options) as client:
        client.models.retrieve("m")


async def async_program(base_url: str, **options: Any) -> None:
    async with AsyncOpenAI(base_url=base_url, api_key=KEY, max_retries=1, **options) as client:
        await client.models.retrieve("m")


def failure_of(program: Callable[..., Any], base_url: str, **options: Any) -> OpenAIError:
    with pytest.raises(OpenAIError) as caught:
        if program is sync_program:
            program(base_url, **options)
        else:
            asyncio.run(program(base_url, **options))
    return caught.value


def frames_of(error: BaseException | None) -> list[str]:
    assert error is not None
    return [
        f"{frame.f_globals['__name__']}.{frame.f_code.co_name}"
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).startswith((PACKAGE, __name__))
    ]


PROGRAMS = pytest.mark.parametrize(
    ("program", "engine"),
    [pytest.param(sync_program, "sync", id="sync"), pytest.param(async_program, "aio", id="async")],
)


@PROGRAMS
def test_a_failing_call_has_every_frame_from_the_caller_to_the_transport(
    server: WireServer, program: Callable[..., Any], engine: str
) -> None:
    server.reply = lambda _: Reply((), close=True)
    error = failure_of(program, server.base_url)
    assert isinstance(error, APIConnectionError)
    wanted = [
        f"{__name__}.{program.__name__}",
        f"resources.{'async_models' if engine == 'aio' else 'models'}.retrieve",
        f"_engine.{engine}.run",
        "_core.flow.call_flow",
    ]
    frames = [frame.removeprefix(PACKAGE) for frame in frames_of(error)]
    assert [frame for frame in frames if frame in wanted] == wanted
    transport = "handle_async_request" if engine == "aio" else "handle_request"
    of_cause = frames_of(error.__cause__)
    for frame in ("_http.routing." + transport, f"_transport.{engine}.{transport}"):
        assert PACKAGE + frame in of_cause
    assert error.__cause__ is not None
    assert PACKAGE + "_transport.http11.read_event" in frames_of(error.__cause__.__cause__)


@PROGRAMS
@pytest.mark.parametrize("fault", ["401", "HTML", "no id", "a redirect to a file"])
def test_an_error_of_the_server_has_every_frame_down_to_where_it_is_found(
    server: WireServer, program: Callable[..., Any], engine: str, fault: str
) -> None:
    _, server.reply = FAULTS[fault]
    frames = frames_of(failure_of(program, server.base_url))
    assert f"{__name__}.{program.__name__}" in frames
    assert PACKAGE + f"_engine.{engine}.call" in frames
    assert frames[-1].startswith(PACKAGE + "_core.")


@pytest.mark.parametrize("make", [OpenAI, AsyncOpenAI])
def test_a_refused_argument_has_the_frames_down_to_its_check(make: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="api_key is blank") as caught:
        make(api_key=" ")
    assert PACKAGE + "_config.checks.checked_key" in frames_of(caught.value)
    assert frames_of(caught.value)[0].startswith(__name__)


@pytest.mark.parametrize("header", [{"content-length": "x"}, {"transfer-encoding": "what"}], ids=ascii)
@pytest.mark.parametrize("program", [sync_program, async_program])
def test_a_request_that_h11_does_not_take_shows_no_key(
    server: WireServer, program: Callable[..., Any], header: dict[str, str]
) -> None:
    error = failure_of(program, server.base_url, default_headers=header)
    assert isinstance(error, APIConnectionError)
    assert leaks(rendered(error) + rendered_by_rich(error)) == []
    assert "LocalProtocolError" in error.__notes__[0]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("api_key", f"{KEY}\n"),
        ("base_url", f"ftp://user:{KEY}@host"),
        ("default_headers", {"api-key": f"{KEY}\n"}),
        ("default_query", {1: KEY}),
        ("max_retries", -1),
    ],
)
def test_the_client_of_the_module_refuses_a_setting_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: object
) -> None:
    settings = {"api_key": KEY, "base_url": f"http://user:{KEY}@host", "default_query": {"key": KEY}, setting: value}
    for name, each in settings.items():
        monkeypatch.setattr(openai_models, name, each)
    settings.clear()
    error = refusal(lambda: openai_models.models.list().data)
    assert PACKAGE + "_module_client.client" in frames_of(error)
    assert leaks(of_the_package(error)) == []


def test_a_secret_shows_in_no_repr() -> None:
    secret = Secret(KEY)
    assert repr(secret) == str(secret) == f"{secret}" == "'**********'"
    assert (secret, hash(secret)) == (Secret(KEY), hash(Secret(KEY)))
    assert secret != KEY
    assert isinstance(
        vars(Secret)["value"], property
    )  # which tools that evaluate expressions, such as Sentry's, leave out
    assert leaks(repr(redact({"api-key": KEY}))) == leaks(pprint.pformat(redact([KEY]))) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_that_nobody_keeps_is_freed_at_once_with_all_that_its_frames_hold(
    server: WireServer, fault: str
) -> None:
    def fail() -> weakref.ref[OpenAIError]:
        try:
            sync_program(server.base_url)
        except OpenAIError as error:
            return weakref.ref(error)
        raise AssertionError

    _, server.reply = FAULTS[fault]
    gc.collect()
    gc.disable()
    try:
        assert fail()() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("refused", ["base_url", "timeout", "max_retries"])
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_a_refused_copy_shows_nothing_of_what_the_client_sends(kind: Any, refused: str) -> None:
    made = [{"default_headers": {"x-key": KEY}, "default_query": {"k": KEY}, "base_url": f"http://u:{KEY}@h/v1"}]
    client = kind(api_key=KEY, **made.pop())
    error = refusal(lambda: client.copy(**{refused: -1}))
    assert "PLANTED" not in of_the_package(error)

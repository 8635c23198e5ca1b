"""How faults are asked for, seen, and taken back; what can't be a fault is refused with what to do."""

from __future__ import annotations

import pickle
from functools import reduce
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import openai_models.testing
from openai_models.testing import Fault, MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "sk-proj-secret-0123456789"
# What a type checker would refuse as well is among it.
REFUSED: list[tuple[str, Callable[[Any], None], str]] = [
    ("status too low", lambda mock: mock.fail_next(199), "from 200 to 599: 199"),
    ("status too high", lambda mock: mock.fail_next(600), "from 200 to 599: 600"),
    ("status as text", lambda mock: mock.fail_next("429"), "status must be a whole number: '429'"),
    ("status true", lambda mock: mock.fail_next(True), "status must be a whole number: True"),
    ("no times", lambda mock: mock.fail_next(times=0), "times must be a whole number, 1 or more: 0"),
    ("half a time", lambda mock: mock.drop_next(times=1.5), "times must be a whole number, 1 or more: 1.5"),
    ("times none", lambda mock: mock.delay_next(1, times=None), "times must be a whole number, 1 or more: None"),
    ("delay backwards", lambda mock: mock.fail_next(delay=-1), "delay is in seconds, 0 or more: -1"),
    ("seconds backwards", lambda mock: mock.delay_next(-0.1), "seconds is in seconds, 0 or more: -0.1"),
    ("seconds for ever", lambda mock: mock.delay_next(float("inf")), "seconds must be a number: inf"),
    ("seconds no number", lambda mock: mock.delay_next(float("nan")), "seconds must be a number: nan"),
    ("seconds beyond numbers", lambda mock: mock.delay_next(10**400), "seconds must be a number: 1000"),
    ("seconds as text", lambda mock: mock.delay_next("1"), "seconds must be a number: '1'"),
    ("interval backwards", lambda mock: mock.drip_next(-1), "interval is in seconds, 0 or more: -1"),
    ("no chunk", lambda mock: mock.drip_next(chunk=0), "chunk must be a whole number, 1 or more: 0"),
    (
        "fewer than no bytes",
        lambda mock: mock.drop_next(after_bytes=-1),
        "after_bytes must be a whole number, 0 or more",
    ),
    ("another breakage", lambda mock: mock.break_next("xml"), "how must be one of 'truncated', 'garbage', 'html', 'em"),
    ("another operation", lambda mock: mock.fail_next(on="create"), "on must be one of 'list', 'retrieve', 'delete'"),
    ("a body without JSON", lambda mock: mock.fail_next(body={"x": object()}), "no JSON form .* give bytes to send"),
    ("a body that is a number", lambda mock: mock.fail_next(body=[float("nan")]), "no JSON form .* give bytes"),
    ("a lone surrogate", lambda mock: mock.fail_next(body="\ud800"), "no JSON form .* give bytes"),
    ("a body for 204", lambda mock: mock.fail_next(204, body={"x": 1}), "status 204 has no body: leave body out"),
    ("a length", lambda mock: mock.fail_next(headers={"Content-Length": "1"}), r"drop_next\(after_bytes=\.\.\.\) ends"),
    ("an encoding", lambda mock: mock.fail_next(headers={"transfer-encoding": "chunked"}), "follows from the body"),
    ("headers as pairs", lambda mock: mock.fail_next(headers=[("x", SECRET)]), "headers must be a mapping of names"),
    ("headers as text", lambda mock: mock.fail_next(headers=f"x: {SECRET}"), "headers must be a mapping of names"),
    ("a body too deep", lambda mock: mock.fail_next(body=NESTED), "no JSON form .*nests too deep"),
    ("no name", lambda mock: mock.fail_next(headers={"a b": "1"}), "this is no name of a header: 'a b'"),
    ("a number as a value", lambda mock: mock.fail_next(headers={"retry-after": 1}), "retry-after must be a string"),
    ("a line break", lambda mock: mock.fail_next(headers={"x": f"{SECRET}\r\ny: 1"}), "without line breaks"),
    ("beyond latin-1", lambda mock: mock.fail_next(headers={"x": f"{SECRET}€"}), "characters that can be sent"),
    ("blanks around", lambda mock: mock.fail_next(headers={"x": " 1"}), "characters that can be sent"),
]


@pytest.mark.parametrize(("ask", "message"), [pytest.param(ask, message, id=name) for name, ask, message in REFUSED])
def test_what_can_not_be_a_fault_is_refused_and_changes_nothing(
    ask: Callable[[Any], None], message: str, mock: MockServer
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        ask(mock)
    assert SECRET not in str(caught.value)
    assert mock.pending_faults == []


NESTED: list[object] = reduce(lambda inner, _: [inner], range(100_000), list[object]())
NO_MODELS = [
    (TypeError, {"id": "m"}, "models must be a list of models: {'id': 'm'}"),
    (TypeError, "m", "models must be a list of models: 'm'"),
    (TypeError, 5, "models must be a list of models: 5"),
    (TypeError, ["m"], "a model is a dict with an id: 'm'"),
    (TypeError, [None], "a model is a dict with an id: None"),
    (TypeError, [{"id": "m", "x": object()}], "the model 'm' has no JSON form: Object of type object"),
    (ValueError, [{"id": "m", "x": float("nan")}], "the model 'm' has no JSON form: Out of range"),
    (ValueError, [{"id": "m", "x": "\ud800"}], "the model 'm' has no JSON form: .* surrogates not allowed"),
    (ValueError, [{"id": "m", "x": NESTED}], "the model 'm' has no JSON form: it nests too deep"),
]


@pytest.mark.parametrize(("error", "models", "message"), NO_MODELS, ids=[row[2] for row in NO_MODELS])
def test_what_is_no_list_of_models_is_refused_in_words(error: type[Exception], models: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        MockServer(models=models)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"latency": -1}, "latency is in seconds, 0 or more: -1"),
        ({"latency": float("nan")}, "latency must be a number: nan"),
        ({"fail_rate": 1.1}, r"from 0\.0 \(none\) to 1\.0 \(all\): 1\.1"),
        ({"fail_rate": -0.1}, "the share of requests that fail"),
        ({"fail_rate": "half"}, "fail_rate must be a number: 'half'"),
        ({"port": "8000"}, "port must be a whole number: '8000'"),
        ({"port": True}, "port must be a whole number: True"),
        ({"host": None}, "host must be an address or a name, .*: None"),
        ({"host": ""}, "host must be an address or a name, .*: ''"),
        ({"host": "a\0b"}, "host must be an address or a name"),
        ({"api_key": None}, "api_key must be visible ASCII"),
        ({"seed": 0.5}, r"seed must be a whole number: 0\.5"),
    ],
    ids=str,
)
def test_a_server_that_can_not_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MockServer(**options)


def test_pending_faults_are_those_to_come_as_they_were_asked_for(mock: MockServer) -> None:
    mock.fail_next(429, times=2, headers={"x-api-key": SECRET}, body={"key": SECRET})
    mock.break_next("html", on="list")
    mock.delay_next(0.25)
    mock.drop_next(after_bytes=10)
    mock.drip_next(0.01, chunk=4, on="retrieve")
    assert repr(mock.pending_faults) == (
        "[<Fault fail_next(status=429, times=2)>, <Fault break_next('html', times=1, on='list')>,"
        " <Fault delay_next(0.25, times=1)>, <Fault drop_next(after_bytes=10, times=1)>,"
        " <Fault drip_next(0.01, chunk=4, times=1, on='retrieve')>]"
    )


def test_a_pending_fault_counts_down(mock: MockServer) -> None:
    mock.fail_next(429, times=3)
    assert [fault.times for fault in mock.pending_faults] == [3]
    httpx.get(f"{mock.base_url}/models", trust_env=False)
    assert [(fault.kind, fault.status, fault.times) for fault in mock.pending_faults] == [("fail", 429, 2)]


def test_pending_faults_are_a_copy_and_can_be_read_after_the_block() -> None:
    with MockServer() as mock:
        mock.drop_next()
        mock.pending_faults.clear()
    assert [fault.kind for fault in mock.pending_faults] == ["drop"]


def test_a_reset_takes_the_faults_back(mock: MockServer) -> None:
    mock.fail_next(times=5)
    mock.reset()
    assert mock.pending_faults == []
    assert httpx.get(f"{mock.base_url}/models", trust_env=False).status_code == 401


def test_faults_can_be_asked_for_before_the_server_runs() -> None:
    mock = MockServer()
    mock.fail_next(503)
    with mock:
        assert httpx.get(f"{mock.base_url}/models", trust_env=False).status_code == 503


def test_a_fault_is_public_and_a_plain_value() -> None:
    assert set(openai_models.testing.__all__) == {
        "PROFILES",
        "Fault",
        "MockServer",
        "RecordedRequest",
        "no_retry_delays",
    }
    fault = Fault(kind="drop", times=2)
    assert pickle.loads(pickle.dumps(fault)) == fault

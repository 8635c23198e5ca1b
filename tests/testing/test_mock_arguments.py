"""Invalid arguments raise an error that names the argument, its value (never a key) and the range."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest

from openai_models.testing import MockServer

SECRET = "sk-proj-secret-0123456789"
NESTED: list[object] = reduce(lambda inner, _: [inner], range(100_000), list[object]())
# Including types that a type checker rejects as well.
INVALID_FAULTS: list[tuple[Callable[[Any], None], str]] = [
    (lambda mock: mock.fail_next(199), "status must be from 200 to 599: 199"),
    (lambda mock: mock.fail_next("429"), "status must be an integer: '429'"),
    (lambda mock: mock.fail_next(times=0), "times must be an integer, 1 or more: 0"),
    (lambda mock: mock.drop_next(times=1.5), "times must be an integer, 1 or more: 1.5"),
    (lambda mock: mock.fail_next(delay=-1), "delay must be 0 seconds or more: -1"),
    (lambda mock: mock.delay_next(float("inf")), "seconds must be a finite number: inf"),
    (lambda mock: mock.delay_next(float("nan")), "seconds must be a finite number: nan"),
    (lambda mock: mock.delay_next(10**400), "seconds must be a finite number: 1000"),
    (lambda mock: mock.delay_next("1"), "seconds must be a finite number: '1'"),
    (lambda mock: mock.drip_next(-1), "interval must be 0 seconds or more: -1"),
    (lambda mock: mock.drip_next(chunk=0), "chunk must be an integer, 1 or more: 0"),
    (lambda mock: mock.drop_next(after_bytes=-1), "after_bytes must be an integer, 0 or more: -1"),
    (lambda mock: mock.break_next("xml"), "how must be one of 'truncated', 'garbage', 'html', 'empty': 'xml'"),
    (lambda mock: mock.fail_next(on="create"), "on must be one of 'list', 'retrieve', 'delete': 'create'"),
    (lambda mock: mock.fail_next(body={"x": object()}), "body can't be encoded .* pass bytes to send"),
    (lambda mock: mock.fail_next(body=[float("nan")]), "body can't be encoded .*Out of range float"),
    (lambda mock: mock.fail_next(body="\ud800"), "body can't be encoded .*surrogates not allowed"),
    (lambda mock: mock.fail_next(body=NESTED), "body can't be encoded .*nested too deeply"),
    (lambda mock: mock.fail_next(204, body={"x": 1}), "status 204 has no body: omit body"),
    (lambda mock: mock.fail_next(headers={"Content-Length": "1"}), r"content-length is set .* drop_next\(after_bytes="),
    (lambda mock: mock.fail_next(headers={"transfer-encoding": "chunked"}), "transfer-encoding is set from the body"),
    (lambda mock: mock.fail_next(headers=[("x", SECRET)]), "headers must be a mapping of names"),
    (lambda mock: mock.fail_next(headers=f"x: {SECRET}"), "headers must be a mapping of names"),
    (lambda mock: mock.fail_next(headers={"a b": "1"}), "invalid header name: 'a b'"),
    (lambda mock: mock.fail_next(headers={"retry-after": 1}), "header retry-after must be a string"),
    (lambda mock: mock.fail_next(headers={"x": f"{SECRET}\r\ny: 1"}), "header x .* without line breaks"),
    (lambda mock: mock.fail_next(headers={"x": f"{SECRET}€"}), "header x must be a string of Latin-1 characters"),
    (lambda mock: mock.fail_next(headers={"x": " 1"}), "header x .* outer spaces"),
]
INVALID_MODELS: list[tuple[type[Exception], Any, str]] = [
    (TypeError, {"id": "m"}, "models must be a list of models: {'id': 'm'}"),
    (TypeError, "m", "models must be a list of models: 'm'"),
    (TypeError, ["m"], "a model must be a mapping with an id: 'm'"),
    (TypeError, [{"object": "model"}], "a model needs a string id: {'object': 'model'}"),
    (TypeError, [{"id": 7}], "a model needs a string id: {'id': 7}"),
    (ValueError, [{"id": ""}], "a model needs an id that is not empty: {'id': ''}"),
    (ValueError, [{"id": "a"}, {"id": "a"}], "two models have the id 'a'"),
    (TypeError, [{"id": "m", "x": object()}], "the model 'm' can't be encoded as JSON: Object of type object"),
    (ValueError, [{"id": "m", "x": float("nan")}], "the model 'm' can't be encoded as JSON: Out of range"),
    (ValueError, [{"id": "m", "x": "\ud800"}], "the model 'm' can't be encoded as JSON: .* surrogates not allowed"),
    (ValueError, [{"id": "m", "x": NESTED}], "the model 'm' can't be encoded as JSON: nested too deeply"),
]
INVALID_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"latency": -1}, "latency must be 0 seconds or more: -1"),
    ({"fail_rate": 1.1}, r"from 0\.0 \(no request fails\) to 1\.0 \(every request fails\): 1\.1"),
    ({"fail_rate": -0.1}, r"fail_rate must be from .*: -0\.1"),
    ({"port": "8000"}, "port must be an integer: '8000'"),
    ({"port": -1}, "port must be from 0 to 65535: -1"),
    ({"port": 65536}, "port must be from 0 to 65535: 65536"),
    ({"host": None}, "host must be an address or a host name, .*: None"),
    ({"host": "a\0b"}, "host must be an address or a host name"),
    ({"seed": 0.5}, r"seed must be an integer: 0\.5"),
    ({"profile": "vlmm"}, "unknown profile 'vlmm'; the known ones: openai, anthropic, .* vllm"),
    ({"api_key": None}, "api_key must be visible ASCII"),
    ({"api_key": ""}, "api_key must be visible ASCII"),
    ({"api_key": f"{SECRET}\n"}, "api_key must be visible ASCII"),
    ({"api_key": f"{SECRET}é"}, "api_key must be visible ASCII"),
]


@pytest.mark.parametrize(("call", "message"), INVALID_FAULTS, ids=[message for _, message in INVALID_FAULTS])
def test_an_invalid_fault_is_rejected_and_not_queued(call: Callable[[Any], None], message: str) -> None:
    mock = MockServer()
    with pytest.raises(ValueError, match=message) as caught:
        call(mock)
    assert SECRET not in str(caught.value)
    assert mock.pending_faults == []


@pytest.mark.parametrize(("error", "models", "message"), INVALID_MODELS, ids=[row[2] for row in INVALID_MODELS])
def test_invalid_models_are_rejected(error: type[Exception], models: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        MockServer(models=models)


@pytest.mark.parametrize(("options", "message"), INVALID_OPTIONS, ids=str)
def test_invalid_options_are_rejected_and_a_key_is_not_quoted(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        MockServer(**options)
    assert SECRET not in str(caught.value)

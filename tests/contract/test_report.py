"""No report shows a secret. `test_reporters` has what it does show."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers
from tests.contract.broken import Answer, Bug, error, server_with

from openai_models.contract import Report, Target, run

if TYPE_CHECKING:
    from starlette.types import Scope

KEY = "sk-Secret-0123456789-AbCdEf"
TOKEN = "eyJhbGciOi.eyJzdWIiOi.c2ln"
GATEWAY = 'gate/way"key==01'
BASE64 = "sk-a/b+c==/0123456789/"


@pytest.mark.parametrize(
    ("before", "encoding"), [*((before, "utf-8") for before in (20, 32, 44, 430, 454)), (20, "utf-16")]
)
def test_no_part_of_the_key_is_shown_wherever_an_answer_that_repeats_it_is_cut(before: int, encoding: str) -> None:
    def answered(scope: Scope, answer: Answer) -> Answer:
        sent = Headers(scope=scope).get("authorization", "")
        if answer.status != 404:
            return answer
        repeating = answer.saying(error("x" * before + sent, code=404))
        return replace(repeating, body=repeating.body.decode().encode(encoding))

    with server_with(Bug("the key, repeated", "error_envelope", answered=answered)) as mock:
        report = run(Target.of_mock(mock), max_examples=1)
        key = mock.api_key
    assert {"error_envelope", "response_schema_conformance"} <= report.failed
    assert key[:8] not in "".join(map(str, report.found)).replace("\0", "")


@pytest.mark.parametrize(
    ("secret", "text", "left"),
    [
        (KEY, "you sent sk-Secret-0123...", "you sent [Filtered]..."),
        (KEY, "you sent SK-SECRET-012 ...", "you sent [Filtered] ..."),
        (TOKEN, "eyJhbGciOi...", "[Filtered]..."),
        (TOKEN, "eyJhbGciOi.eyJ...", "[Filtered]..."),
        (TOKEN, "eyJhbGciOi.eyJ ...", "[Filtered] ..."),
        (BASE64, '{"error": "sk-a/b+c==/0123456789/"}', '{"error": "[Filtered]"}'),
        (BASE64, r'{"error": "sk-a\/b+c==\/0123456789\/"}', '{"error": "[Filtered]"}'),
        ('sk-"quoted"-and-\\-01', r'{"error": "sk-\"quoted\"-and-\\-01"}', '{"error": "[Filtered]"}'),
        (GATEWAY, "<gate%2Fway%22key%3D%3D01>", "<[Filtered]>"),
        (GATEWAY, "<gate%2fway%22key==01>", "<[Filtered]>"),
        (GATEWAY, r"<gate/way\u0022key\u003d\u003d01>", "<[Filtered]>"),
        ("sk-proj-0123456789", "sk-proj-sk-proj-0123456789 sk-proj-x", "sk-proj-[Filtered] sk-proj-x"),
    ],
)
def test_a_secret_is_redacted_in_every_spelling_and_where_it_was_cut(secret: str, text: str, left: str) -> None:
    assert Report(key=secret).redact(text) == Report(secrets=(secret,)).redact(text) == left


def test_a_long_token_is_redacted_in_little_time() -> None:
    token = "".join(f"{number:x}-" for number in range(1000))
    before = process_time()
    assert Report(key=token).redact(f"{token} and {token[:-1]}") == "[Filtered] and [Filtered]"
    assert process_time() - before < 1


def test_no_header_is_left_where_the_server_makes_an_id_of_it() -> None:
    report = Report(secrets=("gateway-0123456789",))
    report.add("listed_model", "retrieve gateway-0123456789", "404", "200", "curl /models/gateway%2D0123456789", None)
    assert "0123456789" not in str(report)

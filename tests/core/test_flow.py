"""The life of a call, without I/O: what is sent, and in which order, decided by what comes."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.parts import BASE, KEY, Pieces

from openai_models import APIConnectionError, APITimeoutError, InternalServerError, NotFoundError, RateLimitError
from openai_models._config.configuration import Configuration
from openai_models._core.flow import RawResult, call_flow, read_flow
from openai_models._core.operations import DELETE, RETRIEVE
from openai_models._core.request import RequestOptions
from openai_models._core.steps import Exchange, NeedKey, Read, Sleep, Step, Within
from openai_models._redaction import kept_content

OK = b'{"id": "a", "deleted": true}'


def response(status: int = 200, body: bytes = b"{}", **headers: str) -> httpx.Response:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=fields, stream=Pieces(body))


class Play:
    """Performs the steps of a flow with given outcomes of its requests; nothing is sent, and nobody waits."""

    result: RawResult[Any]
    error: BaseException

    def __init__(self, flow: Any, *outcomes: httpx.Response | Exception, key: object = KEY) -> None:
        self.steps: list[Step] = []
        self._outcomes = deque(outcomes)
        self._key = key
        try:
            self.result = self._run(flow)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            self.error = error

    def _run(self, flow: Any) -> Any:
        resume, value = flow.send, None
        while True:
            try:
                step = resume(value)
            except StopIteration as end:
                return end.value
            try:
                resume, value = flow.send, self._perform(step)
            except Exception as error:  # noqa: BLE001 - the flow's to judge
                resume, value = flow.throw, error

    def _perform(self, step: Step) -> Any:
        if isinstance(step, Within):
            return self._run(step.flow)
        self.steps.append(step)
        if isinstance(step, NeedKey):
            return self._key
        if isinstance(step, Exchange):
            outcome = self._outcomes.popleft() if len(self._outcomes) > 1 else self._outcomes[0]
            if isinstance(outcome, Exception):
                raise outcome
            outcome.request = step.request
            return outcome
        if isinstance(step, Read):
            for piece in step.response.iter_raw():
                step.decoder.feed(piece)
        return None

    @property
    def requests(self) -> list[httpx.Request]:
        return [step.request for step in self.steps if isinstance(step, Exchange)]

    @property
    def waits(self) -> list[float]:
        return [step.seconds for step in self.steps if isinstance(step, Sleep)]

    @property
    def names(self) -> list[str]:
        return [type(step).__name__ for step in self.steps]


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True) as http:
        yield http


@pytest.fixture
def play(http: httpx.Client) -> Callable[..., Play]:
    def play(
        *outcomes: httpx.Response | Exception, operation: Any = RETRIEVE, key: object = KEY, **options: Any
    ) -> Play:
        config = Configuration(**{"api_key": KEY, "base_url": BASE, **options})
        flow = call_flow(config, http, RequestOptions(operation, {"model": "a"}), stream=False)
        return Play(flow, *outcomes, key=key)

    return play


def cut() -> httpx.Response:
    """Return a response whose body breaks off."""
    return httpx.Response(200, stream=Pieces(b'{"data": [', httpx.RemoteProtocolError("peer closed connection")))


FAILURES: dict[str, tuple[Callable[[], httpx.Response | Exception], type[Exception]]] = {
    "429": (lambda: response(429), RateLimitError),
    "500": (lambda: response(500), InternalServerError),
    "told to": (lambda: response(404, x_should_retry="true"), NotFoundError),
    "refused": (lambda: httpx.ConnectError("refused"), APIConnectionError),
    "late": (lambda: httpx.ReadTimeout("late"), APITimeoutError),
    "cut": (cut, APIConnectionError),
}


@pytest.mark.parametrize("max_retries", [0, 2])
@pytest.mark.parametrize(("failing", "kind"), FAILURES.values(), ids=FAILURES)
def test_there_are_as_many_attempts_as_retries_and_one(
    failing: Callable[[], httpx.Response | Exception],
    kind: type[Exception],
    max_retries: int,
    play: Callable[..., Play],
) -> None:
    failed = play(*[failing() for _ in range(4)], max_retries=max_retries)
    assert type(failed.error) is kind
    counts = [each.headers["x-stainless-retry-count"] for each in failed.requests]
    assert counts == [str(taken) for taken in range(max_retries + 1)]
    assert len(failed.waits) == max_retries
    played = play(*[failing() for _ in range(max_retries)], response(body=OK), max_retries=max_retries)
    assert (played.result.retries_taken, kept_content(played.result.response)) == (max_retries, OK)


def test_the_waits_are_those_of_the_rules(play: Callable[..., Play], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = response(429, retry_after="7")
    first, second, third = play(response(500), asked, httpx.ConnectError("x"), response(), max_retries=3).waits
    assert 0.375 <= first <= 0.5
    assert second == 7
    assert 1.5 <= third <= 2
    monkeypatch.setenv("OPENAI_MODELS_NO_RETRY_DELAYS", "1")
    assert play(response(500), asked, response()).waits == [0.0, 0.0]


@pytest.mark.parametrize("name", ["500", "late", "cut"])
def test_a_404_after_a_delete_that_may_have_worked_is_explained(name: str, play: Callable[..., Play]) -> None:
    error = play(FAILURES[name][0](), response(404), operation=DELETE).error
    assert isinstance(error, NotFoundError)
    assert ["earlier attempt" in note for note in error.__notes__] == [True]


@pytest.mark.parametrize(("operation", "outcomes"), [(DELETE, [404]), (RETRIEVE, [500, 404])], ids=["at-once", "get"])
def test_another_404_is_not_explained(operation: Any, outcomes: list[int], play: Callable[..., Play]) -> None:
    assert not hasattr(play(*map(response, outcomes), operation=operation).error, "__notes__")


def test_a_client_that_is_closed_meanwhile_does_not_retry(
    play: Callable[..., Play], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = iter([False, True])
    monkeypatch.setattr(httpx.Client, "is_closed", property(lambda _: next(closed)))
    error = play(httpx.ConnectError("closed")).error
    assert type(error) is APIConnectionError
    assert "closed while the call was under way" in error.__notes__[-1]


def test_the_key_is_asked_for_before_each_attempt(play: Callable[..., Play]) -> None:
    played = play(response(500), response(body=OK), api_key=lambda: "unused", key="sk-given")
    assert played.names == ["NeedKey", "Exchange", "Read", "Sleep", "NeedKey", "Exchange", "Read"]
    assert {each.headers["authorization"] for each in played.requests} == {"Bearer sk-given"}


async def coroutine() -> str:
    return KEY


@pytest.mark.parametrize(
    "make",
    [lambda: None, lambda: 5, str, lambda: f"{KEY}\n", coroutine],
    ids=["none", "number", "empty", "two lines", "coroutine"],
)
def test_what_is_no_key_is_refused_before_anything_is_sent(
    make: Callable[[], object], play: Callable[..., Play]
) -> None:
    played = play(response(body=OK), api_key=lambda: "unused", key=make())
    assert isinstance(played.error, ValueError | TypeError)
    assert ("AsyncOpenAI" if make is coroutine else "api_key") in str(played.error)
    assert KEY not in str(played.error)
    assert played.names == ["NeedKey"]


def test_each_hop_of_a_redirect_is_an_exchange_of_the_same_attempt(play: Callable[..., Play]) -> None:
    played = play(response(307, location="/b"), response(302, location="http://other.test/c"), response(body=OK))
    assert played.names == ["Exchange", "Close", "Exchange", "Close", "Exchange", "Read"]
    urls = [f"{BASE}/models/a", "http://api.test/b", "http://other.test/c"]
    assert [str(each.url) for each in played.requests] == urls
    assert ["authorization" in each.headers for each in played.requests] == [True, True, False]
    exchanges = [step for step in played.steps if isinstance(step, Exchange)]
    assert [each.send_options for each in exchanges] == [{}, {}, {"auth": None}]
    assert len({id(each.attempt) for each in exchanges}) == 1


@pytest.mark.parametrize("location", ["/again", "", "?page=1"])
def test_the_redirects_of_one_attempt_come_to_an_end(location: str, play: Callable[..., Play]) -> None:
    played = play(response(307, location=location), max_retries=0)
    assert type(played.error) is APIConnectionError
    assert "redirects" in "".join(played.error.__notes__)
    assert len(played.requests) == 21


def test_a_body_that_was_read_before_is_not_read_again(play: Callable[..., Play]) -> None:
    assert play(httpx.Response(200, content=OK)).names == ["Exchange", "Close"]


def test_a_streamed_body_is_left_unread_and_a_failure_is_not(http: httpx.Client) -> None:
    config, options = Configuration(api_key=KEY, base_url=BASE), RequestOptions(RETRIEVE, {"model": "a"})
    played = Play(call_flow(config, http, options, stream=True), response(500), response(body=OK))
    assert played.names == ["Exchange", "Read", "Sleep", "Exchange"]
    read = Play(read_flow(config, played.result), response())
    assert read.names == ["Read"]
    assert read.result.parse(None).id == "a"


def test_an_attempt_has_its_time_and_a_streamed_body_has_it_anew(http: httpx.Client) -> None:
    config, options = Configuration(api_key=KEY, base_url=BASE), RequestOptions(RETRIEVE, {"model": "a"}, timeout=5)
    flow = call_flow(config, http, options, stream=True)
    within = next(flow)
    assert isinstance(within, Within)
    exchange = next(within.flow)
    assert exchange.attempt is within.attempt
    assert 4 < (exchange.attempt.clip() or 0) <= 5
    assert exchange.request.extensions["timeout"]["read"] == 5
    answered = response(body=OK)
    answered.request = exchange.request
    with pytest.raises(StopIteration) as sent:
        within.flow.send(answered)
    with pytest.raises(StopIteration) as end:
        flow.send(sent.value.value)
    flow = read_flow(config, end.value.value)
    within = next(flow)
    assert isinstance(within, Within)
    assert isinstance(next(within.flow), Read)
    assert 4 < (within.attempt.clip() or 0) <= 5


def test_a_flow_that_is_given_up_lets_the_transport_know(http: httpx.Client) -> None:
    options = RequestOptions(RETRIEVE, {"model": "a"})
    flow = call_flow(Configuration(api_key=KEY, base_url=BASE), http, options, stream=False)
    within = next(flow)
    assert isinstance(within, Within)
    called: list[float] = []
    within.attempt.callbacks.append(lambda: called.append(time.monotonic()))
    flow.close()
    assert len(called) == 1

"""What a client accepts as its settings, where they come from, and what is refused."""

from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.parts import BASE, KEY, Server, Shell, answer

from openai_models import AsyncOpenAI, OpenAI, OpenAIError, Timeout, omit
from openai_models._config.configuration import Configuration
from openai_models._core.operations import LIST
from openai_models._core.request import RequestOptions
from openai_models._http.clients import DEFAULT_TIMEOUT, DefaultHttpxClient
from openai_models._redaction import reveal


def configured(**options: Any) -> Configuration:
    return Configuration(**{"api_key": KEY, **options})


def test_without_arguments_and_variables_there_are_the_official_defaults() -> None:
    config = configured()
    assert config.base_url == "https://api.openai.com/v1/"
    assert (config.organization, config.project, config.max_retries) == (None, None, 2)
    assert config.timeout == Timeout(60.0, connect=5.0)
    assert config.max_response_bytes == 64 * 1024 * 1024


VARIABLES = [
    ("api_key", "OPENAI_API_KEY", "sk-environment", "sk-argument"),
    ("organization", "OPENAI_ORG_ID", "org-environment", "org-argument"),
    ("project", "OPENAI_PROJECT_ID", "proj-environment", "proj-argument"),
    ("base_url", "OPENAI_BASE_URL", "http://environment.test/", "http://argument.test/"),
]


@pytest.mark.parametrize(("argument", "variable", "value", "given"), VARIABLES)
def test_an_argument_counts_more_than_the_environment_and_an_empty_variable_is_none(
    argument: str, variable: str, value: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    arguments: dict[str, Any] = {argument: given}
    default = getattr(OpenAI(), argument)
    monkeypatch.setenv(variable, value)
    assert (getattr(OpenAI(), argument), getattr(OpenAI(**arguments), argument)) == (value, given)
    monkeypatch.setenv(variable, "")
    if argument != "api_key":
        assert getattr(OpenAI(), argument) == default


def test_an_empty_organization_keeps_that_of_the_environment_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    assert not configured(organization="").organization


@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_no_key_is_an_error_that_names_the_argument_and_the_variable(
    client: type[OpenAI | AsyncOpenAI], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OpenAIError, match=r"api_key.*OPENAI_API_KEY"):
        client()
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with pytest.raises(OpenAIError, match=r"api_key.*OPENAI_API_KEY"):
        client()


REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("api_key", 5, TypeError, "api_key must be a string"),
    ("api_key", {"api_key": KEY}, TypeError, "api_key must be a string"),
    ("api_key", " ", ValueError, "api_key is blank"),
    ("api_key", f"{KEY}\n", ValueError, "line break"),
    ("api_key", f"{KEY}\u00fc", ValueError, "ASCII"),
    ("organization", 5, TypeError, "organization must be a string"),
    ("organization", "org\r\nX-Evil: 1", ValueError, "organization"),
    ("project", " proj", ValueError, "project"),
    ("base_url", 5, TypeError, "base_url must be a string or a URL"),
    ("base_url", "api.test/v1", ValueError, "'api.test/v1'"),
    ("base_url", "ftp://api.test/v1", ValueError, "'ftp://api.test/v1'"),
    ("base_url", "http://[::1", ValueError, "base_url"),
    ("base_url", "http://api.test:99999/", ValueError, "99999"),
    ("base_url", "http://api.test/v1#models", ValueError, "fragment"),
    ("base_url", "http://api.test/\ud800", ValueError, "base_url"),
    ("base_url", f"ftp://user:{KEY}@api.test/?key={KEY}", ValueError, "base_url"),
    ("base_url", f"http://u:{KEY}@[::1/", ValueError, "base_url"),
    ("timeout", 0, ValueError, "0"),
    ("timeout", float("nan"), ValueError, "nan"),
    ("timeout", 1e12, ValueError, "timeout"),  # sockets take no more than 2**63 ns
    ("timeout", "5", TypeError, "'5'"),
    ("timeout", True, TypeError, "True"),
    ("timeout", Timeout(5.0, read=float("nan")), ValueError, "timeout"),
    ("max_retries", -1, ValueError, "-1"),
    ("max_retries", None, TypeError, "None"),
    ("max_retries", True, TypeError, "True"),
    ("max_response_bytes", -1, ValueError, "-1"),
    ("default_headers", [("X-A", "1")], TypeError, "mapping"),
    ("default_headers", {"X-A": 1}, TypeError, "'X-A'"),
    ("default_headers", {1: "a"}, TypeError, "1"),
    ("default_headers", {"X A": "1"}, ValueError, "'X A'"),
    ("default_headers", {"X-A": f"{KEY}\n"}, ValueError, "'X-A'"),
    ("default_headers", {"X-A": f"{KEY}\u00fc"}, ValueError, "'X-A'"),
    ("default_query", "a=1", TypeError, "mapping"),
    ("default_query", {1: "a"}, TypeError, "1"),
]


@pytest.mark.parametrize(
    ("argument", "value", "kind", "quoted"), REFUSED, ids=[f"{row[0]}={ascii(row[1])[:30]}" for row in REFUSED]
)
def test_a_setting_that_cannot_be_is_refused_and_so_is_setting_it(
    argument: str, value: Any, kind: type[Exception], quoted: str
) -> None:
    config = configured()
    before = getattr(config, argument)
    for action in (lambda: configured(**{argument: value}), lambda: setattr(config, argument, value)):
        with pytest.raises(kind) as caught:
            action()
        assert quoted in str(caught.value)
        assert KEY not in repr(caught.value)
    assert getattr(config, argument) == before


@given(st.text(alphabet="ahtps:/@[]?#%.\\ \t\x00\u00e9\u20281290-_;&=", max_size=20))
@example("http://a:@")
@example("http://xn--/")
@example("//:@")
def test_whatever_is_given_as_a_base_url_is_accepted_or_a_value_error(text: str) -> None:
    for url in (text, f"http://{text}", f"http://h{text}"):
        try:
            config = configured(base_url=url)
        except ValueError:
            continue
        assert config.base_url.path.endswith("/")
        assert configured(base_url=config.base_url).base_url == config.base_url


def test_headers_that_can_be_sent_are_accepted() -> None:
    given = {"x-a": "", "x-b": "with spaces\twithin", "x-c": omit}
    assert reveal(configured(default_headers=given).default_headers) == given
    assert reveal(configured(default_headers=httpx.Headers({"X-A": "1"})).default_headers) == {"x-a": "1"}


def test_custom_headers_of_the_environment_are_sent_below_those_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-A: 1\nX-B: with: colon\n\nno header\n")
    assert reveal(configured(default_headers={"X-A": "2"}).default_headers) == {"X-A": "2", "X-B": "with: colon"}


def test_settings_that_are_changed_go_with_the_next_request() -> None:
    server = Server(answer([]))
    client = Shell("sync").client(server, organization="org-1")
    changes: list[dict[str, Any]] = [{}, {"organization": None, "project": "p-2"}, {"api_key": "k-3", "project": "p-3"}]
    sent = []
    for change in changes:
        for name, value in change.items():
            setattr(client, name, value)
        client.models.list()
        headers = server.requests[-1].headers
        names = ("openai-organization", "openai-project", "authorization")
        sent.append([headers.get(name) for name in names])
    assert sent == [["org-1", None, f"Bearer {KEY}"], [None, "p-2", f"Bearer {KEY}"], [None, "p-3", "Bearer k-3"]]


def test_a_base_url_that_is_set_gets_its_slash() -> None:
    config = configured()
    config.base_url = httpx.URL("http://other.test/api")
    assert str(config.base_url) == "http://other.test/api/"


@pytest.mark.parametrize(
    ("timeout", "phase", "whole"),
    [
        (5, Timeout(5), 5),
        (None, Timeout(None), None),
        (Timeout(60.0, connect=2.0), Timeout(60.0, connect=2.0), None),
        (DEFAULT_TIMEOUT, Timeout(60.0, connect=5.0), 60.0),
    ],
    ids=["number", "none", "phases", "default"],
)
def test_a_number_bounds_the_attempt_and_a_timeout_its_phases(
    timeout: float | Timeout | None, phase: Timeout, whole: float | None
) -> None:
    assert RequestOptions(LIST).split_timeout(configured(timeout=timeout)) == (phase, whole)


@pytest.mark.parametrize(
    ("of_http", "given", "expected"),
    [
        ({}, {}, DEFAULT_TIMEOUT),
        ({"timeout": 7}, {}, Timeout(7)),
        ({"timeout": None}, {}, Timeout(None)),
        ({"timeout": 7}, {"timeout": 3}, 3),
        ({"timeout": 7}, {"timeout": None}, None),
    ],
    ids=["none set", "set on the http client", "none for ever on the http client", "both", "none for ever on top"],
)
@pytest.mark.parametrize("kind", [httpx.Client, DefaultHttpxClient])
def test_the_timeout_of_a_callers_http_client_counts_unless_one_is_given(
    kind: type[httpx.Client], of_http: dict[str, Any], given: dict[str, Any], expected: object
) -> None:
    with OpenAI(api_key=KEY, http_client=kind(trust_env=False, **of_http), **given) as client:
        assert client.timeout == expected


@pytest.mark.parametrize("make", [OpenAI, AsyncOpenAI])
def test_an_http_client_of_the_wrong_kind_is_refused_by_name(make: Callable[..., object]) -> None:
    right, wrong = ("Client", "AsyncClient") if make is OpenAI else ("AsyncClient", "Client")
    for other in (getattr(httpx, wrong)(), getattr(httpx2, wrong)(), "http://proxy.test"):
        name = f"{type(other).__module__}.{type(other).__name__}"
        with pytest.raises(TypeError, match=f"must be an httpx.{right} or httpx2.{right}, not {name}$"):
            make(api_key=KEY, base_url=BASE, http_client=other)

"""What a client accepts as its settings, where they come from, and what is refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.parts import BASE, KEY

from openai_models import AsyncOpenAI, OpenAI, OpenAIError, Timeout, omit
from openai_models._config.configuration import Configuration
from openai_models._core.operations import LIST
from openai_models._core.request import RequestOptions
from openai_models._http.clients import DEFAULT_TIMEOUT, DefaultHttpxClient
from openai_models._redaction import reveal

if TYPE_CHECKING:
    from collections.abc import Callable


def configured(**options: Any) -> Configuration:
    return Configuration(**{"api_key": KEY, **options})


VARIABLES = [
    ("api_key", "OPENAI_API_KEY", "sk-environment", "sk-argument"),
    ("organization", "OPENAI_ORG_ID", "org-environment", "org-argument"),
    ("project", "OPENAI_PROJECT_ID", "proj-environment", "proj-argument"),
    ("base_url", "OPENAI_BASE_URL", "http://environment.test/", "http://argument.test/"),
]


@pytest.mark.parametrize(("argument", "variable", "value", "_"), VARIABLES)
def test_a_setting_that_is_not_given_comes_from_the_environment(
    argument: str, variable: str, value: str, _: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv(variable, value)
    assert getattr(OpenAI(), argument) == value


@pytest.mark.parametrize(("argument", "variable", "value", "given"), VARIABLES)
def test_an_argument_counts_more_than_the_environment(
    argument: str, variable: str, value: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv(variable, value)
    arguments: dict[str, Any] = {argument: given}
    assert getattr(OpenAI(**arguments), argument) == given


def test_without_arguments_and_variables_there_are_the_official_defaults() -> None:
    config = configured()
    assert config.base_url == "https://api.openai.com/v1/"
    assert (config.organization, config.project, config.max_retries) == (None, None, 2)
    assert config.timeout == Timeout(60.0, connect=5.0)
    assert config.max_response_bytes == 64 * 1024 * 1024


@pytest.mark.parametrize(("argument", "variable", "_", "__"), VARIABLES[1:])
def test_an_empty_variable_is_like_none(
    argument: str, variable: str, _: str, __: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = getattr(configured(), argument)
    monkeypatch.setenv(variable, "")
    assert getattr(configured(), argument) == default


def test_an_empty_organization_keeps_that_of_the_environment_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    assert not configured(organization="").organization


@pytest.mark.parametrize("variable", [None, ""], ids=["unset", "empty"])
@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_no_key_is_an_error_that_names_the_argument_and_the_variable(
    client: type[OpenAI | AsyncOpenAI], variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable is not None:
        monkeypatch.setenv("OPENAI_API_KEY", variable)
    with pytest.raises(OpenAIError, match=r"api_key.*OPENAI_API_KEY"):
        client()


REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("api_key", 5, TypeError, "api_key must be a string"),
    ("api_key", KEY.encode(), TypeError, "api_key must be a string"),
    ("api_key", {"api_key": KEY}, TypeError, "api_key must be a string"),
    ("api_key", " ", ValueError, "api_key is blank"),
    ("api_key", f"{KEY}\n", ValueError, "line break"),
    ("api_key", f"{KEY}\r\nX-Evil: 1", ValueError, "line break"),
    ("api_key", f"{KEY}\u00fc", ValueError, "ASCII"),
    ("api_key", f"{KEY}\x00", ValueError, "api_key"),
    ("organization", 5, TypeError, "organization must be a string"),
    ("organization", "org\r\nX-Evil: 1", ValueError, "organization"),
    ("organization", " org", ValueError, "organization"),
    ("organization", "org ", ValueError, "organization"),
    ("project", b"proj", TypeError, "project must be a string"),
    ("project", "proj\u00e9", ValueError, "project"),
    ("base_url", 5, TypeError, "base_url must be a string or a URL"),
    ("base_url", "api.test/v1", ValueError, "'api.test/v1'"),
    ("base_url", "/v1", ValueError, "'/v1'"),
    ("base_url", "", ValueError, "base_url"),
    ("base_url", "ftp://api.test/v1", ValueError, "'ftp://api.test/v1'"),
    ("base_url", "file:///etc/passwd", ValueError, "/etc/passwd"),
    ("base_url", "http://", ValueError, "base_url"),
    ("base_url", "http://[::1", ValueError, "base_url"),
    ("base_url", "http://api.test:port/", ValueError, "base_url"),
    ("base_url", "http://api.test/v1#models", ValueError, "fragment"),
    ("base_url", "http://api.test/\nv1", ValueError, "base_url"),
    ("base_url", "http://api.test/\ud800", ValueError, "base_url"),
    ("timeout", -1, ValueError, "-1"),
    ("timeout", 0, ValueError, "0"),
    ("timeout", float("nan"), ValueError, "nan"),
    ("timeout", float("inf"), ValueError, "inf"),
    ("timeout", 10**400, ValueError, "timeout"),
    ("timeout", "5", TypeError, "'5'"),
    ("timeout", True, TypeError, "True"),
    ("timeout", Timeout(-1.0), ValueError, "timeout"),
    ("timeout", Timeout(5.0, read=float("nan")), ValueError, "timeout"),
    ("max_retries", -1, ValueError, "-1"),
    ("max_retries", 1.5, TypeError, "1.5"),
    ("max_retries", "2", TypeError, "'2'"),
    ("max_retries", None, TypeError, "None"),
    ("max_retries", True, TypeError, "True"),
    ("max_response_bytes", -1, ValueError, "-1"),
    ("max_response_bytes", 1.0, TypeError, "1.0"),
    ("default_headers", "X-A: 1", TypeError, "mapping"),
    ("default_headers", [("X-A", "1")], TypeError, "mapping"),
    ("default_headers", {"X-A": 1}, TypeError, "'X-A'"),
    ("default_headers", {"X-A": None}, TypeError, "'X-A'"),
    ("default_headers", {1: "a"}, TypeError, "1"),
    ("default_headers", {"X A": "1"}, ValueError, "'X A'"),
    ("default_headers", {"": "1"}, ValueError, "''"),
    ("default_headers", {"X-A\r\nX-B": "1"}, ValueError, "X-A"),
    ("default_headers", {"X-A": f"{KEY}\n"}, ValueError, "'X-A'"),
    ("default_headers", {"X-A": f"{KEY}\u00fc"}, ValueError, "'X-A'"),
    ("default_headers", {"X-A": f" {KEY}"}, ValueError, "'X-A'"),
    ("default_headers", {"X-A": f"{KEY}\t"}, ValueError, "'X-A'"),
    ("default_query", "a=1", TypeError, "mapping"),
    ("default_query", {1: "a"}, TypeError, "1"),
]


@pytest.mark.parametrize(
    ("argument", "value", "kind", "quoted"),
    REFUSED,
    ids=[
        f"{place}-{argument}={str(value).replace(KEY, 'KEY')[:40]!r}"
        for place, (argument, value, *_) in enumerate(REFUSED)
    ],
)
def test_a_setting_that_cannot_be_is_refused(argument: str, value: Any, kind: type[Exception], quoted: str) -> None:
    with pytest.raises(kind) as caught:
        configured(**{argument: value})
    assert isinstance(caught.value, ValueError | TypeError)
    assert quoted in str(caught.value)
    assert KEY not in repr(caught.value)


@pytest.mark.parametrize(
    "url",
    [f"ftp://user:{KEY}@api.test/", f"http://user:{KEY}@/v1", f"ftp://api.test/?key={KEY}", f"http://u:{KEY}@[::1/"],
    ids=["userinfo", "no host", "query", "no URL"],
)
def test_a_key_in_a_refused_base_url_is_not_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="base_url") as caught:
        configured(base_url=url)
    assert KEY not in str(caught.value)


@given(st.text(alphabet="ahtps:/@[]?#%.\\ \t\x00\u00e9\u20281290-_;&=", max_size=20))
@example("http://a:@")
@example("http://xn--/")
@example("http://a:99999999/")
@example("//:@")
def test_whatever_is_given_as_a_base_url_is_accepted_or_a_value_error(text: str) -> None:
    for url in (text, f"http://{text}", f"http://h{text}"):
        try:
            config = configured(base_url=url)
        except ValueError:
            continue
        assert config.base_url.path.endswith("/")
        assert configured(base_url=config.base_url).base_url == config.base_url


@pytest.mark.parametrize("header", ["", "\t", "value", "with spaces within", "omitted"])
def test_headers_that_can_be_sent_are_accepted(header: str) -> None:
    value = omit if header == "omitted" else header.strip()
    assert reveal(configured(default_headers={"X-A": value}).default_headers) == {"X-A": value}


def test_headers_of_httpx_are_accepted() -> None:
    assert reveal(configured(default_headers=httpx.Headers({"X-A": "1"})).default_headers) == {"x-a": "1"}


class KeysAlone:
    """Has keys, as a mapping has, and nothing else of one."""

    def keys(self) -> list[str]:
        return ["X-A"]

    def __getitem__(self, key: str) -> str:
        return {"X-A": "1"}[key]


@pytest.mark.parametrize("argument", ["default_headers", "default_query"])
def test_what_has_keys_but_is_no_mapping_is_refused_or_taken(argument: str) -> None:
    try:
        taken = configured(**{argument: KeysAlone()})
    except TypeError as error:
        assert "mapping" in str(error)
    else:
        assert getattr(taken, argument) == {"X-A": "1"}


def test_custom_headers_of_the_environment_are_sent_below_those_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-A: 1\nX-B: with: colon\n\nno header\n")
    assert reveal(configured(default_headers={"X-A": "2"}).default_headers) == {"X-A": "2", "X-B": "with: colon"}


SETTABLE: list[tuple[str, Any, type[Exception]]] = [
    ("api_key", f"{KEY}\n", ValueError),
    ("organization", "a\nb", ValueError),
    ("project", 5, TypeError),
    ("base_url", "nowhere", ValueError),
    ("timeout", -1, ValueError),
    ("max_retries", -1, ValueError),
    ("max_response_bytes", -1, ValueError),
    ("default_query", "a=1", TypeError),
]


@pytest.mark.parametrize(("attribute", "value", "kind"), SETTABLE, ids=[row[0] for row in SETTABLE])
def test_an_attribute_that_is_set_is_checked_again(attribute: str, value: Any, kind: type[Exception]) -> None:
    client = OpenAI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))))
    before = getattr(client, attribute)
    with pytest.raises(kind):
        setattr(client, attribute, value)
    assert getattr(client, attribute) == before


def test_a_base_url_that_is_set_gets_its_slash() -> None:
    config = configured()
    config.base_url = httpx.URL("http://other.test/api")
    assert str(config.base_url) == "http://other.test/api/"


@pytest.mark.parametrize(
    ("timeout", "phase", "whole"),
    [
        (5, Timeout(5), 5),
        (0.5, Timeout(0.5), 0.5),
        (None, Timeout(None), None),
        (Timeout(5.0), Timeout(5.0), None),
        (Timeout(60.0, connect=2.0), Timeout(60.0, connect=2.0), None),
        (DEFAULT_TIMEOUT, Timeout(60.0, connect=5.0), 60.0),
    ],
    ids=["int", "float", "none", "timeout", "phases", "default"],
)
def test_a_number_bounds_the_attempt_and_a_timeout_its_phases(
    timeout: float | Timeout | None, phase: Timeout, whole: float | None
) -> None:
    assert RequestOptions(LIST).split_timeout(configured(timeout=timeout)) == (phase, whole)


def test_a_default_http_client_is_bounded_as_no_http_client_is() -> None:
    with OpenAI(api_key=KEY, http_client=DefaultHttpxClient(trust_env=False)) as client:
        assert client.timeout == DEFAULT_TIMEOUT


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
def test_the_timeout_of_a_callers_http_client_counts_unless_one_is_given(
    of_http: dict[str, Any], given: dict[str, Any], expected: object
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    client = OpenAI(api_key=KEY, http_client=httpx.Client(transport=transport, **of_http), **given)
    assert client.timeout == expected


@pytest.mark.parametrize("seconds", [sys.maxsize, 1e12], ids=["sys.maxsize", "1e12"])
def test_a_timeout_longer_than_a_socket_can_wait_is_refused_or_shortened(seconds: float) -> None:
    """Python's sockets take no more than 2**63 ns (some 292 years), and raise OverflowError beyond."""
    try:
        phase, whole = RequestOptions(LIST).split_timeout(configured(timeout=seconds))
    except ValueError:
        return
    assert all(part is None or part < 2**63 / 1e9 for part in (phase.read, phase.connect, whole))


@pytest.mark.parametrize("make", [OpenAI, AsyncOpenAI])
def test_an_http_client_of_the_wrong_kind_is_refused(make: Callable[..., object]) -> None:
    other: object = httpx.AsyncClient() if make is OpenAI else httpx.Client()
    with pytest.raises(TypeError, match="http_client must be an httpx"):
        make(api_key=KEY, base_url=BASE, http_client=other)
    with pytest.raises(TypeError, match="http_client must be an httpx"):
        make(api_key=KEY, base_url=BASE, http_client="http://proxy.test")

"""The fixture and the marker that a project gets by installing `openai-models[mock]`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.testing.parts import run_pytest

from openai_models.testing import PROFILES, MockServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    Reports = Mapping[str, str]

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
PAGE_BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
PAGE_TESTS = {f"test_page_{number}.py": block for number, block in enumerate(PAGE_BLOCKS) if "\ndef test_" in block}

USE = """
    import os

    import openai_models
    import pytest
    from openai_models import OpenAI
    from openai_models._module_client import MODULE_CLIENT

    ID = "ft:gpt-4o-mini:acemeco:suffix:abc123"
    openai_models.base_url = "http://127.0.0.1:9"
    BEFORE = MODULE_CLIENT.client()


    @pytest.mark.parametrize("client", [OpenAI, lambda: openai_models] * 2)
    def test_delete(openai_models_mock, client):
        assert client().models.delete(ID).deleted
        (request,) = openai_models_mock.requests
        assert request.method == "DELETE"
        assert "openai-organization" not in request.headers
        assert "openai-project" not in request.headers


    def test_the_environment_is_restored():
        assert os.environ["OPENAI_API_KEY"] == "sk-the-users-own"
        assert os.environ["OPENAI_ORG_ID"] == "org-own"
        assert "OPENAI_BASE_URL" not in os.environ
        assert MODULE_CLIENT.client() is BEFORE


    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    def test_a_proxy_is_bypassed(openai_models_mock, monkeypatch, name):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        with OpenAI(max_retries=0) as client:
            assert client.models.list().data
        assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "127.0.0.1,intranet.example"


    def test_unmarked(request):
        assert "openai_models_mock" not in request.node.funcargs
        with OpenAI() as client:
            assert client.base_url.host == "api.openai.com"
    """
MARKERS = """
    import unittest

    import pytest
    from openai_models import OpenAI

    pytestmark = pytest.mark.openai_models_mock(models=[{"id": "mine"}], api_key="sk-mine")


    def ids():
        with OpenAI(max_retries=0) as client:
            return [model.id for model in client.models.list()]


    def test_of_the_module(openai_models_mock):
        assert openai_models_mock.api_key == "sk-mine"
        assert ids() == ["mine"]


    @pytest.mark.openai_models_mock(profile="vllm", models=[{"id": "other"}])
    def test_the_nearest_option_wins(openai_models_mock):
        assert (openai_models_mock.profile, openai_models_mock.api_key) == ("vllm", "sk-mine")
        assert ids() == ["other"]


    @pytest.mark.parametrize(
        "profile", [pytest.param(name, marks=pytest.mark.openai_models_mock(profile=name)) for name in ("groq", "vllm")]
    )
    def test_of_a_parameter(openai_models_mock, profile):
        assert openai_models_mock.profile == profile


    @pytest.mark.openai_models_mock(host="localhost")
    def test_an_address_behind_a_proxy(openai_models_mock, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        assert ids() == ["mine"]


    @pytest.fixture
    def other_fixture():
        return ids()


    def test_without_the_fixture(other_fixture):
        assert other_fixture == ["mine"]


    @pytest.mark.openai_models_mock(models=[{"id": "of the class"}])
    class Test(unittest.TestCase):
        def test_of_unittest(self):
            assert ids() == ["of the class"]
    """
UNMET = """
    import unittest

    import pytest


    def test_unmet(openai_models_mock):
        openai_models_mock.drop_next(on="delete")


    @pytest.mark.openai_models_mock(assert_all_met=False)
    def test_allowed(openai_models_mock):
        openai_models_mock.drop_next()


    def test_failed(openai_models_mock):
        openai_models_mock.drop_next()
        assert 1 + 1 == 3


    def test_skipped(openai_models_mock):
        openai_models_mock.drop_next()
        pytest.skip("no reason")


    @pytest.mark.xfail
    def test_expected_to_fail(openai_models_mock):
        openai_models_mock.drop_next()
        assert 1 + 1 == 3


    @pytest.fixture
    def broken(openai_models_mock):
        openai_models_mock.drop_next()
        raise KeyError("broken")


    def test_not_set_up(broken):
        pass


    @pytest.mark.usefixtures("openai_models_mock")
    class Test(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def keep(self, openai_models_mock):
            self.mock = openai_models_mock

        def test_of_unittest_failed(self):
            self.mock.drop_next()
            self.fail("of itself")
    """
PASSING = {"test_use.py": USE, "test_markers.py": MARKERS, **PAGE_TESTS}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    return run_pytest(tmp_path_factory.mktemp("project"), {**PASSING, "test_unmet.py": UNMET})


def test_the_fixture_is_available_without_a_conftest(openai_models_mock: MockServer) -> None:
    assert openai_models_mock.base_url == os.environ["OPENAI_BASE_URL"]


@pytest.mark.parametrize("file", PASSING)
def test_the_tests_of_a_user_pass(file: str, reports: Reports) -> None:
    tests = set(re.findall(r"def (test_\w+)", PASSING[file]))
    found = {name: report for name, report in reports.items() if name.partition("[")[0] in tests}
    assert {name.partition("[")[0] for name in found} == tests
    assert set(found.values()) == {"passed"}


def test_the_page_has_tests_and_a_row_for_every_profile() -> None:
    assert len(PAGE_TESTS) >= 4
    assert tuple(re.findall(r"^\| `([\w.-]+)` \|", PAGE, re.MULTILINE)) == PROFILES


def test_a_test_that_leaves_faults_unmet_fails_at_its_end_unless_the_marker_allows_it(reports: Reports) -> None:
    assert reports["test_allowed"] == "passed"
    assert reports["test_unmet"] == (
        "error: some queued faults were not met:\n"
        "  drop_next(after_bytes=None, times=1, on='delete'): met by 0 of 1 delete requests\n"
        "last requests: none\n"
        "To allow this: @pytest.mark.openai_models_mock(assert_all_met=False)"
    )


@pytest.mark.parametrize(
    ("test", "report"),
    [
        ("test_failed", "assert (1 + 1) == 3"),
        ("test_skipped", "skipped"),
        ("test_expected_to_fail", "skipped"),
        ("test_not_set_up", "KeyError: 'broken'"),
        ("test_of_unittest_failed", "AssertionError: of itself"),
    ],
)
def test_a_test_that_ended_early_is_not_blamed_for_its_faults(test: str, report: str, reports: Reports) -> None:
    assert report in reports[test]
    assert "were not met" not in reports[test]


def test_the_marker_is_known_and_described(pytestconfig: pytest.Config) -> None:
    line = "openai_models_mock(*, assert_all_met=True, **options): start the mock for the test"
    assert [marker for marker in pytestconfig.getini("markers") if marker.startswith(line)]

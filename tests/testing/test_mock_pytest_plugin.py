"""The fixture that a project gets by installing `openai-models[mock]`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from tests.testing.conftest import RunPytest

    from openai_models.testing import MockServer


def test_the_fixture_is_available_without_a_conftest(openai_models_mock: MockServer) -> None:
    assert openai_models_mock.base_url == os.environ["OPENAI_BASE_URL"]


def test_every_test_gets_a_new_server_and_an_environment_that_points_to_it(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        import os

        import pytest
        from openai_models import OpenAI

        ID = "ft:gpt-4o-mini:acemeco:suffix:abc123"


        @pytest.mark.parametrize("time", ["first", "second"])
        def test_delete(openai_models_mock, time):
            with OpenAI() as client:
                assert client.models.delete(ID).deleted
            (request,) = openai_models_mock.requests
            assert request.method == "DELETE"
            assert "openai-organization" not in request.headers
            assert "openai-project" not in request.headers


        def test_the_environment_is_restored():
            assert os.environ["OPENAI_API_KEY"] == "sk-the-users-own"
            assert os.environ["OPENAI_ORG_ID"] == "org-own"
            assert "OPENAI_BASE_URL" not in os.environ
        """,
        autoload=True,
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_without_the_extra_only_the_tests_that_use_the_fixture_fail(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        def test_other():
            pass


        def test_with_mock(openai_models_mock):
            pass
        """,
        before="import sys; sys.modules['uvicorn'] = None",
    )
    assert "1 passed, 1 error" in done.stdout
    assert 'pip install "openai-models[mock]"' in done.stdout


def test_a_proxy_in_the_environment_is_bypassed(run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    done = run_pytest(
        """
        import os

        import pytest
        from openai_models import OpenAI


        @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
        def test_list(openai_models_mock, monkeypatch, name):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
            with OpenAI(max_retries=0) as client:
                assert client.models.list().data
            assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "127.0.0.1,intranet.example"
        """
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_marker_sets_up_the_mock(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        import pytest
        from openai_models import OpenAI
        from openai_models.testing import PROFILES, MockServer

        pytestmark = pytest.mark.openai_models_mock(models=[{"id": "mine"}], api_key="sk-mine")


        def ids():
            with OpenAI() as client:
                return [model.id for model in client.models.list()]


        def test_of_the_module(openai_models_mock):
            assert openai_models_mock.api_key == "sk-mine"
            assert ids() == ["mine"]


        @pytest.mark.openai_models_mock(profile="vllm", models=[{"id": "other"}])
        def test_the_nearest_option_wins(openai_models_mock: MockServer) -> None:
            assert (openai_models_mock.profile, openai_models_mock.api_key) == ("vllm", "sk-mine")
            assert ids() == ["other"]


        @pytest.mark.parametrize(
            "profile", [pytest.param(name, marks=pytest.mark.openai_models_mock(profile=name)) for name in PROFILES]
        )
        def test_parameter(openai_models_mock, profile):
            assert openai_models_mock.profile == profile


        @pytest.mark.openai_models_mock(host="localhost")
        def test_an_address_behind_a_proxy(openai_models_mock, monkeypatch):
            monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
            assert ids() == ["mine"]
        """
    )
    assert done.returncode == 0, done.stdout
    assert "17 passed" in done.stdout


def test_the_marker_starts_the_mock_also_where_the_fixture_is_not_asked_for(run_pytest: RunPytest) -> None:
    done = run_pytest(
        """
        import unittest

        import pytest
        from openai_models import OpenAI


        @pytest.fixture
        def client():
            with OpenAI(max_retries=0) as client:
                yield client


        @pytest.mark.openai_models_mock
        def test_marked(client):
            assert client.models.list().data


        @pytest.mark.openai_models_mock(profile="vllm")
        class Test(unittest.TestCase):
            def test_marked(self):
                with OpenAI(max_retries=0) as client:
                    assert client.models.list().data[0].max_model_len == 8192


        def test_unmarked(request):
            assert "openai_models_mock" not in request.node.funcargs
            with OpenAI() as client:
                assert client.base_url.host == "api.openai.com"
        """
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_marker_is_known_and_described(run_pytest: RunPytest) -> None:
    done = run_pytest("", options=["--strict-markers", "--markers"])
    assert (
        "@pytest.mark.openai_models_mock(*, assert_all_met=True, **options): start the mock for the test" in done.stdout
    )


def test_a_test_that_is_repeated_is_judged_anew(run_pytest: RunPytest) -> None:
    plugin = """
        from _pytest.runner import runtestprotocol


        def pytest_runtest_protocol(item, nextitem):
            runtestprotocol(item, nextitem=nextitem, log=False)
            item._initrequest()  # as pytest-rerunfailures does it
            runtestprotocol(item, nextitem=nextitem)
            return True
        """
    tests = """
        runs = []


        def test_unmet(openai_models_mock):
            runs.append(openai_models_mock)
            openai_models_mock.drop_next()
            assert len(runs) == 2
        """
    done = run_pytest(plugin, tests, options=["-p", "test_user_0"])
    assert "ERROR at teardown of test_unmet" in done.stdout
    assert "1 passed, 1 error" in done.stdout

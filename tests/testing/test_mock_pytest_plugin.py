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

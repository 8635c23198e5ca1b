"""The fixture that a project gets by installing `openai-models[mock]`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mock.conftest import UsersPytest

    from openai_models.testing import MockServer


def test_the_fixture_is_there_without_a_conftest(openai_models_mock: MockServer) -> None:
    assert openai_models_mock.base_url == os.environ["OPENAI_BASE_URL"]


def test_every_test_gets_a_fresh_server_and_an_environment_that_leads_to_it(run_pytest: UsersPytest) -> None:
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


        def test_the_environment_is_as_before():
            assert os.environ["OPENAI_API_KEY"] == "sk-the-users-own"
            assert os.environ["OPENAI_ORG_ID"] == "org-own"
            assert "OPENAI_BASE_URL" not in os.environ
        """,
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_without_the_extra_only_the_tests_that_use_the_fixture_fail(run_pytest: UsersPytest) -> None:
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


def test_a_run_that_does_not_use_the_fixture_does_not_pay_for_the_server() -> None:
    code = (
        "import sys, openai_models; before = set(sys.modules)\n"
        "import openai_models.testing.pytest_plugin\n"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} & {'starlette', 'uvicorn', 'httpx'}))\n"
        "print('starlette' in sys.modules, 'uvicorn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\nFalse False\n"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_stands_in_no_ones_way(
    name: str, run_pytest: UsersPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    done = run_pytest(
        """
        import os

        from openai_models import OpenAI


        def test_list(openai_models_mock):
            with OpenAI(max_retries=0) as client:
                assert client.models.list().data
            assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "127.0.0.1,intranet.example"
        """
    )
    assert done.returncode == 0, done.stdout

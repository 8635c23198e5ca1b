"""The fixture `openai_models_contract`, in the test suite of somebody's server."""

import re

import pytest

pytest_plugins = "pytester"
TESTS = """
import pytest
from openai_models.testing import MockServer

@pytest.mark.parametrize("profile", ["openai", "mistral"])
def test_my_server(openai_models_contract, profile):
    with MockServer(profile=profile) as server:
        report = openai_models_contract(server.base_url, api_key=server.api_key, level="compatible", max_examples=1)
    assert report.passed
"""


def test_a_server_that_fails_fails_the_test_with_its_failures_and_no_traceback(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    path = pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short", "-q")
    result.assert_outcomes(passed=1, failed=1)
    output = result.stdout.str()
    assert "(compatible): fails" in output
    assert "unknown_model: A model that doesn't exist gets 404." in output
    assert 'curl -X GET -H "Authorization: Bearer $OPENAI_API_KEY"' in output
    assert not re.search(rf"{path.name}:\d", output)

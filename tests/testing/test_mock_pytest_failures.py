"""What pytest shows of mistakes and of unmet faults, in a project whose `conftest.py` is that of `docs/testing.md`."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.testing.parts import run_pytest

from openai_models.testing import MockServer

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
# As pytest-rerunfailures repeats a test.
REPEATING = """
from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item, nextitem):
    if item.name == "test_repeated":
        runtestprotocol(item, nextitem=nextitem, log=False)
        item._initrequest()
        runtestprotocol(item, nextitem=nextitem)
        return True
"""
UNMET = """
    import pytest

    runs = []


    def test_allowed(openai_models_mock):
        openai_models_mock.drop_next()


    @pytest.mark.openai_models_mock(assert_all_met=True)
    def test_checked(openai_models_mock):
        openai_models_mock.drop_next()


    @pytest.mark.openai_models_mock(assert_all_met=True)
    def test_repeated(openai_models_mock):
        runs.append(openai_models_mock)
        openai_models_mock.drop_next()
        assert len(runs) == 2
    """
MISTAKES = """
    import pytest
    from openai_models.testing import MockServer


    def test_status(openai_models_mock):
        openai_models_mock.fail_next(1000)


    def test_explicitly_checked(openai_models_mock):
        openai_models_mock.drop_next()
        openai_models_mock.assert_all_met()


    def test_model():
        MockServer(models=[{}])


    @pytest.mark.openai_models_mock(profile="unknown")
    def test_profile():
        pass


    @pytest.mark.openai_models_mock("vllm")
    def test_positional(openai_models_mock):
        pass


    @pytest.mark.openai_models_mock(modles=[])
    def test_mistyped():
        pass


    def test_headers(openai_models_mock):
        openai_models_mock.client().models.list()
        assert "x-missing" in openai_models_mock.requests[0].headers
    """
FAILURES = {
    "test_status": "ValueError: status must be from 200 to 599",
    "test_explicitly_checked": "AssertionError: some queued faults were not met",
    "test_model": "TypeError: a model needs a string id",
    "test_profile": "ValueError: unknown profile 'unknown'; the known ones",
    "test_positional": "TypeError: the marker openai_models_mock takes keyword arguments only",
    "test_mistyped": "TypeError: MockServer.__init__() got an unexpected keyword argument 'modles'",
    "test_headers": "AssertionError: assert 'x-missing' in <accept, accept-encoding, authorization, ",
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (conftest,) = [block for block in blocks if "\ndef pytest_collection_modifyitems" in block]
    files = {"conftest.py": conftest + REPEATING, "test_unmet.py": UNMET, "test_mistakes.py": MISTAKES}
    return run_pytest(tmp_path_factory.mktemp("project"), files)


def test_a_conftest_can_allow_unmet_faults(reports: Mapping[str, str]) -> None:
    assert reports["test_allowed"] == "passed"
    assert reports["test_checked"].startswith("error: some queued faults were not met")


def test_a_test_that_is_repeated_is_judged_anew(reports: Mapping[str, str]) -> None:
    assert reports["test_repeated"].startswith("error: some queued faults were not met")


@pytest.mark.parametrize("test", FAILURES)
def test_a_failure_shows_its_message_and_no_frame_of_the_mock_and_no_key(test: str, reports: Mapping[str, str]) -> None:
    assert re.search(rf"\bE   +{re.escape(FAILURES[test])}", reports[test])
    assert "openai_models/testing/" not in reports[test]
    assert MockServer().api_key not in reports[test]

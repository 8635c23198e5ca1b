"""How the environment makes the package print its log."""

import logging

import pytest

from openai_models import _logs as logs


@pytest.mark.parametrize(("text", "level"), [("debug", logging.DEBUG), ("loud", logging.NOTSET)])
def test_the_environment_makes_the_package_print_its_log(
    text: str, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats: list[str] = []
    monkeypatch.setenv("OPENAI_LOG", text)
    monkeypatch.setattr(logging, "basicConfig", lambda **options: formats.append(options["format"]))
    monkeypatch.setattr(logs.LOG, "level", logging.NOTSET)
    logs.set_up()
    assert logs.LOG.level == level
    assert len(formats) == (level == logging.DEBUG)

"""`make spec-lint` is content with the spec, and with nothing less than it."""

from __future__ import annotations

from pathlib import Path

import pytest

import lint_spec

SPEC = Path(__file__).parents[2] / "openapi.yaml"


def test_all_linters_accept_the_spec() -> None:
    assert lint_spec.main([str(SPEC)]) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("  - name: Models\n    description", "  - name: Models\n    x-description", "tag", id="a warning"),
        pytest.param("operationId: deleteModel\n      tags", "operationId: 3\n      tags", "3 is not", id="an error"),
        pytest.param("value: gpt-4o-mini", "value: 5", "oas3-valid-media-example", id="what Spectral alone finds"),
    ],
)
def test_a_spec_that_a_linter_complains_about_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    text = SPEC.read_text("utf-8")
    assert old in text
    spec = tmp_path / "openapi.yaml"
    spec.write_text(text.replace(old, new), "utf-8")
    assert lint_spec.main([str(spec)]) == 1
    captured = capfd.readouterr()
    assert said in captured.out + captured.err

"""The benchmark's arithmetic, and what its table says of it."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest
from tests.bench.growth import GROWTHS, slope
from tests.bench.measure import LIBRARIES, Samples, environment
from tests.bench.works import TARGETS


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the table, which needs pyperf for its file alone."""
    if find_spec("pyperf") is None:
        monkeypatch.setitem(sys.modules, "pyperf", ModuleType("pyperf"))
    return importlib.import_module("tests.bench.report")


def samples(ours: list[float], openai: list[float], httpx: list[float], *, work: str = "import") -> Samples:
    return Samples(work, "s", dict(zip(LIBRARIES, (ours, openai, httpx), strict=True)))


def test_a_ratio_is_of_the_same_round() -> None:
    # A machine that is ten times slower in one round changes no ratio.
    taken = samples([1, 10, 1], [2, 20, 2], [1, 10, 1])
    assert taken.ratios("openai") == [0.5, 0.5, 0.5]
    assert taken.ratio("openai") == (0.5, 0.0)


def test_the_ratio_is_the_median_and_its_spread_half_the_distance_of_the_quartiles() -> None:
    taken = samples([1, 2, 3, 4, 100], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1])
    assert taken.ratio("httpx") == (3, 1.0)


def test_one_round_has_a_ratio_and_no_spread() -> None:
    assert samples([3], [4], [2]).ratio("openai") == (0.75, 0.0)


def test_rounds_that_some_library_lacks_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        samples([1, 2], [1], [1, 2]).ratio("openai")


@pytest.mark.parametrize(("ours", "missed"), [(0.30, False), (0.31, True)], ids=["reached", "missed"])
def test_a_target_that_is_missed_is_called_so(ours: float, *, missed: bool, report: Any) -> None:
    ((name, *_, of_openai, of_httpx),) = report.rows([samples([ours] * 3, [1.0] * 3, [1.0] * 3)])
    assert name == "import"
    assert ("missed" in of_openai) is missed
    assert of_openai.startswith(f"{ours:.2f} ± 0.00 (≤ 0.30")
    assert "missed" not in of_httpx


def test_both_tables_have_a_row_for_each_work(report: Any) -> None:
    everything = [samples([1.0], [2.0], [2.0], work=work) for work in TARGETS]
    for table in (report.markdown(everything), report.plain(everything)):
        assert [work for work in TARGETS if work not in table] == []
    rows = [line for line in report.markdown(everything).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {len(report.HEAD) + 1}
    assert len(rows) == len(TARGETS) + 2


def test_cost_in_proportion_has_the_slope_one_and_a_level_one_has_none() -> None:
    sizes = [1, 10, 100, 1000]
    assert slope(sizes, [0.002 * size for size in sizes]) == pytest.approx(1)
    assert slope(sizes, [0.002 * size**2 for size in sizes]) == pytest.approx(2)
    assert slope(sizes, [0.002 for _ in sizes]) == pytest.approx(0)


def test_growth_is_looked_at_as_far_as_was_asked() -> None:
    assert {growth.name: (growth.sizes[0], growth.sizes[-1]) for growth in GROWTHS} == {
        "list": (1, 100_000),
        "calls": (1, 500),
        "clients": (1, 100),
    }


def test_settings_and_proxies_of_the_caller_do_not_reach_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "https_proxy", "ALL_PROXY", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "x")
    assert not {name.upper() for name in environment()} & {
        "OPENAI_BASE_URL",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "PYTHONDONTWRITEBYTECODE",
    }

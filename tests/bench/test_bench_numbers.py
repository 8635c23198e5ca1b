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
from tests.bench.works import TARGETS, WORKS


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the table, which needs pyperf for its file alone."""
    if find_spec("pyperf") is None:
        monkeypatch.setitem(sys.modules, "pyperf", ModuleType("pyperf"))
    return importlib.import_module("tests.bench.report")


def samples(ours: list[float], openai: list[float], httpx: list[float], *, work: str = "import") -> Samples:
    return Samples(work, "s", dict(zip(LIBRARIES, (ours, openai, httpx), strict=False)))


def row(report: Any, *shapes: Samples) -> dict[str, str]:
    head, cells = report.table(shapes)
    return dict(zip(head, cells, strict=True))


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


@pytest.mark.parametrize(("ours", "missed"), [(0.22, False), (0.23, True)], ids=["reached", "missed"])
def test_a_target_that_is_missed_is_called_so(ours: float, *, missed: bool, report: Any) -> None:
    cells = row(report, samples([ours] * 3, [1.0] * 3, [1.0] * 3))
    assert cells["work"] == "import"
    assert cells["of openai (target)"] == f"{ours:.2f} ± 0.00 (≤ 0.22{', missed' if missed else ''})"
    assert "missed" not in cells["of httpx (target)"]


def test_what_has_no_answer_has_a_dash_and_what_has_no_target_a_ratio(report: Any) -> None:
    taken = samples([1.0], [2.0], [2.0])
    taken.taken |= {"httpx2": [4.0], "/work/before": [0.5]}
    cells = row(report, taken)
    assert (cells["httpx-aiohttp"], cells["of httpx-aiohttp (target)"]) == ("-", "-")
    assert (cells["httpx2"], cells["of httpx2"]) == ("4.00 s", "0.25 ± 0.00")
    assert (cells["openai-models (before)"], cells["of openai-models (before)"]) == ("500 ms", "2.00 ± 0.00")


def test_a_list_has_the_time_of_the_first_shape_and_the_ratio_of_the_worst(report: Any) -> None:
    taken = {"a": ([1.0], [10.0], [1.0]), "b": ([2.0], [10.0], [1.0]), "c": ([3.0], [40.0], [9.0])}
    cells = row(report, *(samples(*times, work=f"list 100: {shape}") for shape, times in taken.items()))
    assert (cells["work"], cells["openai-models"]) == ("list 100", "1.00 s")
    assert cells["of openai (target)"] == "0.20 ± 0.00 (≤ 0.22), b"
    assert cells["of httpx (target)"] == "2.00 ± 0.00 (≤ 1.20, missed), b"


def test_both_tables_have_a_row_for_each_work(report: Any) -> None:
    everything = [samples([1.0], [2.0], [2.0], work=work) for work in WORKS]
    for table in (report.markdown(everything), report.plain(everything)):
        assert [work for work in TARGETS if work not in table] == []
    rows = [line for line in report.markdown(everything).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {len(report.table(everything)[0]) + 1}
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

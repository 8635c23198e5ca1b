"""The benchmark's arithmetic, and what its table says of it."""

import pytest
from tests.bench import report
from tests.bench.growth import GROWTHS, slope
from tests.bench.measure import LIBRARIES, Samples, environment
from tests.bench.works import TARGETS, WORKS


def samples(ours: list[float], openai: list[float], httpx: list[float], *, work: str = "import") -> Samples:
    return Samples(work, "s", dict(zip(LIBRARIES, (ours, openai, httpx), strict=False)))


def row(*shapes: Samples) -> dict[str, str]:
    head, cells = report.table(shapes)
    return dict(zip(head, cells, strict=True))


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio"),
    [
        pytest.param([1, 10, 1], [2, 20, 2], (0.5, 0.0), id="one round on a slow machine"),
        pytest.param([1, 2, 3, 4, 100], [1, 1, 1, 1, 1], (3, 1.0), id="half the distance of the quartiles"),
        pytest.param([3], [4], (0.75, 0.0), id="one round"),
    ],
)
def test_the_ratio_is_the_median_of_the_rounds(
    ours: list[float], theirs: list[float], ratio: tuple[float, float]
) -> None:
    assert samples(ours, theirs, []).ratio("openai") == ratio


def test_rounds_that_some_library_lacks_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        samples([1, 2], [1], [1, 2]).ratio("openai")


@pytest.mark.parametrize(("ours", "missed"), [(0.22, ""), (0.23, ", missed")], ids=["reached", "missed"])
def test_a_target_that_is_missed_is_called_so(ours: float, missed: str) -> None:
    cells = row(samples([ours] * 3, [1.0] * 3, [1.0] * 3))
    assert cells["work"] == "import"
    assert cells["of openai (target)"] == f"{ours:.2f} ± 0.00 (≤ 0.22{missed})"
    assert "missed" not in cells["of httpx (target)"]


def test_what_has_no_answer_has_a_dash_and_what_has_no_target_a_ratio() -> None:
    taken = samples([1.0], [2.0], [2.0])
    taken.taken |= {"httpx2": [4.0], "/work/before": [0.5]}
    cells = row(taken)
    assert (cells["httpx-aiohttp"], cells["of httpx-aiohttp (target)"]) == ("-", "-")
    assert (cells["httpx2"], cells["of httpx2"]) == ("4.00 s", "0.25 ± 0.00")
    assert (cells["openai-models (before)"], cells["of openai-models (before)"]) == ("500 ms", "2.00 ± 0.00")


def test_a_list_has_the_time_of_the_first_shape_and_the_ratio_of_the_worst() -> None:
    taken = {"a": ([1.0], [10.0], [1.0]), "b": ([2.0], [10.0], [1.0]), "c": ([3.0], [40.0], [9.0])}
    cells = row(*(samples(*times, work=f"list 100: {shape}") for shape, times in taken.items()))
    assert (cells["work"], cells["openai-models"]) == ("list 100", "1.00 s")
    assert cells["of openai (target)"] == "0.20 ± 0.00 (≤ 0.22), b"
    assert cells["of httpx (target)"] == "2.00 ± 0.00 (≤ 1.20, missed), b"


def test_both_tables_have_a_row_for_each_work() -> None:
    everything = [samples([1.0], [2.0], [2.0], work=work) for work in WORKS]
    for table in (report.markdown(everything), report.plain(everything)):
        assert [work for work in TARGETS if work not in table] == []
    rows = [line for line in report.markdown(everything).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {len(report.table(everything)[0]) + 1}
    assert len(rows) == len(TARGETS) + 2


def test_cost_in_proportion_has_the_slope_one_and_a_level_one_has_none() -> None:
    sizes = [1, 10, 100, 1000]
    costs = ([0.002 * size for size in sizes], [1, 0.02, 0.2, 2], [0.002 * size**2 for size in sizes], [0.002] * 4)
    assert [slope(sizes, cost) for cost in costs] == pytest.approx([1, 1, 2, 0])


def test_growth_is_looked_at_as_far_as_was_asked() -> None:
    ends = {growth.name: (growth.sizes[0], growth.sizes[-1]) for growth in GROWTHS}
    assert ends == {"list": (1, 100_000), "calls": (1, 500), "clients": (1, 100)}


def test_settings_and_proxies_of_the_caller_do_not_reach_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"OPENAI_BASE_URL", "https_proxy", "ALL_PROXY", "PYTHONDONTWRITEBYTECODE"}
    for name in names:
        monkeypatch.setenv(name, "x")
    assert not names & set(environment())

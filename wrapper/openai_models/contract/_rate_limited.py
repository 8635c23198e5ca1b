"""Report checks that never ran because every relevant request got 429."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ._context import Kind
from ._report import Verdict

if TYPE_CHECKING:
    from ._context import RunContext
    from ._report import Report

READ: Final = frozenset({Kind.LIST, Kind.LISTED})
DELETED: Final = frozenset({Kind.LIST, Kind.DELETE})
# Whose answers a check is about. If all of one kind were refused, the check may have been left untried for that; else
# it is the server's way (it lists nothing, or asks for no key). The others are about answers of every kind.
ABOUT: Final[dict[str, frozenset[Kind]]] = {
    "usable_list": frozenset({Kind.LIST}),
    "unique_ids": frozenset({Kind.LIST}),
    "usable_model": READ,
    "retrieved_id": READ,
    "listed_model": READ,
    "listed_fields": READ,
    "unknown_model": frozenset({Kind.UNKNOWN}),
    "colon_in_id": frozenset({Kind.COLON}),
    "slash_in_id": frozenset({Kind.SLASH}),
    "non_ascii_id": frozenset({Kind.NON_ASCII}),
    "undecodable_id": frozenset({Kind.UNDECODABLE}),
    "key_required": frozenset({Kind.KEY}),
    "key_refusal": frozenset({Kind.KEY}),
    "key_masked": frozenset({Kind.KEY}),
    "other_method": frozenset({Kind.METHOD}),
    "deleted_id": DELETED,
    "deleted_word": DELETED,
    "deleted_model_gone": DELETED | {Kind.RETRIEVE_DELETED, Kind.LIST_AFTER},
    "others_stay": DELETED | {Kind.LIST_AFTER},
    "second_delete": DELETED | {Kind.DELETE_AGAIN},
    "unknown_delete": frozenset({Kind.LIST, Kind.DELETE_UNKNOWN}),
}


def untried(report: Report, run: RunContext) -> list[str]:
    """Return the checks of the level that were left untried because of 429s only."""
    refused = run.refused - run.judged
    return [
        check.name
        for check in report.checks
        if report.counts(check)
        and (report.deletes or not check.deletes)
        and report.verdict(check) is Verdict.NOT_TRIED
        and not refused.isdisjoint(ABOUT.get(check.name, frozenset(Kind)))
    ]


def report_untried(report: Report, run: RunContext) -> None:
    """Add an error that names these checks to the report, if there are any."""
    names = untried(report, run)
    if names:
        report.errors.append(
            f"{report.refused} of {report.requests} requests were refused with 429, which left untried: "
            f"{', '.join(names)}. Choose a lower --rate"
        )

"""Parse dates and spans as people type them. The result is always aware, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

__all__ = ["parse_date", "parse_span"]

UNITS = {
    **dict.fromkeys(("h", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "week", "weeks"), "weeks"),
    **dict.fromkeys(("mo", "month", "months"), "months"),
    **dict.fromkeys(("y", "year", "years"), "years"),
}
DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
# Where the year comes first, the month is next.
YEAR_FIRST = re.compile(r"\b[0-9]{4}[-/.]?[0-9]")
SPAN = re.compile(r"([0-9]{1,6})\s*([a-z]+)")
# dateutil reads an offset after such a name with the opposite sign, or not at all.
UTC_AND_OFFSET = re.compile(r"(utc|gmt|z)\s*[+-]", re.IGNORECASE)
# dateutil fills what is missing from a default: what differs between these two was not given.
FILLINGS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2004, 2, 2, tzinfo=UTC))


def parse_date(text: str, now: datetime) -> datetime:
    """Parse a date: `2025-01-01`, `3 Jan 2025 14:00+02:00`, `yesterday`, `90d`, `in 2 weeks`.

    A span alone (`90d`) lies in the past, as with `ago`. Without a time it is midnight, and
    without a time zone UTC.

    Args:
        text: What was typed.
        now: What relative dates count from; aware.

    Raises:
        ValueError: It is not a date, is one without a day, month or year, could be two
            (`10/11/2025`), or has a time zone's name, which stands for several (`CST`).
    """
    words = " ".join(text.lower().split())
    if words == "now":
        return now.astimezone(UTC)
    if words in DAYS:
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=DAYS[words])
    ahead = words.startswith("in ")
    amount = words.removeprefix("in ") if ahead else words.removesuffix(" ago")
    found = SPAN.fullmatch(amount)
    if found is not None and (found[2] in UNITS or amount != words):
        span = parse_span(amount)
        try:
            return now.astimezone(UTC) + span if ahead else now.astimezone(UTC) - span
        except (OverflowError, ValueError) as error:
            raise ValueError(_complaint(text)) from error
    return _absolute(text)


def parse_span(text: str) -> relativedelta:
    """Parse a span of time: `90d`, `3 months`, `1 year`.

    Raises:
        ValueError: It is none.
    """
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 - not every command reads dates

    found = SPAN.fullmatch(" ".join(text.lower().split()))
    if found is None or found[2] not in UNITS:
        msg = f"{text!r} is not a span of time; write it like 12h, 90d, 2 weeks, 3 months or 1 year"
        raise ValueError(msg)
    count = int(found[1])
    match UNITS[found[2]]:
        case "hours":
            return relativedelta(hours=count)
        case "days":
            return relativedelta(days=count)
        case "weeks":
            return relativedelta(weeks=count)
        case "months":
            return relativedelta(months=count)
        case _:
            return relativedelta(years=count)


def _absolute(text: str) -> datetime:
    from dateutil import parser  # noqa: PLC0415 - not every command reads dates

    def read(filling: datetime, *, day_first: bool = False) -> datetime:
        return parser.parse(text, default=filling, dayfirst=day_first, tzinfos=_offset).astimezone(UTC)

    try:
        one, other = (read(filling) for filling in FILLINGS)
        swapped = one if YEAR_FIRST.search(text) else read(FILLINGS[0], day_first=True)
    except (ValueError, OverflowError) as error:
        raise ValueError(_complaint(text)) from error
    if UTC_AND_OFFSET.search(text):
        raise ValueError(_complaint(text))
    if one != other:
        missing = [f"no {part}" for part in ("year", "month", "day") if getattr(one, part) != getattr(other, part)]
        raise ValueError(_complaint(text, f"has {' and '.join(missing)}"))
    if one != swapped:
        msg = f"{text!r} could be {one:%Y-%m-%d} or {swapped:%Y-%m-%d}; write it like that"
        raise ValueError(msg)
    return one


def _offset(name: str | None, seconds: int | None) -> int:
    if name not in {None, "UTC", "GMT"}:
        msg = f"{name} may be several time zones"
        raise ValueError(msg)
    return seconds or 0


def _complaint(text: str, why: str = "is not a date") -> str:
    return f"{text!r} {why}; write it like 2025-01-31, 2025-01-31T14:00+02:00, yesterday, 90d, '3 months ago' or 'in 2 weeks'"

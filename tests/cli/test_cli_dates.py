"""Dates and spans as people type them. A date without a time zone is in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from openai_models.cli._dates import parse_date, parse_span

NOW = datetime(2025, 4, 1, 1, 30, tzinfo=timezone(timedelta(hours=5)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-02", datetime(2025, 1, 2, tzinfo=UTC)),
        ("20250102", datetime(2025, 1, 2, tzinfo=UTC)),
        ("3 Jan 2025 14:00+02:00", datetime(2025, 1, 3, 12, tzinfo=UTC)),
        ("10:00 2025-01-02", datetime(2025, 1, 2, 10, tzinfo=UTC)),
        ("2025/01/02 14:00 UTC", datetime(2025, 1, 2, 14, tzinfo=UTC)),
        ("2025-01-02T14:00:00Z", datetime(2025, 1, 2, 14, tzinfo=UTC)),
        ("31/01/2025", datetime(2025, 1, 31, tzinfo=UTC)),
        ("Jan 2, 2025", datetime(2025, 1, 2, tzinfo=UTC)),
        ("yesterday", datetime(2025, 3, 30, tzinfo=UTC)),
        ("today", datetime(2025, 3, 31, tzinfo=UTC)),
        ("now", NOW),
        ("90d", datetime(2024, 12, 31, 20, 30, tzinfo=UTC)),
        ("1h", datetime(2025, 3, 31, 19, 30, tzinfo=UTC)),
        ("1 month ago", datetime(2025, 2, 28, 20, 30, tzinfo=UTC)),
        ("1 Year  ago", datetime(2024, 3, 31, 20, 30, tzinfo=UTC)),
        ("in 2 weeks", datetime(2025, 4, 14, 20, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_people_type_it(text: str, expected: datetime) -> None:
    found = parse_date(text, NOW)
    assert (found, found.tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["", "soon", "2025-02-30", "9999 years ago", "5 parsecs"], "is not a date; write it like"),
        (["3 Jan", "Jan 3"], "has no year; write it like"),
        (["January 2025"], "has no day; write it like"),
        (["12:30"], "has no year and no month and no day; write it like"),
        (["5 parsecs ago"], "is not a span of time; write it like"),
        (["10/11/2025", "10.11.2025", "10-11-25", "10/11/2025 14:00"], "could be 2025-10-11 or 2025-11-10; write it"),
        (
            [
                f"2025-01-01 10:00 {zone}"
                for zone in ("PST", "CST", "XYZ", "GMT+2", "UTC+03:00", "Z-1", "GMT +2", "EST+5")
            ],
            r"is not a date; write it like .*\+02:00",
        ),
    ],
    ids=["no date", "no year", "no day", "no date but a time", "no unit", "two dates", "name of a zone"],
)
def test_what_is_no_date_is_refused(texts: list[str], message: str, subtests: pytest.Subtests) -> None:
    for text in texts:
        with subtests.test(text), pytest.raises(ValueError, match=message):
            parse_date(text, NOW)


@pytest.mark.parametrize("text", ["", "90", "d", "-3d", "3 months ago"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a span of time"):
        parse_span(text)

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.signals.deadlines import day_of, deadlines_in
from tests.triage.mails import reading

TUESDAY = date(2026, 11, 17)
STOCKHOLM = "Europe/Stockholm"


def explicit(text: str, written: date = TUESDAY, timezone: str = STOCKHOLM) -> list[str]:
    return [found.day.isoformat() for found in deadlines_in(reading(text), written, timezone) if found.explicit]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Please send it by Friday.", "2026-11-20"),
        ("I need it before Monday", "2026-11-23"),
        ("No later than 2026-12-01, please", "2026-12-01"),
        ("Reply until 20 Nov", "2026-11-20"),
        ("due on November 30th", "2026-11-30"),
        ("The deadline is the 3rd of December 2026.", "2026-12-03"),
        ("by the end of the month", "2026-11-30"),
        ("Can you do it by EOD?", "2026-11-17"),
        ("by tomorrow noon at the latest", "2026-11-18"),
        ("until next Friday", "2026-11-27"),
        ("by the end of next week", "2026-11-27"),
        ("Answer within 10 days", "2026-11-27"),
        ("within two weeks of today", "2026-12-01"),
        ("Please pay before 20/11/2026", "2026-11-20"),
        ("The form closes at 15:00", "2026-11-17"),
        ("I must know by 3 pm", "2026-11-17"),
        ("by 15 January", "2027-01-15"),
        ("Svara senast fredag", "2026-11-20"),
        ("Kan du skicka det innan torsdag?", "2026-11-19"),
        ("senast den 2 december", "2026-12-02"),
        ("gärna före söndag", "2026-11-22"),
        ("inom tio dagar", "2026-11-27"),
        ("senast i morgon", "2026-11-18"),
        ("30 dagar netto", "2026-12-17"),
        ("före månadsskiftet", "2026-11-30"),
        ("Bitte antworten Sie bis Freitag.", "2026-11-20"),
        ("bis spätestens Mittwoch, 25. November, 12 Uhr", "2026-11-25"),
        ("zahlbar bis zum 04.12.2026", "2026-12-04"),
        ("bis Ende des Monats", "2026-11-30"),
        ("innerhalb von 14 Tagen", "2026-12-01"),
        ("bis übermorgen", "2026-11-19"),
        ("avant le 1 décembre", "2026-12-01"),
        ("antes del 20 de noviembre", "2026-11-20"),
        ("11月20日までにお願いします", "2026-11-20"),
    ],
)
def test_a_deadline_is_found(text: str, day: str) -> None:
    assert day in explicit(text)


@pytest.mark.parametrize(
    "text",
    [
        "We met on Friday and it was nice.",
        "Guten Morgen, bis bald!",
        "Your invoice of 3 November 2026 is attached.",
        "Paid before 1 October 2026.",
        "It was in today's run.",
        "born before 12 May 1975",
        "chapters 3.15 and 4.2 by heart",
        "by 31 February",
        "until 99/99",
        "It costs 20.50 by weight",
    ],
)
def test_other_dates_are_no_deadlines(text: str) -> None:
    assert explicit(text) == []


def test_a_day_of_the_week_is_never_today() -> None:
    assert explicit("by Tuesday") == ["2026-11-24"]


def test_day_and_month_follow_the_readers_country() -> None:
    assert explicit("by 12/05/2026") == []
    assert explicit("by 12/05/2026", timezone="America/New_York") == ["2026-12-05"]
    assert explicit("by 11/25") == ["2026-11-25"]


def test_today_without_a_limit_is_only_implied() -> None:
    (found,) = deadlines_in(reading("Can you call me today?"), TUESDAY, STOCKHOLM)

    assert found.day == TUESDAY
    assert not found.explicit


def test_the_day_is_that_of_the_readers_place() -> None:
    late = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)

    assert day_of(late, STOCKHOLM) == date(2026, 11, 18)
    assert day_of(late, "America/New_York") == TUESDAY
    assert day_of(late, "Nowhere/Else") == TUESDAY
    assert day_of(datetime.max.replace(tzinfo=UTC), STOCKHOLM) == date.max


@given(st.text(max_size=200), st.dates(min_value=date.min, max_value=date.max))
def test_no_text_and_no_day_raises(text: str, written: date) -> None:
    assert all(
        found.day >= written
        for found in deadlines_in(reading(f"by {text} friday 1/1 31.12. within 9 weeks"), written, "UTC")
    )

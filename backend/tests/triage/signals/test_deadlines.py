from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.signals.deadlines import day_of, day_written, deadlines_in
from tests.triage.mails import incoming, reading

TUESDAY = date(2026, 11, 17)
STOCKHOLM = "Europe/Stockholm"


def explicit(text: str, written: date = TUESDAY, timezone: str = STOCKHOLM) -> list[str]:
    return [found.day.isoformat() for found in deadlines_in(reading(text), written, timezone) if found.explicit]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Please send it by Friday.", "2026-11-20"),
        ("I need it before Monday", "2026-11-22"),
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
        ("Please pay before 20/11/2026", "2026-11-19"),
        ("The form closes at 15:00", "2026-11-17"),
        ("I must know by 3 pm", "2026-11-17"),
        ("by 15 January", "2027-01-15"),
        ("Svara senast fredag", "2026-11-20"),
        ("Kan du skicka det innan torsdag?", "2026-11-18"),
        ("senast den 2 december", "2026-12-02"),
        ("gärna före söndag", "2026-11-21"),
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
        ("avant le 1 décembre", "2026-11-30"),
        ("antes del 20 de noviembre", "2026-11-19"),
        ("11月20日までにお願いします", "2026-11-20"),
        ("Please sign it by Friday, 27 November 2026.", "2026-11-27"),
        ("We need your answer by Friday (27 November).", "2026-11-27"),
        ("senast fredag den 27 november", "2026-11-27"),
        ("bis Freitag, den 27.11.2026, brauchen wir die Zahlen", "2026-11-27"),
        ("avant le vendredi 27 novembre", "2026-11-26"),
        ("by tomorrow, 18 November", "2026-11-18"),
        ("Please answer by the 27th.", "2026-11-27"),
        ("Kan du svara senast den 5:e?", "2026-12-05"),
        ("Bitte bis zum 27. zurücksenden", "2026-11-27"),
        ("pode responder até dia 25?", "2026-11-25"),
        ("entro il 25", "2026-11-25"),
        ("Can you send the figures before the weekend?", "2026-11-20"),
        ("by the end of November", "2026-11-30"),
        ("bis Ende Januar", "2027-01-31"),
        ("by mid-December", "2026-12-15"),
        ("Please pay before the end of the year", "2026-12-31"),
        ("by end of quarter", "2026-12-31"),
        ("Rückmeldung bis KW 48 wäre gut", "2026-11-27"),
        ("senast vecka 49", "2026-12-04"),
        ("We need it in two weeks", "2026-12-01"),
        ("Please reply within 3-5 working days", "2026-11-22"),
        ("due 24-26 November", "2026-11-26"),
        ("due November 24-26", "2026-11-26"),
        ("before 2026/11/30", "2026-11-29"),
        ("no later than 30-11-2026", "2026-11-30"),
        ("We can hold the price until Friday.", "2026-11-20"),
        ("I need to know by Friday", "2026-11-20"),
        ("coming Friday at the latest", "2026-11-20"),
        ("Pode enviar até sexta-feira?", "2026-11-20"),
        ("Preciso disso até 30 de novembro", "2026-11-30"),
        ("Mi serve entro venerdì", "2026-11-20"),
        ("entro e non oltre il 30 novembre 2026", "2026-11-30"),
        ("Kun je dit voor vrijdag sturen?", "2026-11-19"),
        ("uiterlijk 1 december", "2026-12-01"),
        ("Proszę o odpowiedź do piątku", "2026-11-20"),
        ("najpóźniej do 30 listopada", "2026-11-30"),
        ("Ответьте, пожалуйста, до пятницы", "2026-11-20"),
        ("не позднее 30 ноября", "2026-11-30"),
        ("к концу недели", "2026-11-20"),
        ("يرجى الرد قبل يوم الخميس", "2026-11-18"),
        ("قبل 30 نوفمبر 2026", "2026-11-29"),
        ("金曜日までにご返信ください", "2026-11-20"),
        ("今週中にお願いします", "2026-11-20"),
        ("请在周五之前回复", "2026-11-20"),
        ("明日までにお知らせください", "2026-11-18"),
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
        "I will send it to you by Friday.",
        "We usually reply within 24 hours.",
        "You will receive the parcel by Thursday.",
        "I am away until Monday.",
        "Ich bin bis Freitag im Urlaub.",
        "The exhibition runs until 30 November.",
        "The course is from Monday until Wednesday.",
        "It was due on Friday, but never mind.",
        "That settles it.\nBis Freitag!\nJo",
        "Items can be returned within 30 days.",
        "We saw it before last Friday",
        "Can you do Friday?",
        "Thanks\n-- \nLars, reachable by Friday, 20 November",
        "Fine\n> please answer by Friday",
        "See below\n---------- Forwarded message ---------\nDate: before Friday 20 November 2026\nbody",
        "She turns fifty on 25 November.",
    ],
)
def test_other_dates_are_no_deadlines(text: str) -> None:
    assert explicit(text) == []


def test_a_day_of_the_week_is_never_today() -> None:
    assert explicit("by Tuesday") == ["2026-11-24"]


def test_the_date_beside_a_weekday_is_the_deadline_and_not_the_coming_weekday() -> None:
    assert explicit("Please answer by Friday, 27 November 2026.") == ["2026-11-27"]
    assert explicit("Please answer by Friday (27/11).") == ["2026-11-27"]


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("Mon, 16 Nov 2026 23:30:00 -0800", "2026-11-16"),
        ("Tue, 17 Nov 2026 20:30:00 +1300", "2026-11-17"),
        ("Tue, 17 Nov 2026 07:30:00 +0000", "2026-11-17"),
        ("Tue, 17 Nov 2026 07:30:00 +9999", "2026-11-17"),
        ("rubbish", "2026-11-17"),
    ],
)
def test_the_day_of_writing_is_that_of_the_senders_place(header: str, day: str) -> None:
    sent = datetime(2026, 11, 17, 7, 30, tzinfo=UTC)

    assert day_written(incoming(sent_at=sent, headers={"date": [header]}), STOCKHOLM).isoformat() == day
    assert day_written(incoming(sent_at=None, received_at=sent, headers={"date": [header]}), STOCKHOLM) == TUESDAY


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

"""When what the user did with a sender's mails is a habit, and when it is not."""

from datetime import datetime, timedelta

import pytest

from app.db.models import EventKind, PatternKind
from app.triage.patterns.evidence import DAYS, ENOUGH, LEFT_LYING, LOOKED_AT, OTHERWISE, Habit, Past, habit_in
from tests.factories import NOON

DAY = timedelta(days=1)
LATER = timedelta(minutes=20)


def past(days_ago: int, *kinds: EventKind, **over: object) -> Past:
    came = NOON - days_ago * DAY
    values: dict[str, object] = {
        "received_at": came,
        "labels": frozenset[str](),
        "authentic": True,
        "deeds": tuple((kind, came + LATER) for kind in kinds),
    }
    return Past(**(values | over))  # pyright: ignore[reportArgumentType] - the test's own fields


def each_day(count: int, *kinds: EventKind, since: int = 2, **over: object) -> list[Past]:
    return [past(since + number, *kinds, **over) for number in range(count)]


def habit(mails: list[Past]) -> Habit | None:
    return habit_in(mails, now=NOON)


@pytest.mark.parametrize("deed", [EventKind.ARCHIVED, EventKind.TRASHED])
def test_putting_away_unread_is_a_habit_after_enough_of_them(deed: EventKind) -> None:
    assert habit(each_day(ENOUGH - 1, deed)) is None
    assert habit(each_day(ENOUGH, deed)) == Habit(PatternKind.PUT_AWAY, ENOUGH)
    assert habit(each_day(ENOUGH + 2, deed)) == Habit(PatternKind.PUT_AWAY, ENOUGH + 2)


def test_opening_without_answering_is_another_habit_whatever_follows() -> None:
    opened = [*each_day(3, EventKind.READ), *each_day(3, EventKind.READ, EventKind.ARCHIVED, since=6)]
    assert habit(opened) == Habit(PatternKind.ONLY_READ, 6)


def test_what_is_opened_now_and_then_is_no_habit() -> None:
    assert habit([*each_day(6, EventKind.ARCHIVED), past(9, EventKind.READ, EventKind.ARCHIVED)]) is None


@pytest.mark.parametrize("deed", sorted(OTHERWISE))
def test_one_deed_of_another_sort_and_it_is_none(deed: EventKind) -> None:
    mails = each_day(LOOKED_AT - 1, EventKind.ARCHIVED)
    assert habit([*mails, past(30, EventKind.ARCHIVED, deed)]) is None
    assert habit([*mails, past(29, EventKind.ARCHIVED), past(30, EventKind.ARCHIVED, deed)]) is not None, "long ago"


def test_a_refusal_of_what_was_proposed_or_done_counts_as_one() -> None:
    assert habit([*each_day(7, EventKind.ARCHIVED), past(20, refused=True)]) is None


def test_clearing_out_a_folder_at_once_is_no_habit() -> None:
    at_once = [past(number, deeds=((EventKind.ARCHIVED, NOON),)) for number in range(2, 30)]
    assert habit(at_once) is None
    on_days = [past(9, deeds=((EventKind.ARCHIVED, NOON - number * DAY),)) for number in range(DAYS)]
    assert habit([*at_once[:ENOUGH], *on_days]) is not None


def test_what_we_put_away_unasked_teaches_nothing() -> None:
    assert habit(each_day(20, labels=frozenset({"GetAnswers/Archived"}))) is None


def test_agreeing_to_archive_is_a_deed() -> None:
    agreed = [past(number, archiving_approved=NOON - number * DAY) for number in range(2, 2 + ENOUGH)]
    assert habit(agreed) == Habit(PatternKind.PUT_AWAY, ENOUGH)


def test_what_lies_unopened_for_long_is_not_put_away() -> None:
    waiting = frozenset({"INBOX", "UNREAD"})
    mails = each_day(ENOUGH, EventKind.ARCHIVED)
    assert habit([past(1, labels=waiting), *mails]) is not None, "the user may still come to it"
    assert habit([*mails, past(LEFT_LYING.days, labels=waiting)]) is None


def test_what_was_opened_a_moment_ago_may_still_be_answered() -> None:
    mails = each_day(ENOUGH, EventKind.READ)
    assert habit([past(0, EventKind.READ), *mails]) == Habit(PatternKind.ONLY_READ, ENOUGH)


def test_mail_that_nobody_vouches_for_teaches_nothing_and_contradicts_all_the_same() -> None:
    assert habit(each_day(20, EventKind.ARCHIVED, authentic=False)) is None
    forged = past(1, EventKind.MOVED_TO_INBOX, authentic=False)
    assert habit([forged, *each_day(ENOUGH, EventKind.ARCHIVED)]) is None


def test_days_are_those_of_the_deeds() -> None:
    came: datetime = NOON - 30 * DAY
    mails = [past(30, deeds=((EventKind.ARCHIVED, came),)) for _ in range(ENOUGH)]
    assert habit(mails) is None

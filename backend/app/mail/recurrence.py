"""When the last of a series of events begins: what its rule and its dates say, without those that were taken out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, date, datetime, time
from itertools import islice, takewhile
from typing import Any, Final

from dateutil.rrule import rrulestr
from icalendar import vRecur

MOST_OCCURRENCES: Final = 1_000
"""A series that has more is followed no further."""
MOST_VALUES: Final = 7
"""Of one part of a rule, such as its days of the week."""

_PLAIN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"})
_BY_MONTH: Final = _PLAIN | {"BYMONTH", "BYMONTHDAY", "BYSETPOS"}
# What calendars write. With more, and by the second, rules can be made that take minutes to follow.
_FOLLOWED: Final[Mapping[str, frozenset[str]]] = {
    "DAILY": _PLAIN,
    "WEEKLY": _PLAIN,
    "MONTHLY": _BY_MONTH,
    "YEARLY": _BY_MONTH,
}
_CYCLE: Final = 400
"""After so many years the calendar repeats to the day of the week."""


def last_start(event: Any, *, replaced: Iterable[datetime | date] = ()) -> datetime | date | None:
    """Return the start of the last occurrence of a series; None where it goes on, or may for all that can be told.

    `replaced` are occurrences that have times of their own. Damaged dates raise what icalendar raises for them.
    """
    first: datetime | date = event.get("dtstart").dt
    start = _wall_clock(first, first)
    by_rule = _by_rule(event.get("rrule"), start, first)
    if by_rule is None:
        return None
    taken_out = [*event.exdates, *replaced]
    moments = {_wall_clock(each, first) for each in taken_out}
    days = {each for each in taken_out if not isinstance(each, datetime)}
    starts = {start, *by_rule, *(_wall_clock(each, first) for each, _ in event.rdates)}
    left = (each for each in starts if each not in moments and each.date() not in days)
    last = max(left, default=start)
    return last.replace(tzinfo=first.tzinfo) if isinstance(first, datetime) else last.date()


def _by_rule(rule: Any, start: datetime, first: datetime | date) -> Sequence[datetime] | None:
    if rule is None:
        return ()
    if not isinstance(rule, vRecur):  # damaged, or several
        return None
    until = _until(rule, first)
    if until is None and "COUNT" not in rule:
        return None
    starts = tuple(islice(_followed(rule, start, until), MOST_OCCURRENCES + 1)) if _can_be_followed(rule) else None
    if starts is not None and len(starts) <= MOST_OCCURRENCES:
        return starts
    return None if until is None else (until,)


def _until(rule: vRecur, first: datetime | date) -> datetime | None:
    values: Sequence[datetime | date] = rule.get("UNTIL") or ()
    if not values:
        return None
    whole_day = not isinstance(values[0], datetime)
    return datetime.combine(values[0], time.max) if whole_day else _wall_clock(values[0], first)


def _can_be_followed(rule: vRecur) -> bool:
    values: Mapping[str, Sequence[Any]] = dict(rule)
    known = _FOLLOWED.get(str(next(iter(values.get("FREQ", ())), "")), frozenset())
    numbers = [*values.get("INTERVAL", ()), *values.get("COUNT", ())]
    short = all(len(each) <= MOST_VALUES for each in values.values())
    return values.keys() <= known and short and all(number > 0 for number in numbers)


def _followed(rule: vRecur, start: datetime, until: datetime | None) -> Iterable[datetime]:
    # A rule that never comes true is followed to the end of the year 9999. In the last cycle before it, every date
    # has its twin, and that is soon.
    years = (MAXYEAR - start.year) // _CYCLE * _CYCLE
    endless = vRecur({name: values for name, values in rule.items() if name != "UNTIL"})
    twins = rrulestr(endless.to_ical().decode(), dtstart=start.replace(year=start.year + years))
    found = (twin.replace(year=twin.year - years) for twin in twins)
    return found if until is None else takewhile(lambda each: each <= until, found)


def _wall_clock(moment: datetime | date, first: datetime | date) -> datetime:
    """By the clock on the wall where the series takes place: that is what its rule is about."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    zone = first.tzinfo if isinstance(first, datetime) else None
    return (moment.astimezone(zone) if zone and moment.tzinfo else moment).replace(tzinfo=None)

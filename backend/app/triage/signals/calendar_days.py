"""Calendar days out of the numbers people write: the year they leave out, and the days that do not exist."""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from app.triage.signals.calendar_words import MONTHS

_CENTURY: Final = 100
_FORGOTTEN: Final = timedelta(days=90)
"""A day without a year that is longer gone than this is meant for next year."""


def any_of(words: Iterable[str]) -> str:
    """An alternation, the longest word first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


NO_MORE: Final = rf"(?![\d:/%€$]|[.,]\d|\s?(?:of\s|de\s|di\s)?(?:{any_of(MONTHS)})\b|\s?(?:%|€|\$|kr|h\b|euro))"
_DAY_ALONE: Final = re.compile(
    r"\b(?:"
    rf"(?:by|before|until|till|due|due on|on or before|no later than) the (\d{{1,2}})(?:st|nd|rd|th)\b{NO_MORE}"
    rf"|(?:senast|innan|före|till) den (\d{{1,2}})(?::?e|:?a)?\b{NO_MORE}"
    rf"|(?:bis|spätestens|fällig|vor) (?:spätestens )?(?:zum|am|dem) (\d{{1,2}})\.{NO_MORE}(?!\s?\d)"
    rf"|(?:avant|d'ici|jusqu'|au plus tard|pour) ?(?:le|au) (\d{{1,2}})\b{NO_MORE}(?!\s(?:jours|heures|rue))"
    rf"|(?:antes|hasta|para|a más tardar) (?:del|el)(?: día)? (\d{{1,2}})\b{NO_MORE}"
    rf"|(?:até|antes) (?:o |do )?dia (\d{{1,2}})\b{NO_MORE}"
    rf"|(?:entro|prima del) (?:e non oltre )?(?:il |giorno )?(\d{{1,2}})\b{NO_MORE}(?!\s(?:giorni|ore))"
    rf"|(?:do|до|к) (\d{{1,2}})(?:-?го|-?му)?(?: числа| числу|\. ?dnia)\b"
    r")"
)
"""A day of the month alone is a date only behind a word that makes it a limit."""


def day_of_month(text: str, written: date) -> Iterator[tuple[re.Match[str], date | None]]:
    """The coming one: "by the 27th"."""
    for match in _DAY_ALONE.finditer(text):
        yield match, coming(int(next(filter(None, match.groups()))), written)


def coming(number: int, written: date) -> date | None:
    """The next such day of a month, today included."""
    this = exact_day(written.year, written.month, number)
    following = written.month % 12 + 1
    return this if this and this >= written else exact_day(written.year + (following == 1), following, number)


def exact_day(year: int, month: int, day: int) -> date | None:
    return _guarded(lambda: date(year, month, day))


def later(written: date, days: int) -> date | None:
    return _guarded(lambda: written + timedelta(days=days))


def end_of_month(year: str | None, month: int, written: date) -> date | None:
    first = with_year(year, month, 1, written)
    if first and not year and written - first > timedelta(days=31):
        first = exact_day(first.year + 1, month, 1)
    return exact_day(first.year, month, calendar.monthrange(first.year, month)[1]) if first else None


def with_year(year: str | None, month: int, day: int, written: date) -> date | None:
    """Without a year the day is the coming one, unless it has only just gone by."""
    if year:
        return exact_day(int(year) + (2000 if int(year) < _CENTURY else 0), month, day)
    this_year = exact_day(written.year, month, day)
    if this_year and written - this_year > _FORGOTTEN:
        return exact_day(written.year + 1, month, day)
    return this_year or exact_day(written.year + 1, month, day)


def _guarded(build: Callable[[], date]) -> date | None:
    try:
        return build()
    except (ValueError, OverflowError):  # 31 February, or past the end of the calendar
        return None

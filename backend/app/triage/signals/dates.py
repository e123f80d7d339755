"""Dates as people write them in mail, absolute and relative, turned into calendar days."""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.triage.signals.calendar_words import (
    DAY_AFTER,
    END_OF_MONTH,
    END_OF_WEEK,
    MONTHS,
    NEXT,
    NEXT_WEEK,
    NUMBER_WORDS,
    TODAY,
    TOMORROW,
    WEEKDAYS,
)

_FRIDAY: Final = 4
_DAYS_OF_WEEK: Final = 7
_CENTURY: Final = 100
_FORGOTTEN: Final = timedelta(days=90)
"""A day without a year that is longer gone than this is meant for next year."""


@dataclass(frozen=True, slots=True)
class DateFound:
    day: date
    start: int
    end: int
    is_near: bool = False
    """Today or tomorrow, said in words."""
    is_limit: bool = False
    """The words themselves name a limit: "within ten days", "end of day"."""


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH: Final = _any_of(MONTHS)
_ISO: Final = re.compile(r"(?<![\d-])(20\d{2})-(\d{1,2})-(\d{1,2})(?![\d-])")
_NUMERIC: Final = re.compile(r"(?<![\d./:,-])(\d{1,2})([./])(\d{1,2})(?:\2(20\d{2}|\d{2})|\.)?(?![\d/:]|\.\d)")
_DAY_MONTH: Final = re.compile(
    rf"(?<![\d.,:])(\d{{1,2}})(?:st|nd|rd|th|er|:e|:a|\.)?\s{{1,3}}(?:of\s|de\s)?({_MONTH})\b\.?(?:,?\s(?:de\s)?((?:19|20)\d{{2}}))?"
)
_MONTH_DAY: Final = re.compile(
    rf"\b({_MONTH})\.?\s{{1,3}}(?:the\s)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)(?:,?\s((?:19|20)\d{{2}}))?"
)
_WEEKDAY: Final = re.compile(rf"\b(?:(\w{{4,13}})\s)?({_any_of(WEEKDAYS)})\b")
_UNIT_DAYS: Final = {
    "hour": 0, "hours": 0, "timmar": 0, "stunden": 0, "heures": 0, "horas": 0,
    "day": 1, "days": 1, "dag": 1, "dagar": 1, "dagars": 1, "tag": 1, "tage": 1, "tagen": 1, "jour": 1, "jours": 1,
    "día": 1, "días": 1, "dias": 1,
    "week": 7, "weeks": 7, "vecka": 7, "veckor": 7, "woche": 7, "wochen": 7, "semaine": 7, "semaines": 7, "semana": 7,
    "semanas": 7,
}  # fmt: skip
_COUNT: Final = rf"(?P<count>\d{{1,3}}|{_any_of(NUMBER_WORDS)})"
_UNIT: Final = rf"(?P<unit>{_any_of(_UNIT_DAYS)})"
_WITHIN: Final = re.compile(
    r"\b(?:within|in the next|inom|innerhalb(?: von)?|binnen|innert|sous|dans un délai de|dentro de|en un plazo de|"
    rf"zahlbar in|payable in|net|netto)\s(?:the next\s)?{_COUNT}\s(?:business |working |arbets|calendar )?{_UNIT}\b"
)
_TERMS: Final = re.compile(
    r"\b(?:zahlungsziel|payment terms|betalningsvillkor|terms|délai de paiement|plazo de pago)\s?:?\s"
    rf"{_COUNT}\s{_UNIT}\b"
)
_NET: Final = re.compile(
    rf"\b{_COUNT}\s{_UNIT}(?:'|\s)?\s?(?:net|netto|payment terms|betalningsvillkor|zahlungsziel|ab rechnungsdatum|"
    r"from the invoice date|after the invoice date|från fakturadatum|efter fakturadatum)\b"
)
_IN_NEXT_WEEK: Final = re.compile(
    r"(?:\s\w{2,8})?\s(?:next week|nästa vecka|nächste woche|nächster woche|la semaine prochaine)\b"
)
_CJK: Final = re.compile(r"(\d{1,2})月(\d{1,2})[日号號](?:\(.{1,3}\)|（.{1,3}）)?(?P<limit>まで|前|以前|之前)?")
_LIMITS_OF_THE_DAY: Final = frozenset(
    {"eod", "cob", "end of day", "end of the day", "end of business", "close of business"}
)


def dates_in(text: str, written: date, *, month_first: bool) -> Iterator[DateFound]:
    """Every date in folded text that exists; `written` is the day the mail was written."""
    yield from _absolute(text, written, month_first=month_first)
    yield from _weekdays(text, written)
    yield from _spans(text, written)
    yield from _said_in_words(text, written)


def _absolute(text: str, written: date, *, month_first: bool) -> Iterator[DateFound]:
    for match in _ISO.finditer(text):
        yield from _found(match, _day(int(match[1]), int(match[2]), int(match[3])))
    for match in _NUMERIC.finditer(text):
        # "3.15" alone is a clock or an amount; with dots a date ends in a dot or a year.
        if match[2] == "." and not (match[4] or match[0].endswith(".")):
            continue
        first, second = int(match[1]), int(match[3])
        us_order = match[2] == "/" and month_first and second <= 31 and first <= 12  # noqa: PLR2004
        day, month = (second, first) if us_order or second > 12 else (first, second)  # noqa: PLR2004
        yield from _found(match, _with_year(match[4], month, day, written))
    for match in _CJK.finditer(text) if "月" in text else ():
        day = _with_year(None, int(match[1]), int(match[2]), written)
        yield from _found(match, day, is_limit=bool(match["limit"]))
    if not any(month in text for month in MONTHS):
        return
    for match in _DAY_MONTH.finditer(text):
        yield from _found(match, _with_year(match[3], MONTHS[match[2]], int(match[1]), written))
    for match in _MONTH_DAY.finditer(text):
        yield from _found(match, _with_year(match[3], MONTHS[match[1]], int(match[2]), written))


def _weekdays(text: str, written: date) -> Iterator[DateFound]:
    for match in _WEEKDAY.finditer(text):
        ahead = (WEEKDAYS[match[2]] - written.weekday()) % _DAYS_OF_WEEK
        if (match[1] or "") in NEXT or _IN_NEXT_WEEK.match(text, match.end()):
            # "Next Friday" said on a Tuesday is the Friday of the next week.
            ahead = _DAYS_OF_WEEK - written.weekday() + WEEKDAYS[match[2]]
        elif ahead == 0 and match[1] != "this":
            ahead = _DAYS_OF_WEEK
        yield from _found(match, _later(written, ahead), start=match.start(2))


def _spans(text: str, written: date) -> Iterator[DateFound]:
    for pattern in (_WITHIN, _TERMS, _NET):
        for match in pattern.finditer(text):
            count = NUMBER_WORDS.get(match["count"]) or (int(match["count"]) if match["count"].isdecimal() else 0)
            hours = _UNIT_DAYS[match["unit"]] == 0
            days = -(-count // 24) if hours else count * _UNIT_DAYS[match["unit"]]
            yield from _found(match, _later(written, days), is_limit=True)


def _said_in_words(text: str, written: date) -> Iterator[DateFound]:
    to_friday = (_FRIDAY - written.weekday()) % _DAYS_OF_WEEK
    month_end = calendar.monthrange(written.year, written.month)[1] - written.day
    next_friday = _DAYS_OF_WEEK - written.weekday() + _FRIDAY
    for words, days, near in (
        (TODAY, 0, True),
        (TOMORROW, 1, True),
        (DAY_AFTER, 2, False),
        (END_OF_WEEK, to_friday, False),
        (NEXT_WEEK, next_friday, False),
        (END_OF_MONTH, month_end, False),
    ):
        for phrase in words:
            for start in _places(text, phrase):
                if _means_that_day(text, start, phrase):
                    found = _later(written, days)
                    limit = phrase in _LIMITS_OF_THE_DAY
                    if found:
                        yield DateFound(found, start, start + len(phrase), is_near=near, is_limit=limit)


_MORNING: Final = re.compile(r"(?:guten|god|schönen|der|am|den|jeden|la|por la|de la|esta|día|in der|every)\s*$")


def _means_that_day(text: str, start: int, phrase: str) -> bool:
    """Not the "morgen" of "guten Morgen", the "mañana" of "por la mañana" or of "pasado mañana"."""
    before = text[max(0, start - 12) : start]
    if phrase in {"morgen", "mañana"} and (_MORNING.search(before) or before.endswith(("pasado ", "über"))):
        return False
    return not (phrase == "tomorrow" and before.endswith("day after "))


def _places(text: str, phrase: str) -> Iterator[int]:
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not _is_word_at(text, start - 1) and not _is_word_at(text, end) and not text.startswith("'s", end):
            yield start
        start = text.find(phrase, end)


def _is_word_at(text: str, place: int) -> bool:
    return 0 <= place < len(text) and text[place].isalnum()


def _found(
    match: re.Match[str], day: date | None, *, start: int | None = None, is_limit: bool = False
) -> Iterator[DateFound]:
    if day:
        yield DateFound(day, match.start() if start is None else start, match.end(), is_limit=is_limit)


def _guarded(build: Callable[[], date]) -> date | None:
    try:
        return build()
    except (ValueError, OverflowError):  # 31 February, or past the end of the calendar
        return None


def _day(year: int, month: int, day: int) -> date | None:
    return _guarded(lambda: date(year, month, day))


def _later(written: date, days: int) -> date | None:
    return _guarded(lambda: written + timedelta(days=days))


def _with_year(year: str | None, month: int, day: int, written: date) -> date | None:
    """Without a year the day is the coming one, unless it has only just gone by."""
    if year:
        return _day(int(year) + (2000 if int(year) < _CENTURY else 0), month, day)
    this_year = _day(written.year, month, day)
    if this_year and written - this_year > _FORGOTTEN:
        return _day(written.year + 1, month, day)
    return this_year or _day(written.year + 1, month, day)

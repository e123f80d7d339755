"""Dates as people write them in mail, absolute and relative, turned into calendar days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.triage.signals.calendar_days import (
    NO_MORE,
    any_of,
    coming,
    day_of_month,
    end_of_month,
    exact_day,
    later,
    with_year,
)
from app.triage.signals.calendar_words import END, MIDDLE, MONTHS, TIME_WORDS
from app.triage.signals.relative_dates import days_said, east_asian_days, named_weekdays, net_days, spans, week_numbers


@dataclass(frozen=True, slots=True)
class DateFound:
    day: date
    start: int
    end: int
    is_near: bool = False
    """Today or tomorrow, said in words."""
    is_limit: bool = False
    """The words themselves name a limit: "within ten days", "end of day"."""
    is_day: bool = False
    """One day of the calendar or of the week, no end of a week or month."""
    is_name: bool = False
    """The name of a weekday or of a near day, which a written date beside it explains."""


_MONTH: Final = any_of(MONTHS)
_ISO: Final = re.compile(r"(?<![\d/-])(20\d{2})([-/])(\d{1,2})\2(\d{1,2})(?![\d/-])")
_NUMERIC: Final = re.compile(
    r"(?<![\d./:,-])(\d{1,2})([./])(\d{1,2})(?:\2(20\d{2}|\d{2})|\.)?(?![\d/:]|\.\d)|"
    r"(?<![\d./:,-])(\d{1,2})-(\d{1,2})-(20\d{2})(?![\d-])"
)
_DAY_MONTH: Final = re.compile(
    rf"(?<![\d.,:])(\d{{1,2}})(?:st|nd|rd|th|er|:e|:a|º|\.)?(?:\s{{1,3}}|-)(?:of\s|de\s|di\s)?({_MONTH})\b\.?"
    r"(?:,?\s(?:de\s|del\s)?((?:19|20)\d{2}))?"
)
_MONTH_DAY: Final = re.compile(
    rf"\b({_MONTH})\.?\s{{1,3}}(?:the\s)?(?:\d{{1,2}}\s?[-–]\s?)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)"
    r"(?:,?\s((?:19|20)\d{2}))?"
)
_PART_OF_MONTH: Final = re.compile(
    rf"\b(?:({any_of(END)})|({any_of(MIDDLE)}))\s?({_MONTH})\b(?!\s\d{{1,2}}\b(?!:))(?:\s((?:19|20)\d{{2}}))?"
)
_BEFORE_MONTH: Final = re.compile(
    rf"\b(?:before|innan|före|før|vor|avant|antes de|voor|prima di|przed) ({_MONTH})\b(?!\s\d|\.\s\d)"
    r"(\s(?:is out|is over|ends|ist vorbei|är slut))?"
)
_DAY_PLAIN: Final = re.compile(
    rf"\b(?:on |the |den |el |le |il |dia |am )(\d{{1,2}})(?:st|nd|rd|th|\.|:e)?(?!\d){NO_MORE}"
)
_NUMBER_AFTER: Final = re.compile(
    r"[,.]?\s(?:the |den |der |dia |día |le |el |il |d\. )?(\d{1,2})(st\b|nd\b|rd\b|th\b)?\.?"
    rf"(?![-/\w]|\s?(?:uhr|am\b|pm\b|o'clock|uur)){NO_MORE}"
)
_EXPLAINS: Final = re.compile(r"[\s,.]{0,3}(?:(?:the|den|dem|der|le|el|il|o|dia|día|de|am|d\.)\s)?[\s(]{0,2}")
"""Between a name and its written date: "Friday, 27 November", "fredag den 27 november", "Friday (27 November)"."""
_EXPLAINED: Final = re.compile(r"[\s,]{0,2}\(?")


def dates_in(text: str, written: date, *, month_first: bool) -> Iterator[DateFound]:
    """Every date in folded text that exists, in its order; `written` is the day the mail was written."""
    found = [*_absolute(text, written, month_first=month_first)]
    found += [DateFound(day, start, end, is_limit=True) for day, start, end in net_days(text, written)]
    if any(word in text for word in TIME_WORDS):
        found += _relative(text, written)
    yield from _explained(text, sorted(found, key=lambda one: (one.start, -one.end)))


def _relative(text: str, written: date) -> Iterator[DateFound]:
    for day, start, end in named_weekdays(text, written):
        yield _with_number(text, DateFound(day, start, end, is_day=True, is_name=True), written)
    for day, start, end in spans(text, written):
        yield DateFound(day, start, end, is_limit=True)
    for day, start, end in week_numbers(text, written):
        yield DateFound(day, start, end)
    for day, start, end, near, limit in days_said(text, written):
        yield DateFound(day, start, end, is_near=near, is_limit=limit, is_name=near)
    for day, start, end, limit in east_asian_days(text, written):
        yield DateFound(day, start, end, is_limit=limit)


def _absolute(text: str, written: date, *, month_first: bool) -> Iterator[DateFound]:
    for match in _ISO.finditer(text):
        yield from _found(match, exact_day(int(match[1]), int(match[3]), int(match[4])))
    for match in _NUMERIC.finditer(text):
        yield from _found(match, _numeric_day(match, written, month_first=month_first))
    for match, day in day_of_month(text, written):
        yield from _found(match, day, is_limit=True)
    yield from _bare_days(text, written)
    if not any(month in text for month in MONTHS):
        return
    for match in _DAY_MONTH.finditer(text):
        yield from _found(match, with_year(match[3], MONTHS[match[2]], int(match[1]), written))
    for match in _MONTH_DAY.finditer(text):
        yield from _found(match, with_year(match[3], MONTHS[match[1]], int(match[2]), written))
    for match in _PART_OF_MONTH.finditer(text):
        month = MONTHS[match[3]]
        day = with_year(match[4], month, 15, written) if match[2] else end_of_month(match[4], month, written)
        yield from _found(match, day, is_day=False)
    for match in _BEFORE_MONTH.finditer(text):
        first = with_year(None, MONTHS[match[1]], 1, written)
        day = end_of_month(None, MONTHS[match[1]], written) if match[2] else first and later(first, -1)
        yield from _found(match, day, is_limit=True, is_day=False)


def _bare_days(text: str, written: date) -> Iterator[DateFound]:
    """A plain "on the 17th" is no limit by itself, but others refer to it."""
    for match in _DAY_PLAIN.finditer(text):
        yield from _found(match, coming(int(match[1]), written))


def _numeric_day(match: re.Match[str], written: date, *, month_first: bool) -> date | None:
    if match[7]:
        return exact_day(int(match[7]), int(match[6]), int(match[5]))
    # "3.15" alone is a clock or an amount; with dots a date ends in a dot or a year.
    if match[2] == "." and not (match[4] or match[0].endswith(".")):
        return None
    first, second = int(match[1]), int(match[3])
    us_order = match[2] == "/" and month_first and second <= 31 and first <= 12  # noqa: PLR2004
    day, month = (second, first) if us_order or second > 12 else (first, second)  # noqa: PLR2004
    return with_year(match[4], month, day, written)


def _found(
    match: re.Match[str], day: date | None, *, is_limit: bool = False, is_day: bool = True
) -> Iterator[DateFound]:
    if day:
        yield DateFound(day, match.start(), match.end(), is_limit=is_limit, is_day=is_day)


def _with_number(text: str, weekday: DateFound, written: date) -> DateFound:
    """The 13th of "Friday the 13th", when it says so plainly or when that day is a Friday."""
    match = _NUMBER_AFTER.match(text, weekday.end)
    day = coming(int(match[1]), written) if match else None
    if match and day and (match[2] or day.weekday() == weekday.day.weekday()):
        return replace(weekday, day=day, end=match.end(), is_name=False)
    return weekday


def _explained(text: str, found: list[DateFound]) -> Iterator[DateFound]:
    """A name beside a written date is part of it: "by Friday, 27 November" is the 27th, whatever day comes next."""
    held: DateFound | None = None
    for one in found:
        if held and held.start <= one.start and one.end <= held.end:
            continue
        if held and held.is_near and one.is_near and _EXPLAINED.fullmatch(text, held.end, one.start):
            # "Tomorrow EOD", "EOD tomorrow": the later of the two, as a limit.
            limit = held.is_limit or one.is_limit
            held = replace(held, day=max(held.day, one.day), end=one.end, is_limit=limit)
            continue
        if held and held.is_name and not one.is_name and _EXPLAINS.fullmatch(text, held.end, one.start):
            held = replace(one, start=held.start)
            continue
        if held and one.is_name and not held.is_name and _EXPLAINED.fullmatch(text, held.end, one.start):
            held = replace(held, end=one.end)
            continue
        if held:
            yield held
        held = one
    if held:
        yield held

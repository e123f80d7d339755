"""By when a message wants something, resolved against its own date in the user's time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.triage.signals.dates import DateFound, dates_in
from app.triage.signals.reading import Reading, fold

LONGEST: Final = timedelta(days=400)
"""A date further away is no deadline but a date of birth, an old invoice or a slip of the pen."""
_LOOK_BACK: Final = 40


@dataclass(frozen=True, slots=True)
class Deadline:
    day: date
    words: str
    """What the sender wrote, with the word that makes it a deadline."""
    explicit: bool
    """"By Friday" is explicit; "today" inside a question is not."""


_CUES: Final = (
    # English
    "by", "before", "until", "till", "no later than", "not later than", "at the latest", "latest", "due", "due on",
    "due date", "due by", "deadline", "expires", "expires on", "on or before", "respond by", "rsvp by", "closes",
    "within", "in the next",
    # Swedish
    "senast", "innan", "före", "fram till", "till", "förfaller", "förfallodatum", "förfallodag", "sista dag",
    "sista dagen är", "sista svarsdag", "sista betalningsdag", "inom", "betalas senast",
    # German
    "bis", "bis zum", "bis zu", "bis spätestens", "spätestens", "spätestens bis", "vor", "vor dem", "fällig",
    "fällig am", "fällig bis", "fälligkeit", "fälligkeitsdatum", "frist", "innerhalb", "innerhalb von", "binnen",
    "zahlbar bis", "zahlbar innerhalb von", "zahlbar bis zum", "innert",
    # French
    "avant", "avant le", "d'ici", "d'ici le", "d'ici à", "d'ici au", "au plus tard", "au plus tard le", "jusqu'au",
    "échéance", "échéance le", "sous", "dans un délai de", "pour le",
    # Spanish
    "antes del", "antes de", "hasta el", "a más tardar", "a más tardar el", "vence el", "vencimiento", "plazo",
    "dentro de", "en un plazo de", "para el",
)  # fmt: skip
_FILLERS: Final = (
    r"(?:\s*[:,–-])?(?:\s+(?:the|on|of|at|is|this|next|coming|nästa|nächste|noon|latest|now|nu|på|den|dem|der|des|det|le|la|el|del|am|zum|"
    r"um|date|datum|datumet|är|ist|est|es|kl|i|early|mon|tue|wed|thu|fri|sat|sun|\d{1,2}(?:[:.]\d{2})?(?:\s?(?:am|pm|uhr|h))?|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|kommenden|"
    r"nächsten|diesen|diesem|dieses|kommande)[,.]?){0,4}\s*$"
)
_ANY_CUE: Final = "|".join(sorted(map(re.escape, map(fold, _CUES)), key=len, reverse=True))
_CUE: Final = re.compile(rf"(?:^|[\s(])(?P<cue>{_ANY_CUE}){_FILLERS}")
_CUE_AFTER: Final = re.compile(
    r"^[\s,]*(?:at the latest|latest|is the deadline|deadline|eod|cob|senast|som senast|spätestens|au plus tard|"
    r"a más tardar)\b"
)
_CLOCK: Final = re.compile(
    r"(?:^|[\s(])(?:by|before|until|innan|före|senast|bis|vor|spätestens|avant|antes de)\s"
    r"(?:kl\.?\s?|klockan\s|um\s|las\s)?"
    r"(?:\d{1,2}[:.]\d{2}(?:\s?(?:uhr|am|pm))?|\d{1,2}\s?(?:am|pm|uhr|h)\b|(?<=kl )\d{1,2}|(?<=kl. )\d{1,2}|"
    r"(?<=klockan )\d{1,2}|noon\b|lunch\b|mittag\b)"
    r"(?!\s*[./-]?\s*\d)"
)

_CLOSING_TIME: Final = re.compile(
    r"\b(?:closes?|closing|stänger|schliesst|macht zu|ferme|cierra)\s(?:at|kl\.?|klockan|um|à|a las)\s?"
    r"\d{1,2}(?:[:.]\d{2})?"
)


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown, empty or a path: the person's words are then taken as UTC
        return UTC


def day_of(moment: datetime, timezone: str) -> date:
    """The calendar day at the user's place."""
    try:
        return moment.astimezone(zone_of(timezone)).date()
    except (OverflowError, ValueError):  # the first or last day of the calendar, shifted over its edge
        return moment.date()


def deadlines_in(reading: Reading, written: date, timezone: str) -> tuple[Deadline, ...]:
    """Every deadline stated, in the order of the text. Past and far-off dates are left out."""
    month_first = timezone.startswith(("America/", "US/"))
    found = sorted(_stated(reading.folded, written, month_first=month_first), key=lambda pair: pair[0])
    usable = (deadline for _, deadline in found if written <= deadline.day <= _latest(written))
    return tuple(dict.fromkeys(usable))


def _latest(written: date) -> date:
    return date.max if date.max - written < LONGEST else written + LONGEST


def _stated(text: str, written: date, *, month_first: bool) -> Iterator[tuple[int, Deadline]]:
    dates = list(dates_in(text, written, month_first=month_first))
    for found in dates:
        before = text[max(0, found.start - _LOOK_BACK) : found.start]
        cue = _CUE.search(before)
        if cue or found.is_limit or _CUE_AFTER.match(text[found.end : found.end + 24]):
            start = found.start - (len(before) - cue.start("cue")) if cue else found.start
            yield start, Deadline(found.day, text[start : found.end].strip(), explicit=True)
        elif found.is_near:
            yield found.start, Deadline(found.day, text[found.start : found.end], explicit=False)
    for clock in (*_CLOCK.finditer(text), *_CLOSING_TIME.finditer(text)):
        # "By noon tomorrow" is tomorrow's: the date beside the clock decides.
        if not _has_date_nearby(dates, clock.start(), clock.end()):
            yield clock.start(), Deadline(written, clock.group().strip(" ("), explicit=True)


def _has_date_nearby(dates: list[DateFound], start: int, end: int) -> bool:
    return any(found.start < end + 25 and found.end > start - 15 for found in dates)

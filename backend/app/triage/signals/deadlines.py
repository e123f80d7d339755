"""By when a message wants something, resolved against its own date in the user's time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as offset_zone
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.triage.signals.back_references import referring_days
from app.triage.signals.closing_words import closes, fixed_for, is_weak, speaks_the_language, wanted_on
from app.triage.signals.dates import DateFound, dates_in
from app.triage.signals.deadline_words import (
    BEFORE,
    CLOCK,
    CLOSING_TIME,
    CUE,
    CUE_AFTER,
    HOUR_AFTER,
    PART_OF_DAY,
    PRESSES,
    concerns_nobody,
)
from app.triage.signals.reading import Reading
from app.triage.snapshot import Incoming

LONGEST: Final = timedelta(days=400)
"""A date further away is no deadline but a date of birth, an old invoice or a slip of the pen."""
_LOOK_BACK: Final = 48
_CLAUSE: Final = 160
_FURTHEST_EAST: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Deadline:
    day: date
    words: str
    """What the sender wrote, with the word that makes it a deadline."""
    explicit: bool
    """"By Friday" is explicit; "today" inside a question is not."""


_SENTENCE_START: Final = re.compile(
    r"[.!?;。！？]\s|\n\s*\n|\n\s*[-*•]|,\s(?:and|but|so|aber|und|och|men|mais|pero)\s|\n(?=[^\n]{0,30}:)"
)
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)|\n\s*\n")
_HEADER_LINE: Final = re.compile(
    r"^(?:from|sent|date|to|cc|subject|von|gesendet|datum|an|betreff|från|skickat|till|ämne|de|envoyé|à|objet|enviado|"
    r"para|asunto|assunto|da|inviato|data|a|oggetto|verzonden|aan|onderwerp|van|от|дата|кому|тема)\s?:.{0,200}$",
    re.MULTILINE,
)
_FORWARDED: Final = re.compile(r"^(?:-{3,}.{0,60}-{3,}|begin forwarded message:?|_{10,})\s*$", re.MULTILINE)
_QUOTED_LINE: Final = re.compile(r"^[>|].*$", re.MULTILINE)
_SIGNATURE: Final = re.compile(r"^-- ?$", re.MULTILINE)
_OFFSET: Final = re.compile(r"[+-]\d{4}")


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


def day_written(message: Incoming, timezone: str) -> date:
    """The calendar day at the sender's place by the Date header's own offset, else at the user's place.

    An offset of zero is what servers write that know no place: then the user's place is the better guess.
    """
    sent = message.sent_at
    offset = _offset_of(next(iter(message.headers.get("date", ())), ""))
    if sent is None or not offset:
        return day_of(message.written_at, timezone)
    try:
        return sent.astimezone(offset_zone(offset)).date()
    except OverflowError:
        return sent.date()


def _offset_of(header: str) -> timedelta:
    """Of the Date header; no time at all where it names none."""
    found = _OFFSET.search(header[:100])
    if not found:
        return timedelta()
    sign = -1 if found[0][0] == "-" else 1
    offset = timedelta(hours=int(found[0][1:3]), minutes=int(found[0][3:]))
    return sign * offset if offset <= _FURTHEST_EAST else timedelta()


def deadlines_in(reading: Reading, written: date, timezone: str) -> tuple[Deadline, ...]:
    """Every deadline stated, in the order of the text. Past and far-off dates are left out."""
    month_first = timezone.startswith(("America/", "US/"))
    text = _own_words(reading.folded)
    found = sorted(_stated(text, written, month_first=month_first), key=lambda pair: pair[0])
    usable = [pair for pair in found if written <= pair[1].day <= _latest(written)]
    if forwarded := _FORWARDED.search(text):
        # What the sender says above a forwarded mail counts before what stands in it.
        own = [pair for pair in usable if pair[0] < forwarded.start()]
        usable = own if any(deadline.explicit for _, deadline in own) else usable
    return tuple(dict.fromkeys(deadline for _, deadline in usable))


def _own_words(text: str) -> str:
    """Without signature, quoted lines and the headers of what was forwarded, whose dates are others'."""
    if signature := _SIGNATURE.search(text):
        text = text[: signature.start()]
    if _FORWARDED.search(text) or "\n>" in text or "\n|" in text:
        text = _HEADER_LINE.sub("", _QUOTED_LINE.sub("", text))
    return text


def _latest(written: date) -> date:
    return date.max if date.max - written < LONGEST else written + LONGEST


def _stated(text: str, written: date, *, month_first: bool) -> Iterator[tuple[int, Deadline]]:
    dates = list(dates_in(text, written, month_first=month_first))
    referring = list(referring_days(text, dates))
    for found in referring:
        yield found.start, Deadline(found.day, text[found.start : found.end], explicit=True)
    dates = [one for one in dates if not any(other.start <= one.start < other.end for other in referring)]
    for found in dates:
        if stated := _deadline_at(text, found, written):
            yield stated
    for clock in (*CLOCK.finditer(text), *CLOSING_TIME.finditer(text)):
        # "By noon tomorrow" is tomorrow's: the date beside the clock decides.
        if not _has_date_nearby(dates, clock.start(), clock.end()):
            yield clock.start(), Deadline(written, clock.group().strip(" ("), explicit=True)


def _deadline_at(text: str, found: DateFound, written: date) -> tuple[int, Deadline] | None:
    words, after = text[found.start : found.end], text[found.end : found.end + 40]
    before = text[max(0, found.start - _LOOK_BACK) : found.start]
    cue = _cue_before(before, words)
    start = found.start - (len(before) - cue.start("cue")) if cue else found.start
    word = cue["cue"] if cue else _first_word(words)
    clause = _clause_before(text, start)
    if cue and is_weak(word, clause, after):
        return None
    said = clause if cue else _clause_before(text, found.start)
    if (
        cue
        or found.is_limit
        or CUE_AFTER.match(after)
        or closes(said, after)
        or wanted_on(said, after, by_the_week=not found.is_day)
    ):
        if concerns_nobody(clause, word, after):
            return None
        day = (
            found.day - timedelta(days=1)
            if _excludes_the_day(text[start : found.end], word, found, after)
            else found.day
        )
        return start, Deadline(day, text[start : found.end].strip(), explicit=True)
    if found.is_near and not concerns_nobody(clause, "", "") and (found.day > written or _is_pressed(text, found)):
        return found.start, Deadline(found.day, words, explicit=False)
    if fixed_for(said) and not concerns_nobody(clause, "", ""):
        return found.start, Deadline(found.day, words, explicit=False)
    return None


def _excludes_the_day(said: str, cue: str, found: DateFound, after: str) -> bool:
    """What is wanted before Monday is late on Monday; "before Monday evening" means what it says."""
    if not (found.is_day and found.day > date.min and cue.startswith(BEFORE)):
        return False
    return not (HOUR_AFTER.match(after) or PART_OF_DAY.search(said))


def _is_pressed(text: str, found: DateFound) -> bool:
    """Asking "can you do it today?" presses, telling "he was here today" does not."""
    end = _SENTENCE_END.search(text, found.end)
    said = _clause_before(text, found.start) + text[found.start : end.end() if end else len(text)][:_CLAUSE]
    return PRESSES.search(said) is not None


def _cue_before(before: str, words: str) -> re.Match[str] | None:
    cue = CUE.search(before)
    return cue if cue and speaks_the_language(cue["cue"], words) else None


def _first_word(words: str) -> str:
    return words.split(" ", 1)[0]


def _clause_before(text: str, start: int) -> str:
    """From the beginning of the sentence, or of its last part that stands for itself."""
    before = text[max(0, start - _CLAUSE) : start]
    ends = [match.end() for match in _SENTENCE_START.finditer(before)]
    return before[ends[-1] :] if ends else before


def _has_date_nearby(dates: list[DateFound], start: int, end: int) -> bool:
    return any(found.start < end + 25 and found.end > start - 15 for found in dates)

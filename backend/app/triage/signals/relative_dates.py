"""Days counted from the day of writing: weekdays, weeks, spans, and what has a word of its own."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from app.triage.signals.calendar_days import any_of, exact_day, later, with_year
from app.triage.signals.calendar_words import (
    DAY_AFTER,
    EARLY_NEXT_WEEK,
    END_OF_MONTH,
    END_OF_QUARTER,
    END_OF_WEEK,
    END_OF_YEAR,
    NEXT,
    NEXT_WEEK,
    NUMBER_WORDS,
    TODAY,
    TOMORROW,
    UNITS,
    WEEKDAYS,
    WEEKEND,
)
from app.triage.signals.reading import words

Span = tuple[date, int, int]
_FRIDAY: Final = 4
_SUNDAY: Final = 6
_DAYS_OF_WEEK: Final = 7
_GONE: Final = words("last förra letzten vergangenen letzte zeszły прошлый прошлую afgelopen vorige")
_WEEKDAY: Final = re.compile(
    rf"\b(?:(\w{{1,13}})\s)?({any_of(WEEKDAYS)})(?:abend|avond|kväll|kveld|mittag|middag|morgen|vormittag|"
    rf"nachmittag|ochtend|natt|nacht)?\b"
)
_A_WEEK_LATER: Final = re.compile(
    r"\s(?:week\b(?!\s\d)|in einer woche|in acht tagen|om en (?:vecka|uke|uge)|over een week|en huit|"
    r"de la semana siguiente|fra otto|za tydzień)"
)
_GONE_AFTER: Final = re.compile(r"\s(?:dernier|dernière|pasado|passado|passada|scorso|scorsa|الماضي)\b")
_IN_NEXT_WEEK: Final = re.compile(
    r"(?:\s\w{2,8})?\s(?:next week|nästa vecka|nächste woche|nächster woche|la semaine prochaine|prochaine?|"
    r"volgende week|que vem|de la próxima semana|prossimo|القادم|المقبل)\b"
)
_COUNT: Final = rf"(?P<count>\d{{1,3}}|{any_of(NUMBER_WORDS)})"
_UNIT: Final = rf"(?P<unit>{any_of(UNITS)})"
_KINDS: Final = r"(?:business |working |arbets|calendar |full |рабочих |giorni |hele |(?<=\d)\s?-)?"
_WITHIN: Final = re.compile(
    r"\b(?:within|in the next|inom|innerhalb(?: von)?|binnen|innert|sous|dans un délai de|dans les|dentro de|"
    r"en un plazo de|no prazo de|em até|entro|w ciągu|в течение|خلال|"
    r"w terminie|d'ici|no more than|not more than|pas plus de|nicht länger als|i løpet av|open for|εντός|"
    rf"zahlbar in|payable in|net|netto)\s(?:the next\s|the\s|de\s|nästa\s|den nächsten\s|i\s)?(?:\d{{1,2}}\s?[-–]\s?)?"
    rf"{_COUNT}\s{_KINDS}{_UNIT}\b"
)
_TERMS: Final = re.compile(
    r"\b(?:zahlungsziel|payment terms|betalningsvillkor|terms|betalingsfrist|zahlungsfrist|betaaltermijn|"
    r"termin płatności|délai de règlement|délai de paiement|plazo de pago)\s?:?\s"
    rf"{_COUNT}\s{_UNIT}\b"
)
_NET: Final = re.compile(
    rf"\b{_COUNT}\s{_UNIT}(?:'|\s)?\s?(?:net|netto|payment terms|betalningsvillkor|zahlungsziel|ab rechnungsdatum|"
    r"from the invoice date|after the invoice date|från fakturadatum|efter fakturadatum|date de facture)\b"
)
_NET_DAYS: Final = re.compile(r"\bnet[ -](?P<count>\d{1,2})\b(?!\s?(?:kg|g\b|€|\$|%|[.,]\d))")
"""Of bills: payable that many days from now."""
_IS_FINE: Final = re.compile(rf"\b{_COUNT}\s{_UNIT}\s(?:is|are) (?:fine|ok|okay|plenty)\b")
_NEEDED: Final = re.compile(
    r"\b(?:need|needs|needed|send|reply|respond|answer|deliver|due|pay|submit|sign|return|brauch\w*|benötig\w*|"
    r"schick\w*|antwort\w*|behöv\w*|skicka\w*|svara\w*|betala\w*|lämna\w*|envoy\w*|répond\w*|besoin|enviar|"
    rf"necesit\w*|responder|expire\w*|closed|läuft|utløper|löper|vence|scade|verloopt|"
    rf"wygasa)\b[^.!?\n]{{0,60}}\s(?:in|om|in|dans|en|em|tra|fra|over|za|через)\s{_COUNT}\s{_UNIT}\b"
)
"""A plain "in two weeks" is a limit only where something is needed by then."""
_WEEK_NUMBER: Final = re.compile(
    r"\b(?:kw|kalenderwoche|calendar week|week|wk|vecka|v\.|v|uge|semaine|semana|settimana|tydzień|неделя)\s?"
    r"(\d{1,2})\b(?![.:,/]\d|\s?[-–]\s?\d|\s?%|-week)"
)
_CJK_DATE: Final = re.compile(
    r"(\d{1,2})月(\d{1,2})[日号號](?:\(.{1,3}\)|（.{1,3}）)?(?P<limit>まで|前|以前|之前|中に|までに)?"
)
_CJK_WEEKDAY: Final = re.compile(
    r"(来週の?|次の|下周|下星期|下个?礼拜)?(?:([月火水木金土日])曜日?|(?:周|星期|礼拜|週)([一二三四五六日天]))"
    r"(?P<limit>まで|前|以前|之前|中に)?"
)
_CJK_WORDS: Final = re.compile(
    r"(本日|今日|今天|明日|明天|明後日|后天|今週|本周|这周|這週|今週末|週末|月末|今月末|月底|来週|下周)(?P<limit>中|まで|前|以前|之前|内|末まで)?"
)
_LIMITS_OF_THE_DAY: Final = frozenset(
    {"eod", "cob", "end of day", "end of the day", "end of business", "close of business"}
)


def named_weekdays(text: str, written: date) -> Iterator[Span]:
    for match in _WEEKDAY.finditer(text):
        before = match[1] or ""
        if before in _GONE or _GONE_AFTER.match(text, match.end()):
            continue
        ahead = (WEEKDAYS[match[2]] - written.weekday()) % _DAYS_OF_WEEK
        if before in NEXT or _IN_NEXT_WEEK.match(text, match.end()):
            # "Next Friday" said on a Tuesday is the Friday of the next week.
            ahead = _DAYS_OF_WEEK - written.weekday() + WEEKDAYS[match[2]]
        elif ahead == 0 and before != "this":
            ahead = _DAYS_OF_WEEK
        week_later = _A_WEEK_LATER.match(text, match.end())
        if day := later(written, ahead + _DAYS_OF_WEEK * bool(week_later)):
            yield day, match.start(2), (week_later or match).end()


def spans(text: str, written: date) -> Iterator[Span]:
    for pattern in (_WITHIN, _TERMS, _NET, _IS_FINE, _NEEDED):
        for match in pattern.finditer(text):
            count = NUMBER_WORDS.get(match["count"]) or (int(match["count"]) if match["count"].isdecimal() else 0)
            hours = UNITS[match["unit"]] == 0
            if day := later(written, -(-count // 24) if hours else count * UNITS[match["unit"]]):
                # A weekday "in two weeks" stands before the count and must not be swallowed.
                start = match.start("count") if pattern is _NEEDED else match.start()
                yield day, start, match.end()


def net_days(text: str, written: date) -> Iterator[Span]:
    """Terms of a bill: "net 30"."""
    for match in _NET_DAYS.finditer(text):
        if day := later(written, int(match["count"])):
            yield day, match.start(), match.end()


def week_numbers(text: str, written: date) -> Iterator[Span]:
    """The Friday of "KW 48"; a week long gone by is that of the next year."""
    for match in _WEEK_NUMBER.finditer(text):
        for year in (written.year, written.year + 1):
            day = _friday_of(year, int(match[1]))
            if day and day >= written:
                yield day, match.start(), match.end()
                break


def _friday_of(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, _FRIDAY + 1)
    except ValueError:  # there is no week 60, and not always a week 53
        return None


def days_said(text: str, written: date) -> Iterator[tuple[date, int, int, bool, bool]]:
    """Day, place, whether it is near (today, tomorrow), and whether the words themselves set a limit."""
    for phrases, day, near in _said(written):
        for phrase in phrases:
            for start in _places(text, phrase):
                if day and _means_that_day(text, start, phrase):
                    yield day, start, start + len(phrase), near, phrase in _LIMITS_OF_THE_DAY


def _said(written: date) -> Iterator[tuple[tuple[str, ...], date | None, bool]]:
    to_friday = (_FRIDAY - written.weekday()) % _DAYS_OF_WEEK
    quarter = (written.month + 2) // 3 * 3
    yield TODAY, written, True
    yield TOMORROW, later(written, 1), True
    yield DAY_AFTER, later(written, 2), False
    yield NEXT_WEEK, later(written, _DAYS_OF_WEEK - written.weekday() + _FRIDAY), False
    yield EARLY_NEXT_WEEK, later(written, _DAYS_OF_WEEK - written.weekday()), False
    yield WEEKEND, later(written, (_SUNDAY - written.weekday()) % _DAYS_OF_WEEK), False
    yield END_OF_WEEK, later(written, to_friday), False
    yield END_OF_MONTH, _last_day(written.year, written.month), False
    yield END_OF_QUARTER, _last_day(written.year, quarter), False
    yield END_OF_YEAR, exact_day(written.year, 12, 31), False


def _last_day(year: int, month: int) -> date | None:
    return exact_day(year, month, calendar.monthrange(year, month)[1])


_MORNING: Final = re.compile(r"(?:guten|god|goede|schönen|der|am|den|jeden|la|por la|de la|esta|día|in der|every)\s*$")


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


def east_asian_days(text: str, written: date) -> Iterator[tuple[date, int, int, bool]]:
    """Day, place, and whether "until" or "before" follows it; words run together there, so nothing bounds them."""
    if text.isascii():
        return
    for match in _CJK_DATE.finditer(text):
        if day := with_year(None, int(match[1]), int(match[2]), written):
            yield day, match.start(), match.end(), bool(match["limit"])
    for match in _CJK_WEEKDAY.finditer(text):
        number = "月火水木金土日".find(match[2]) if match[2] else min(6, "一二三四五六日天".find(match[3]))
        ahead = (number - written.weekday()) % _DAYS_OF_WEEK or _DAYS_OF_WEEK
        if match[1]:
            ahead = _DAYS_OF_WEEK - written.weekday() + number
        if day := later(written, ahead):
            yield day, match.start(), match.end(), bool(match["limit"])
    for match in _CJK_WORDS.finditer(text):
        if day := _east_asian_word(match[1], written):
            yield day, match.start(), match.end(), bool(match["limit"])


def _east_asian_word(word: str, written: date) -> date | None:
    if "月" in word:
        return _last_day(written.year, written.month)
    if word in {"来週", "下周"}:
        return later(written, _DAYS_OF_WEEK - written.weekday() + _FRIDAY)
    if word[-1] in "週周末這":
        return later(written, (_FRIDAY - written.weekday()) % _DAYS_OF_WEEK)
    return later(written, {"明日": 1, "明天": 1, "明後日": 2, "后天": 2}.get(word, 0))

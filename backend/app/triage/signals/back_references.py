"""Days that are named by another one: "by then", "the day before", "the Friday before"."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.triage.signals.calendar_days import any_of, later
from app.triage.signals.calendar_words import NUMBER_WORDS, WEEKDAYS
from app.triage.signals.dates import DateFound

_FAR: Final = 400
"""Characters between a date and the words that come back to it."""
_DAYS_OF_WEEK: Final = 7
_THEN: Final = (
    r"by then|until then|till then|by that (?:date|day|time|morning|evening|afternoon)|innan dess|till dess|tills dess|"
    r"senast då|innen da|innen det|bis dahin|bis dann|d'ici là|para entonces|até lá|per allora|entro allora|"
    r"tegen die tijd|tot dan|do tego czasu|do tej pory|к тому времени|ως τότε|o zamana kadar"
)
_EARLIER: Final = (
    r"before then|before that(?= date| day|[,;.!?\n])|ahead of that|före dess|før det|før da|før den tid|"
    r"vor diesem tag|"
    r"avant cette date|"
    r"avant cela|antes de esa fecha|antes de eso|antes de entonces|antes disso|antes dessa data|prima di allora|"
    r"prima di quella data|vóór? die (?:datum|dag|tijd)|voor die (?:datum|dag|tijd)|przed tą datą|before he comes|"
    r"before she comes|before they come"
)
_EVE: Final = (
    r"(?:the )?day before|(?:am )?tag (?:davor|vorher|zuvor)|dagen (?:innan|före|før)|la veille|"
    r"(?:el )?día (?:antes|anterior)|"
    r"la víspera|no dia anterior|na véspera|il giorno prima|de dag (?:ervoor|ervóór)|dzień wcześniej|dzień przed"
)
_REFERENCE: Final = re.compile(
    rf"(?<!or )\b(?:(?P<then>{_THEN})|(?P<earlier>{_EARLIER})|(?P<eve>{_EVE})|"
    rf"(?P<count>\d{{1,2}}|{any_of(NUMBER_WORDS)}) (?:days|tage|jours|días|dias|giorni|dagen|dagar|dager|dni) "
    r"(?:before|earlier|vorher|davor|zuvor|avant|antes|prima|ervoor|eerder|innan|före|før|wcześniej)|"
    rf"(?:the |den |el |le )?(?P<weekday>{any_of(WEEKDAYS)}) (?:before|davor|zuvor|innan|före|før|d'avant|antes|"
    rf"prima))\b"
    r"(?!\s(?:yesterday|the|our|your|my|his|her|de|del|den|der|le|la|el|il|that|\d))"
)
_HOUR: Final = re.compile(
    r"^[\s,]{0,2}(?:at|um|kl\.?|à|om|o|alle|a las)?\s?(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?(?:am|pm|uhr|h)\b|morning|noon|"
    r"afternoon|evening|night|abend|kveld|kväll|soir|tarde|noche|sera|avond)"
)


def referring_days(text: str, dates: Sequence[DateFound]) -> Iterator[DateFound]:
    """Each with the place of the words that refer; the day they refer to stands before them."""
    for match in _REFERENCE.finditer(text):
        antecedent = _antecedent(match.start(), dates)
        day = _meant(match, antecedent, text) if antecedent else None
        if day:
            yield DateFound(day, match.start(), match.end(), is_limit=True)


def _antecedent(start: int, dates: Sequence[DateFound]) -> DateFound | None:
    named = [one for one in dates if one.end <= start and start - one.end <= _FAR]
    return named[-1] if named else None


def _meant(match: re.Match[str], found: DateFound, text: str) -> date | None:
    if match["then"]:
        return found.day
    if match["eve"]:
        return later(found.day, -1)
    if match["earlier"]:
        # "They close Friday evening, so before that": Friday itself will do.
        rough = found.is_limit or found.is_name or _HOUR.match(text, found.end)
        return found.day if rough else later(found.day, -1)
    if match["count"]:
        count = NUMBER_WORDS.get(match["count"]) or (int(match["count"]) if match["count"].isdecimal() else 0)
        return later(found.day, -count)
    back = (found.day.weekday() - WEEKDAYS[match["weekday"]]) % _DAYS_OF_WEEK or _DAYS_OF_WEEK
    return later(found.day, -back)

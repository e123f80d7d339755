"""The words that make a date a deadline, and those beside which it is none."""

import re
from typing import Final

from app.triage.signals.calendar_days import any_of
from app.triage.signals.calendar_words import MONTHS, WEEKDAYS
from app.triage.signals.reading import fold

_CUES: Final = (
    # English
    "by", "before", "until", "till", "no later than", "not later than", "at the latest", "latest", "due", "due on",
    "due date", "due by", "deadline", "deadline is", "deadline of", "expires", "expires on", "on or before",
    "respond by", "rsvp by", "closes", "close on", "within", "in the next", "cut-off", "cutoff", "up to", "ends on",
    # Swedish, Danish, Norwegian
    "senast", "innan", "före", "fram till", "till", "förfaller", "förfallodatum", "förfallodag", "sista dag",
    "sista dagen är", "sista svarsdag", "sista betalningsdag", "inom", "betalas senast", "senest", "inden", "innen",
    "før", "sista ansökningsdag", "sista anmälningsdag", "o.s.a.", "osa",
    # German
    "bis", "bis zum", "bis zu", "bis spätestens", "spätestens", "spätestens bis", "vor", "vor dem", "fällig",
    "fällig am", "fällig bis", "fälligkeit", "fälligkeitsdatum", "frist", "innerhalb", "innerhalb von", "binnen",
    "zahlbar bis", "zahlbar innerhalb von", "zahlbar bis zum", "innert", "einsendeschluss", "anmeldeschluss",
    "stichtag",
    # French
    "avant", "avant le", "avant la", "d'ici", "d'ici le", "d'ici à", "d'ici au", "d'ici la", "au plus tard",
    "au plus tard le", "jusqu'au", "jusqu'à", "échéance", "échéance le", "sous", "dans un délai de", "pour le",
    "date limite",
    # Spanish
    "antes del", "antes de", "hasta el", "a más tardar", "a más tardar el", "vence el", "vencimiento", "plazo",
    "dentro de", "en un plazo de", "para el", "hasta", "fecha límite", "límite", "vence",
    # Portuguese
    "até", "até o dia", "até ao dia", "até dia", "até o", "até ao", "antes do", "antes do dia", "no máximo até",
    "prazo",
    "vencimento", "vence em", "vence dia", "vence no dia", "o mais tardar",
    # Italian
    "entro", "entro il", "entro e non oltre", "entro e non oltre il", "entro la", "prima di", "prima del",
    "prima della",
    "fino al", "scadenza", "scade", "scade il", "al più tardi", "non oltre", "per il",
    # Dutch
    "uiterlijk", "voor", "vóór", "tot", "tot en met", "binnen", "vervaldatum", "vervalt op", "ten laatste",
    # Polish
    "do", "do dnia", "przed", "najpóźniej", "najpóźniej do", "termin", "w ciągu", "nie później niż",
    # Russian
    "до", "к", "не позднее", "не позже", "крайний срок", "срок", "в течение", "перед",
    # Arabic
    "قبل", "حتى", "في موعد أقصاه", "بحلول", "خلال", "الموعد النهائي", "قبل نهاية", "آخر موعد",
)  # fmt: skip
_FILLERS: Final = (
    r"(?:\s*[:,–-])?(?:\s+(?:the|on|of|at|is|this|next|coming|nästa|nächste|noon|midnight|latest|now|nu|på|den|"
    r"dem|der|des|"
    r"det|le|la|les|el|del|do|am|zum|um|date|datum|datumet|är|ist|est|es|é|è|kl|i|early|end|close|ende|slutet|"
    r"av|fin|fim|"
    r"final|fine|einde|van|lunch|mittag|midi|my|your|our|business|vår|din|o|os|dia|dnia|il|mon|tue|wed|thu|fri|sat|sun|"
    r"\d{1,2}(?:[:.h]\d{0,2})?(?:\s?(?:am|pm|uhr|h|o'clock))?|"
    rf"{any_of(WEEKDAYS)}|kommenden|nächsten|diesen|diesem|dieses|kommande|ce|cette|este|esta|deze|aanstaande|"
    r"يوم|تاريخ|конца|концу|utgången|utgången av)[,.]?){0,5}\s*"
    r"(?:\d{1,2}(?:st|nd|rd|th|\.)?\s?(?:-|–|to|and|bis|till|och|und)\s?)?$"
)
CUE: Final = re.compile(rf"(?:^|[\s(])(?P<cue>{any_of(sorted(set(map(fold, _CUES))))}){_FILLERS}")
"""Matched against what stands before a date."""
CUE_AFTER: Final = re.compile(
    r"^[\s,]*(?:at the latest|latest|is the deadline|deadline|eod|cob|is fine too|senast|som senast|spätestens|"
    r"au plus tard|a más tardar|o mais tardar|al più tardi|uiterlijk|の?まで|までに)"
)
CLOCK: Final = re.compile(
    r"(?:^|[\s(])(?:by|before|until|innan|före|senast|bis|vor|spätestens|avant|antes de|até|entro|voor|uiterlijk|до)\s"
    r"(?:kl\.?\s?|klockan\s|um\s|las\s|às\s|le\s|the\s)?"
    r"(?:\d{1,2}[:.h]\d{2}(?:\s?(?:uhr|am|pm))?|\d{1,2}\s?(?:am|pm|uhr|h|o'clock)\b|(?<=kl )\d{1,2}|(?<=kl. )\d{1,2}|"
    r"(?<=klockan )\d{1,2}|noon\b|midnight\b|lunch\b|mittag\b|midi\b)"
    r"(?!\s*[./-]?\s*\d)"
)
CLOSING_TIME: Final = re.compile(
    r"\b(?:closes?|closing|stänger|schliesst|macht zu|ferme|cierra)\s(?:at|kl\.?|klockan|um|à|a las)\s?"
    r"\d{1,2}(?:[:.]\d{2})?"
)
TILL: Final = frozenset(map(fold, (
    "until", "till", "fram till", "bis", "bis zum", "bis zu", "jusqu'au", "jusqu'à", "hasta", "hasta el", "até",
    "até o",
    "até ao", "fino al", "tot", "tot en met", "do", "до", "حتى", "up to",
)))  # fmt: skip
"""Cues that also say how long something lasts."""

_PROMISE: Final = re.compile(
    r"\b(?:(?:i|we|he|she|they|it)(?:'ll| will| shall| should| hope to| plan to| expect to| am going to| are going to|"
    r"'m going to|'re going to| aim to| usually| normally| reply| respond| answer)\b(?! (?:need|have to|hold|"
    r"keep|wait))|"
    r"you(?:'ll| will| should) (?:receive|get|hear|have|see)|(?:will|should) (?:be|arrive|reach|come|follow)|"
    r"you (?:can|may) (?:return|cancel|change|unsubscribe|send it back)|return(?:s|ed)?|"
    r"(?:jag|vi|du|ni) (?:ska|skall|kommer|skickar|återkommer|hör av|hinner|levererar|svarar|får)|levereras|"
    r"(?:ich|wir|sie|du) (?:werden?|melden?|schicken?|liefern|komme|kommen|erhalten|bekommst|bekommen)|"
    r"(?:melde|schicke|komme|liefere) ich|(?:melden|schicken|liefern) wir|geliefert|"
    r"(?:je|nous) (?:vous |te |t')?(?:enverr|reviendr|livrer|répondr|ser)\w*|vous recevrez|"
    r"(?:le |te |os )?(?:enviaré|enviaremos|volveré|responderé|responderemos|recibirá)|"
    r"(?:enviarei|enviaremos|responderei|receberá)|(?:invierò|invieremo|riceverà)|"
    r"(?:ik|wij|we|u) (?:zal|zullen|stuur|sturen|ontvangt))\b"
)
_NEED: Final = re.compile(
    r"\b(?:need|needs|must|have to|has to|please|could you|can you|would you|let me know|let us know|bitte|brauch\w*|"
    r"benötig\w*|behöv\w*|måste|kan du|kan ni|merci de|besoin|veuillez|por favor|necesit\w*)\b"
)
_LASTING: Final = re.compile(
    r"\b(?:valid|gültig|giltig\w*|gäller|valable|válid\w*|geldig|ważn\w*|действ\w*|kostenfrei|cancel\w*|"
    r"stornier\w*|avboka\w*|"
    r"away|out of (?:the )?office|out|holiday|vacation|leave|travell?ing|here|home|town|busy|unavailable|runs?|running|"
    r"lasts?|stay\w*|exhibition|show|shop|museum|bortrest|ledig|ledigt|borta|pågår|stannar|semester|kvar|hemma|"
    r"utställning\w*|urlaub|abwesend|unterwegs|läuft|bleib\w*|krank|ausstellung|dauert|congés?|absente?|"
    r"exposition|dure|"
    r"vacaciones|fuera|exposición|dura|férias|ausente|ferie|mostra|vakantie|afwezig|urlopie|отпуске|"
    r"إجازة)\b[^.\n]{0,40}$"
)
_LASTS_AFTER: Final = re.compile(
    r"^\s(?:im|in|på|en|on|noch|weg|nicht|nicht im|de|di)?\s?(?:urlaub|büro|haus|unterwegs|krank|da|borta|"
    r"semester|congé|"
    r"vacaciones|férias|ferie|vakantie|holiday|leave|away|out)\b"
)
_SPAN_OPENS: Final = re.compile(
    r"\b(?:from|between|since|von|vom|seit|från|mellan|du|depuis|del|desde|dal|dalla|van|sinds|od|с|من)\s(?:\w+\s)?"
    rf"(?:\d|{any_of({**WEEKDAYS, **MONTHS})})[^.\n]{{0,24}}$"
)
_GONE: Final = re.compile(
    r"\b(?:was|were|had been|should have been|war|waren|hätte|wurde|var|skulle ha|était|devait|fue|era|deveria|"
    r"было|был)\s"
    r"(?:\w+\s){0,2}$"
)
_PARTING: Final = re.compile(r"^\s*(?:see you\s|vi ses\s|tot ziens\s|wir sehen uns\s|on se voit\s)?$")
_PARTING_END: Final = re.compile(r"^\s*(?:then|dann|då|alors|entonces|dan)?\s*(?:[!.]|\n)")


def concerns_nobody(clause: str, cue: str, after: str) -> bool:
    """The sender's own promise, the length of something, what was due once, or "bis Freitag!" as a farewell.

    `clause` is what stands before the cue in the same sentence, `after` what follows the date.
    """
    if _GONE.search(clause):
        return True
    if cue in TILL and (_LASTING.search(clause) or _SPAN_OPENS.search(clause) or _LASTS_AFTER.match(after)):
        return True
    if cue in TILL and _PARTING.match(clause) and _PARTING_END.match(after):
        return True
    return bool(_PROMISE.search(clause)) and not _NEED.search(clause)

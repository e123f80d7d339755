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
    "up to and including",
    "not after", "expire on", "will expire on", "before the",
    # Swedish, Danish, Norwegian
    "senast", "innan", "före", "fram till", "till", "förfaller", "förfallodatum", "förfallodag", "sista dag",
    "sista dagen är", "sista svarsdag", "sista betalningsdag", "inom", "betalas senast", "senest", "inden", "innen",
    "før", "siste frist", "frist", "betalingsfrist", "forfall", "forfallsdato", "innen utgangen av",
    "sista ansökningsdag", "sista anmälningsdag", "o.s.a.", "osa",
    # German
    "bis", "bis zum", "bis zu", "bis spätestens", "spätestens", "spätestens bis", "vor", "vor dem", "fällig",
    "fällig am", "fällig bis", "fälligkeit", "fälligkeitsdatum", "frist", "innerhalb", "innerhalb von", "binnen",
    "zahlbar bis", "zahlbar innerhalb von", "zahlbar bis zum", "innert", "einsendeschluss", "anmeldeschluss",
    "stichtag", "zahlungsfrist", "abgabefrist", "meldefrist", "im lauf der", "im laufe der", "bis einschliesslich",
    # French
    "avant", "avant le", "avant la", "d'ici", "d'ici le", "d'ici à", "d'ici au", "d'ici la", "au plus tard",
    "au plus tard le", "jusqu'au", "jusqu'à", "échéance", "échéance le", "sous", "dans un délai de", "pour le",
    "date limite", "date limite de paiement", "au plus tard pour", "le dernier jour est le",
    # Spanish
    "antes del", "antes de", "hasta el", "a más tardar", "a más tardar el", "vence el", "vencimiento", "plazo",
    "dentro de", "en un plazo de", "para el", "hasta", "fecha límite", "límite", "vence", "a lo largo de",
    "antes de que",
    "el último día es el", "antes de que acabe", "antes de acabar", "antes de terminar",
    # Portuguese
    "até", "até o dia", "até ao dia", "até dia", "até o", "até ao", "antes do", "antes do dia", "no máximo até",
    "prazo", "data limite", "data limite de pagamento", "o mais tardar até", "até às",
    "vencimento", "vence em", "vence dia", "vence no dia", "o mais tardar",
    # Italian
    "entro", "entro il", "entro e non oltre", "entro e non oltre il", "entro la", "prima di", "prima del",
    "prima della",
    "fino al", "scadenza", "scade", "scade il", "al più tardi", "non oltre", "per il", "per", "entro le",
    "il termine è il",
    # Dutch
    "uiterlijk", "voor", "vóór", "tot", "tot en met", "binnen", "vervaldatum", "vervalt op", "ten laatste",
    "vóór het", "voor het", "voor eind", "betaaltermijn",
    # Polish
    "do", "do dnia", "przed", "najpóźniej", "najpóźniej do", "termin", "w ciągu", "nie później niż",
    "termin płatności", "najpóźniej w", "do godziny",
    # Greek, Turkish
    "ως", "έως", "μέχρι", "πριν", "πριν από", "son ödeme", "son ödeme tarihi", "en geç", "son tarih",
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
    r"einschliesslich|spätestens|eind|llegue|chegue|und mit|och med|og med|inclusive|including|morning|evening|"
    r"eod|cob|close of business|"
    r"op|w|we|alle|ore|de|las|às|à|til|for betaling|for payment|για|την|τη|τις|στις|το|τον|"
    r"يوم|تاريخ|конца|концу|utgången|utgången av)[,.]?){0,5}\s*"
    r"(?:\d{1,2}(?:st|nd|rd|th|\.)?\s?(?:-|–|to|and|bis|till|och|und)\s?)?$"
)
CUE: Final = re.compile(rf"(?:^|[\s(])(?P<cue>{any_of(sorted(set(map(fold, _CUES))))}){_FILLERS}")
"""Matched against what stands before a date."""
BEFORE: Final = (
    "before", "innan", "före", "før", "vor", "avant", "antes d", "prima d", "voor", "vóór", "przed", "перед", "قبل",
    "πριν",
)  # fmt: skip
"""How those cues begin that leave out the day they name."""
HOUR_AFTER: Final = re.compile(
    r"^'s\b|^[\s,]{0,2}(?:at|um|kl\.?|à|om|o|alle|a las|às|ore)?\s?(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?(?:am|pm|uhr|h|uur)\b|"
    r"meeting|morning|noon|midnight|lunch|afternoon|evening|night|eod|cob|früh|vormittag|mittag|nachmittag|abend|"
    r"kväll|kveld|"
    r"middag|matin|midi|soir|mañana|mediodía|tarde|noche|manhã|noite|mattina|mezzogiorno|sera|ochtend|avond|rano)"
)
PART_OF_DAY: Final = re.compile(
    r"(?:(?<!sonn)abend|avond|kväll|kveld|mittag|middag|morgen|nacht|natt|ochtend)$|"
    r"\b(?:end|close|ende|eind|einde|fin|final|slutet|fim|fine|końca|noon|lunch|mittag|midi|\d{1,2}\s?(?:am|pm|uhr|h)|"
    r"\d{1,2}[:h]\d\d)\b.{1,30}$"
)
"""The time before which is meant is a part of the day, or the day's own end."""
PRESSES: Final = re.compile(
    r"\?|؟|？|\b(?:need|needs|must|please|pls|want|wants|waiting|asap|urgent\w*|otherwise|or else|"
    r"bitte|brauch\w*|muss|müssen|sofort|dringend|sonst|behöver|måste|vill ha|snälla|annars|trenger|haster|"
    r"il faut|faut|besoin|svp|stp|sinon|necesit\w*|por favor|porfa|urgente|si no|precis\w*|senão|"
    r"per favore|serve|devi|deve|altrimenti|nodig|graag|anders|moet|proszę|muszę|pilne|inaczej|"
    r"send|tell|let me know|confirm|reply|answer|call|ring)\b"
)
CUE_AFTER: Final = re.compile(
    r"^[\s,]*(?:at the latest|'?\w{0,3}\s(?:gününe\s)?kadar|(?:zum |)fällig|is fine\b|is the last|är sista|"
    r"ist (?:stichtag|"
    r"schluss|abgabe)|latest|is the deadline|deadline|eod|cob|is fine too|senast|som senast|spätestens|"
    r"au plus tard|a más tardar|o mais tardar|al più tardi|uiterlijk|の?まで|までに)"
)
CLOCK: Final = re.compile(
    r"(?<![\d])(?<!uhr)(?:^|[\s(])(?:by|before|until|innan|före|senast|bis|vor|spätestens|avant|antes de|até|"
    r"entro|voor|"
    r"uiterlijk|до)\s"
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
    r"pencil|save|reserve|"
    r"keep|wait))|"
    r"you(?:'ll| will| should) (?:receive|get|hear|have|see)|(?:will|should) (?:be|arrive|reach|come|follow)|"
    r"you (?:can|may) (?:return|cancel|change|unsubscribe|send it back)|return(?:s|ed)?|retourneren|annulation|"
    r"annuleren|report errors|einwendungen|"
    r"sonderkündigungsrecht|(?:confirmée|reservad[oa]|confermata|bestätigt|bevestigd|confirmed|booked) (?:for|"
    r"pour|para|per|für|voor)|"
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
    r"benötig\w*|bräucht\w*|behöv\w*|måste|kan du|kan ni|merci de|besoin|veuillez|por favor|necesit\w*)\b"
)
_LASTING: Final = re.compile(
    r"\b(?:kept|stored|available|aufbewahrt|gespeichert|valid|gültig|giltig\w*|gäller|valable|válid\w*|geldig|"
    r"ważn\w*|действ\w*|kostenfrei|cancel\w*|"
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
    r"\b(?:was|were|had been|should have been|war|waren|hätte(?=\s(?:schon|längst|bereits|gestern)\b)|wurde|var|"
    r"skulle ha|était|devait|fue|era|"
    r"deveria|"
    r"было|был)\s"
    r"(?:\w+\s){0,2}$"
)
_PARTING: Final = re.compile(r"^\s*(?:see you\s|vi ses\s|tot ziens\s|wir sehen uns\s|on se voit\s)?$")
_PARTING_END: Final = re.compile(r"^\s*(?:then|dann|då|alors|entonces|dan)?\s*(?:[!.]|\n)")


_GONE_FOR: Final = re.compile(r"\b(?:away|out|urlaub|bortrest|absent|vacaciones|férias|ferie|vakantie|urlopie)\b")


def _is_needed(clause: str) -> bool:
    """Somebody needs something, and says so after he has said how long he is away."""
    needs = [match.start() for match in _NEED.finditer(clause)]
    gone = [match.start() for match in _GONE_FOR.finditer(clause)]
    return bool(needs) and (not gone or gone[-1] < needs[-1])


def concerns_nobody(clause: str, cue: str, after: str) -> bool:
    """The sender's own promise, the length of something, what was due once, or "bis Freitag!" as a farewell.

    `clause` is what stands before the cue in the same sentence, `after` what follows the date.
    """
    if _GONE.search(clause):
        return True
    if _is_needed(clause):
        return False
    if cue in TILL and (_LASTING.search(clause) or _SPAN_OPENS.search(clause) or _LASTS_AFTER.match(after)):
        return True
    if cue in TILL and _PARTING.match(clause) and _PARTING_END.match(after):
        return True
    return bool(_PROMISE.search(clause)) and not _NEED.search(clause)

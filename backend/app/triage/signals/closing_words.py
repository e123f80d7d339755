"""Words that set a limit without a preposition: something closes on a day, somebody wants it on a day."""

import re
from typing import Final

from app.triage.signals.calendar_words import POLISH
from app.triage.signals.reading import fold, words

_UNTIL_DATE: Final = r"\b[^.!?\n]{0,45}?$"
_ENDS: Final = (
    # English
    r"clos(?:es?|ing)|shuts?|locks?|freez\w+|ends?|expir\w+|lapses?|runs? out|cut-off|deadline|made up|deleted|removed|"
    r"purged?|goes to (?:print|press|the printers?)|"
    # German
    r"schlie(?:ss|ß)\w*|endet|enden|läuft|laufen|verfällt|gelöscht|abgeschaltet|stichtag|\w*frist|machen|"
    r"redaktionsschluss|"
    # Swedish, Norwegian, Danish
    r"stänger|stängs|löper ut|upphör|raderas|utløper|stenger|stenges|slettes|lukker|udløber|\w*frist|"
    # French, Spanish, Portuguese, Italian
    r"ferme|clôtur\w+|clos|expire|se termine|prend fin|figée?|date limite|dernier jour|se cierra|cierra|termina|vence|"
    r"caduca|último día|plazo|fecha límite|encerra|fecham?|expira|prazo|data limite|último dia|chiude|chiudono|scade|"
    r"scadono|scadenza|ultimo giorno|"
    # Dutch, Polish
    r"sluit|sluiten|verloopt|eindigt|vervalt|deadline|zamykamy|zamyka|kończy się|wygasa|upływa|mija"
)
ENDS: Final = re.compile(rf"\b(?:{_ENDS}){_UNTIL_DATE}")
"""Matched against what stands before a date in its sentence."""
ENDS_AFTER: Final = re.compile(
    r"^[\s,]{0,2}(?:läuft .{0,40}\bab\b|abläuft|fällig|endet|zu\b|scade|vence|termina|löper|stängs|utløper|"
    r"expires?\b|"
    r"(?:die|de|la) list|at the latest|au plus tard)"
)
_WANT: Final = (
    r"wants?|i'd like|would like|wil|need(?:s|ed)?|tell (?:me|us|him|her|them)|let (?:me|us) know|send|"
    r"write (?:to )?me|answer|reply|had the|"
    r"have (?:it|them|the \w+|your \w+)|lock|get (?:it|them) (?:to|back)|know|please|"
    r"brauch\w*|bräucht\w*|benötig\w*|schick\w*|liefer\w*|sag mir|sagen sie|bescheid|hätte\w*|bitte|"
    r"vill ha|behöver|besked|beskjed|skicka|ge mig|svara|send meg|fyll i|hör av dig|"
    r"il me faut|voudrai\w*|veut|besoin|envoi\w*|dis-moi|dites-moi|réponse|"
    r"necesit\w*|envía\w*|mánda\w*|dime|díganos|dígame|respuesta|quier\w*|precis\w*|quer|manda\w*|diz-me|diga-me|"
    r"envi\w+|"
    r"vuole|serve|servono|manda\w*|dimmi|inviar?\w*|risposta|nodig|stuur\w*|weten|laat|antwoord|potrzebuj\w*|"
    r"proszę|przyś\w+"
)
WANTED: Final = re.compile(rf"\b(?:{_WANT})\b[^.!?\n]{{0,60}}?$")
_WANTS: Final = re.compile(rf"[^.!?\n]{{0,25}}\b(?:decir|saber|{_WANT})\b")
_EVENT: Final = re.compile(
    r"\b(?:if|whether|when|where|who|which|why|how|meet\w*|call|visit|com(?:e|es|ing)|dinner|lunch|party|flight|train|"
    r"are you|for|about|from|after|since|ob|wann|wer|wie|wenn|treff\w*|besuch\w*|komm\w*|nach|seit|ab|für|om du|när|"
    r"träff\w*|efter|från|quand|depuis|après|pour|si|cuándo|desde|después|para|reunión|quando|dal|dopo|per|"
    r"wanneer|vanaf|voor|na|czy|kiedy|od|po|was|war|on the list|appointment|termin|conference|workshop)\b"
)
_CLAUSE_ENDS: Final = re.compile(
    r"^(?:\s(?:noon|morning|evening|night|lunchtime|afternoon|früh|abend|mittag|midday|eod|please|latest|at \d\S*|"
    r"if you can|"
    r"kl\.? ?\d\S*|kväll|kveld|tarde|nach|auf dem tisch))?\s?(?:[.,;:!?)…]|\n|$|\s(?:and|so|or|then|und|oder|och|"
    r"og|so|så|"
    r"y|e|et|ou|o|en|bis|sonst|otherwise|or else|because|weil|denn|dann|til)\b|\s[-–(])"
)
_FIXED: Final = re.compile(
    r"\b(?:print(?:s|ed)?|publish(?:es)?|hand(?:s)? (?:it|the \w+)? ?in|files?|books?|orders?|submit(?:s)?|"
    r"goes out|go out|go up|"
    r"votes?|reads?|chooses?|decides?|picks?|sign(?:s)? off|travels? back|goes back|turns? it in|board packet|"
    r"druck\w*|bestell\w*|abgeb\w*|einreich\w*|beschlie\w*|skickas|beställs|trycks|bestilles|laste opp|"
    r"part chez|part|imprim\w*|commande|dépose|va a imprenta|entrega|pide|parte|stampa\w*|consegn\w*|gaat naar|bestelt|"
    r"meegenomen|besteld|drukujemy|zamawiam\w*)"
    rf"{_UNTIL_DATE}"
)
_ITALIAN: Final = words(
    "lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno luglio "
    "agosto "
    "settembre ottobre novembre dicembre domani stasera"
)
_WEAK_CUES: Final = frozenset(map(fold, (
    "para el", "pour le", "per il", "per", "ends on",
)))  # fmt: skip
"""They say "for a day" as often as "by a day"."""


def closes(before: str, after: str) -> bool:
    """Something ends on the day between the two parts of a sentence."""
    return ENDS.search(before) is not None or ENDS_AFTER.match(after) is not None


def wanted_on(before: str, after: str, *, by_the_week: bool) -> bool:
    """Somebody wants something on that very day, and nothing happens on it; no event lasts till "early next week"."""
    found = WANTED.search(before)
    return bool(found and _CLAUSE_ENDS.match(after) and (by_the_week or not _EVENT.search(before, found.start())))


def fixed_for(before: str) -> bool:
    """What the user's answer is for will be done on that day; late is too late."""
    return _FIXED.search(before) is not None


def speaks_the_language(cue: str, date_words: str) -> bool:
    """Short words that are a cue in one language only, told by the words of the date."""
    known = {"do": POLISH, "per": _ITALIAN}.get(cue)
    return known is None or bool(known & set(date_words.replace(",", " ").split()))


def is_weak(cue: str, before: str, after: str) -> bool:
    """Without any word of wanting around it, such a cue says nothing."""
    return cue in _WEAK_CUES and not WANTED.search(before) and not _WANTS.match(after)

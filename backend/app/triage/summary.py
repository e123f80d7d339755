"""One line that says what a mail wants or tells, in the mail's own words, and what it asks, sentence by sentence."""

import re
from collections.abc import Sequence
from typing import Final

from app.triage.plain import MAX_ASK, MAX_SUMMARY, one_line
from app.triage.signals import Signals
from app.triage.signals.injections import instructions_in
from app.triage.snapshot import Snapshot

FOR_ASSISTANTS: Final = "(It speaks to an assistant, not to you)"
"""Ours, where nothing of the mail can be repeated."""
_GREETING_WORDS: Final = 5
_GREETING_END: Final = re.compile(r"[,!:]\s*$")
_HAIL: Final = (
    r"hi|hello|hey|dear|(?:good )?(?:morning|afternoon|evening)|hallo|hoi|moin|servus|grüezi|liebe[rs]?|"
    r"sehr geehrte[rs]?|guten (?:tag|morgen|abend)|hej|hei|kära|kjære|hola|buenos días|buenas tardes|estimad[oa]s?|"
    r"querid[oa]s?|bonjour|bonsoir|salut|ch[eè]re?s?|ciao|buongiorno|gentile|car[oai]|egregio|olá|bom dia|boa tarde|"
    r"car[oa]|dag|beste|geachte|goedemorgen|dzień dobry|cześć|szanown[aey]|здравствуйте|привет|καλημέρα|merhaba"
)
_HAILED: Final = re.compile(rf"(?:{_HAIL})\b[^,!:.?]{{0,50}}[,!:]\s+(?=\S+\s+\S+\s+\S)", re.IGNORECASE)
"""A greeting on the same line as what follows."""
_ONLY_HAILS: Final = re.compile(rf"(?:{_HAIL})\b[^?]{{0,40}}[.,!:]?\s*$", re.IGNORECASE)
_QUOTED: Final = (">", "|")
_BULLET: Final = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_FULL: Final = 4
"""Words that an ask needs to be understood without the sentence before it."""


def summary_of(snapshot: Snapshot, signals: Signals, asked: Sequence[str]) -> str:
    """What is asked, where an answer is wanted; else the first sentence that says something, else the subject."""
    if asked and (relayed := _without_orders(list(signals.relay.asked), signals)):
        return one_line(relayed[0], MAX_SUMMARY)
    subject = _without_orders([snapshot.message.subject], signals)
    said = _without_orders([sentence.text for sentence in signals.reading.sentences], signals)
    telling = [*filter(None, map(_without_greeting, said))]
    if signals.origin.evidence and subject:
        line = subject[0]
    else:
        wanted = asked or (signals.asks.all if signals.asks.requests else ())
        line = _wanted(telling, wanted) or next(iter([*telling, *subject]), "")
    orders_only = not line and signals.instructs_assistant
    return one_line(FOR_ASSISTANTS if orders_only else line, MAX_SUMMARY)


def asks_told(signals: Signals, asked: Sequence[str]) -> tuple[str, ...]:
    """Each a sentence of the mail; never one that is put to an assistant."""
    return tuple(_without_orders(list(asked), signals))


def _without_orders(texts: list[str], signals: Signals) -> list[str]:
    """Without quoted lines, too. An order to an assistant may run over two sentences: both go."""
    texts = [text for text in texts if not text.startswith(_QUOTED)]
    if not signals.instructs_assistant:
        return [text for text in texts if text]
    bad = [bool(instructions_in(text)) for text in texts]
    pairs = [bool(instructions_in(" ".join(texts[place : place + 2]))) for place in range(len(texts))]
    return [
        text
        for place, text in enumerate(texts)
        if text and not bad[place] and not pairs[place] and not (place and pairs[place - 1])
    ]


def _without_greeting(sentence: str) -> str:
    """Empty where it only greets."""
    sentence = _BULLET.sub("", sentence)
    if len(sentence.split()) <= _GREETING_WORDS and (_GREETING_END.search(sentence) or _ONLY_HAILS.match(sentence)):
        return ""
    return _HAILED.sub("", sentence, count=1) if _HAILED.match(sentence) else sentence


def _wanted(telling: list[str], asked: Sequence[str]) -> str:
    """The first ask that can be understood alone; a short one together with the sentence before it."""
    asks = {one_line(ask, MAX_ASK) for ask in asked}
    places = [
        place
        for place, text in enumerate(telling)
        if one_line(text, MAX_ASK) in asks or any(ask.endswith(one_line(text, MAX_ASK)) for ask in asks)
    ]
    for place in places:
        if len(telling[place].split()) >= _FULL:
            return telling[place]
    if not places:
        return ""
    first = places[0]
    return " ".join(telling[max(0, first - 1) : first + 1])

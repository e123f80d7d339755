"""Separates what a message says itself from the history and the signature that hang on it.

A forwarded message stays in the text: it is what the sender asks about. Whoever forwards says "see below", and a
verdict on that alone would be a verdict on nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

QUOTE_MARK: Final = "> "
_LONGEST_LINE = 1_000
_LONGEST_ATTRIBUTION = 400
_ATTRIBUTION_LINES = 3
_HEADER_LINES = 8
_SIGNATURE_LINES = 15

# Openings and verbs in English, Swedish, Norwegian, Danish, German, French, Spanish and some neighbours.
_OPENING = re.compile(
    r"(?:on|den|am|le|el|il|em|op|i|vid|\d{1,4}[-./ ])\b|\d|(?:mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE
)
_WROTE = re.compile(
    r"\b(?:wrote|skrev|skreiv|schrieb|a écrit|écrit|escribió|ha scritto|escreveu|schreef|geschreven|kirjoitti)\b",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b")
_ORIGINAL = re.compile(
    r"[-_*\s]{2,20}(?:original message|original appointment|ursprungligt meddelande|originalmeddelande"
    r"|ursprüngliche nachricht|original-?nachricht|message d['’]origine|message original|mensaje original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|oprindelig meddelelse|opprinnelig melding)"
    r"[-_*\s]{2,20}\Z",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"[-_*\s]{0,20}(?:begin )?(?:forwarded message|forwarded mail|vidarebefordrat (?:brev|meddelande)"
    r"|(?:anfang der )?weitergeleiteten? (?:nachricht|mail)|(?:début du )?message (?:transféré|réexpédié|transmis)"
    r"|(?:inicio del )?mensaje reenviado|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht"
    r"|början på vidarebefordrat (?:brev|meddelande))(?: from [^\n]{1,100})?[-_*:\s]{1,20}",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|vb|vs|wg|tr|rv|vl|enc|i|doorst)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\*?(?:from|från|von|de|da|van|fra|lähettäjä)\*?\s?:\*?\s*\S", re.IGNORECASE)
_HEADER_OTHER = re.compile(
    r"\*?(?:sent|date|to|cc|subject|skickat|datum|till|kopia|ämne|gesendet|an|betreff|envoyé|à|objet|enviado(?: el)?"
    r"|fecha|para|asunto|inviato|data|oggetto|verzonden|aan|onderwerp|sendt|dato|til|emne|assunto|a)\*?\s?:\*?(?:\s|\Z)",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_\-=*]{5,200}\Z")
_SIGNATURE = re.compile(r"(?:--|—|__)\s{0,3}\Z")
_FROM_A_PHONE = re.compile(
    r"(?:sent from (?:my|outlook|yahoo|mail)|get outlook for|skickat från (?:min|outlook)|hämta outlook för"
    r"|von meinem .{1,40} gesendet|gesendet (?:von|mit) |envoyé (?:de|depuis) mon|enviado desde mi|outlook für)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Separated:
    text: str
    quoted: str
    """History with the lines that introduce it, and the signature."""


def starts_forward(text: str) -> bool:
    return bool(_FORWARD.match(text[:_LONGEST_LINE].lstrip()))


def is_forward(subject: str) -> bool:
    return bool(_FORWARD_SUBJECT.match(subject))


def separate_quotes(text: str, *, subject: str) -> Separated:
    """Separate history and signature from canonical text. Text is never empty when there was some."""
    lines = text.split("\n")
    history = _history(lines, forward=is_forward(subject))
    signature = _signature(lines, history)
    # A message that is nothing but quote and signature says what it quotes: better too much than nothing.
    for old in (history | signature, history, frozenset[int]()):
        own = _joined(line for number, line in enumerate(lines) if number not in old)
        if own:
            return Separated(text=own, quoted=_joined(line for number, line in enumerate(lines) if number in old))
    return Separated(text="", quoted="")


def _joined(lines: Iterable[str]) -> str:
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def _history(lines: Sequence[str], *, forward: bool) -> frozenset[int]:
    """Numbers of the lines that are quoted history."""
    old: set[int] = set()
    number = 0
    while number < len(lines):
        line = lines[number][:_LONGEST_LINE].strip()
        if starts_forward(line) and not line.startswith(">"):
            break
        if line.startswith(">"):
            old.add(number)
        elif not forward and _begins_history(lines, number, line):
            old.update(range(number, len(lines)))
            break
        elif length := _attribution(lines, number):
            if _next_text(lines, number + length).startswith(">"):
                old.update(range(number, number + length))
            elif not forward and _is_sure(lines[number : number + length]):
                old.update(range(number, len(lines)))
                break
        number += 1
    return frozenset(old)


def _begins_history(lines: Sequence[str], number: int, line: str) -> bool:
    """Whether all from here on is history: a separator, or a block of headers as Outlook writes it."""
    if _ORIGINAL.match(line):
        return True
    start = number
    if _RULE.match(line):
        start = next(
            (later for later in range(number + 1, min(number + 3, len(lines))) if lines[later].strip()), number
        )
    if not _HEADER_FROM.match(lines[start][:_LONGEST_LINE].strip()):
        return False
    block = [later[:_LONGEST_LINE].strip() for later in lines[start + 1 : start + 1 + _HEADER_LINES]]
    return sum(bool(_HEADER_OTHER.match(later)) for later in block) >= 2  # noqa: PLR2004


def _attribution(lines: Sequence[str], number: int) -> int:
    """How many lines (0 if none) introduce a quote here: "On Tuesday … wrote:", perhaps wrapped."""
    joined = ""
    for count, line in enumerate(lines[number : number + _ATTRIBUTION_LINES], start=1):
        joined = f"{joined} {line.strip()}".strip()
        if not line.strip() or len(joined) > _LONGEST_ATTRIBUTION or line.startswith(">"):
            return 0
        if joined.endswith(":"):
            return count if _WROTE.search(joined) else 0
    return 0


def _is_sure(lines: Sequence[str]) -> bool:
    """Whether an introduction names a moment or an address; "as he wrote:" alone introduces anything."""
    joined = " ".join(line.strip() for line in lines)
    return bool(_OPENING.match(joined)) and bool("@" in joined or _MOMENT.search(joined))


def _next_text(lines: Sequence[str], number: int) -> str:
    return next((line.strip() for line in lines[number : number + _ATTRIBUTION_LINES] if line.strip()), "")


def _signature(lines: Sequence[str], history: frozenset[int]) -> frozenset[int]:
    """Numbers of the lines that sign the message: from the last delimiter on, if little enough follows it."""
    own = [number for number in range(len(lines)) if number not in history and lines[number].strip()]
    for place in range(len(own) - 1, max(-1, len(own) - _SIGNATURE_LINES - 2), -1):
        line = lines[own[place]].strip()
        last = place == len(own) - 1
        if (_SIGNATURE.match(line) and not last) or (_FROM_A_PHONE.match(line) and len(own) - place <= 3):  # noqa: PLR2004
            return frozenset(own[place:])
    return frozenset()

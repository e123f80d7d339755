"""Greetings, closings and forms of address that are recognised: a closed list, so that no stranger's words get in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.triage.signals.languages import Language

NAME: Final = "{name}"
_MAX_OPENING_WORDS: Final = 6
_CLOSING_LINES: Final = 5

GREETINGS: Final = (
    "good morning", "good afternoon", "good evening", "hello", "hiya", "hi", "hey", "dear",
    "god morgon", "hejsan", "hallå", "hej", "tjena", "bästa", "kära",
    "guten morgen", "guten abend", "guten tag", "grüß gott", "hallo", "moin", "servus", "liebe", "lieber",
    "sehr geehrte", "sehr geehrter", "bonjour", "bonsoir", "salut", "chère", "cher", "coucou",
    "buenos días", "buenas tardes", "buenas", "hola", "estimada", "estimado", "querida", "querido",
)  # fmt: skip
CLOSINGS: Final = (
    "best regards", "kind regards", "warm regards", "regards", "best wishes", "all the best", "best", "cheers",
    "many thanks", "thanks a lot", "thank you", "thanks", "yours sincerely", "sincerely", "yours", "love",
    "talk soon", "see you", "med vänliga hälsningar", "med vänlig hälsning", "vänliga hälsningar", "vänligen",
    "hälsningar", "mvh", "många hälsningar", "kram", "tack på förhand", "tack", "vi ses",
    "mit freundlichen grüßen", "freundliche grüße", "viele grüße", "liebe grüße", "beste grüße", "schöne grüße",
    "herzliche grüße", "grüße", "gruß", "mfg", "lg", "vg", "bis bald", "danke",
    "bien cordialement", "cordialement", "bien à vous", "bien à toi", "amicalement", "merci d'avance", "merci",
    "à bientôt", "bises", "saludos cordiales", "un cordial saludo", "un saludo", "saludos", "un abrazo",
    "atentamente", "muchas gracias", "gracias",
)  # fmt: skip
_FORMS: Final[Mapping[Language, tuple[re.Pattern[str], re.Pattern[str]]]] = {
    # formal, informal; the capital is what tells "Sie" from "sie"
    Language.GERMAN: (
        re.compile(r"(?<![.!?]\s)(?<!^)\b(?:Sie|Ihnen|Ihre[nmrs]?|Ihr)\b", re.MULTILINE),
        re.compile(r"\b(?:[Dd]u|[Dd]ir|[Dd]ich|[Dd]eine?[nmrs]?|[Ee]uch|[Ee]ure?)\b"),
    ),
    Language.FRENCH: (
        re.compile(r"\b(?:vous|votre|vos)\b", re.IGNORECASE),
        re.compile(r"\b(?:tu|toi|ton|ta|tes)\b", re.IGNORECASE),
    ),
    Language.SPANISH: (
        re.compile(r"\b(?:usted|ustedes)\b", re.IGNORECASE),
        re.compile(r"\b(?:tú|te|ti|contigo)\b", re.IGNORECASE),
    ),
}
FORM_WORDS: Final[Mapping[tuple[Language, str], str]] = {
    (Language.GERMAN, "formal"): "Sie",
    (Language.GERMAN, "informal"): "du",
    (Language.FRENCH, "formal"): "vous",
    (Language.FRENCH, "informal"): "tu",
    (Language.SPANISH, "formal"): "usted",
    (Language.SPANISH, "informal"): "tú",
}
_LONGEST_FIRST: Final = "|".join(re.escape(one) for one in sorted(GREETINGS, key=len, reverse=True))
_GREETING: Final = re.compile(
    rf"^(?P<words>{_LONGEST_FIRST})(?P<name>(?:\s+[^\W\d_][\w'’.-]*){{0,4}})\s*(?P<end>[,!:.]?)$", re.IGNORECASE
)
_CLOSING: Final = frozenset(one.casefold() for one in CLOSINGS)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a mail begins and ends; each part empty when it has none that is known."""

    greeting: str
    """With {name} for whoever is greeted."""
    closing: str
    signature: str
    """The part of the user's own name that stands under it."""
    words: int
    """Of the text between greeting and closing."""


def shape_of(text: str, own_name: str) -> Shape:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    greeting = _greeting(lines[0]) if lines else ""
    place = _closing_place(lines)
    closing = lines[place].rstrip(",.!") if place is not None else ""
    signature = _signature(lines[place + 1] if place is not None and place + 1 < len(lines) else "", own_name)
    body = lines[1 if greeting else 0 : place]
    return Shape(greeting, closing, signature, sum(len(line.split()) for line in body))


def form_of_address(text: str, language: Language) -> str:
    """Say "formal" or "informal" where the language tells them apart, else nothing."""
    forms = _FORMS.get(language)
    if forms is None:
        return ""
    formal, informal = (len(pattern.findall(text)) for pattern in forms)
    if formal == informal:
        return ""
    return "formal" if formal > informal else "informal"


def _greeting(line: str) -> str:
    if len(line.split()) > _MAX_OPENING_WORDS or (match := _GREETING.match(line)) is None:
        return ""
    name = f" {NAME}" if match["name"] else ""
    return f"{match['words']}{name}{match['end']}"


def _closing_place(lines: list[str]) -> int | None:
    """The last line near the end that is a closing and nothing else."""
    first = max(1, len(lines) - _CLOSING_LINES)
    places = (place for place in range(len(lines) - 1, first - 1, -1) if _is_closing(lines[place]))
    return next(places, None)


def _is_closing(line: str) -> bool:
    return line.rstrip(",.! ").casefold() in _CLOSING


def _signature(line: str, own_name: str) -> str:
    own = {word.casefold().strip(",") for word in own_name.split()}
    words = line.rstrip(",.").split()
    return " ".join(words) if words and len(words) <= len(own) and {one.casefold() for one in words} <= own else ""

"""What a prepared text says that the user's own earlier mail did not: links, addresses, numbers, secrets.

Errs towards finding: what is found only makes the text wait for a person.
"""

import re
from collections.abc import Callable
from typing import Final

from app.policy.facts import DraftFacts
from app.policy.words import canonical, risky_words

LINK: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://\S+|\b(?:mailto|tel|data|javascript):\S+|\bwww\.\S+")
DOTTED: Final = re.compile(r"[\w.-]+")
ADDRESS: Final = re.compile(r"[^\s<>(),;:]+")
SPELLED_DOT: Final = re.compile(r" ?[\[({<] ?(?:dot|\.|punkt) ?[\])}>] ?|(?<=\w) (?:dot|punkt) (?=\w)")
SPELLED_AT: Final = re.compile(r" ?[\[({<] ?(?:at|@) ?[\])}>] ?")
SPACED_DOT: Final = re.compile(r"(?<=\w) \. ?(?=\w)")
OTHER_DOTS: Final = str.maketrans({"。": ".", "․": ".", "·": ".", "•": "."})

IPV4: Final = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\w|\.\w)")

DATE: Final = re.compile(
    r"\b(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])\b"
    r"|\b(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d\b"
    r"|\b(?:[01]?\d|2[0-3]):[0-5]\d\b"
)
PHONE: Final = re.compile(r"\+?\d(?:[\s().,/-]{0,3}\d){6,}")
DIGIT_WORDS: Final = re.compile(r"(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b[\s,.-]*){4,}")
IBAN: Final = re.compile(r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){10,30}\b")
YEAR: Final = r"(?:19|20)\d\d(?!\w)"
LONE_NUMBER: Final = re.compile(rf"(?<![\w.,])(?!{YEAR})\d{{4,}}(?!\w)")
TOKEN: Final = re.compile(r"[\w+/=~!#$%&*^-]{8,}")

SECRET_DIGITS: Final = 2
LONG_TOKEN: Final = 20
OVERLAP_WORDS: Final = 12
"""A run of this many equal words is no accident; greetings and phrases are shorter."""


def draft_facts(body: str, known_text: str, *, elsewhere: str = "") -> DraftFacts:
    """Compare a draft with the user's own earlier words (`known_text`) and with other threads (`elsewhere`)."""
    said, known = _plain(body), _plain(known_text)
    return DraftFacts(
        empty=not said.strip(),
        new_links=_new(_links, said, known),
        new_addresses=_new(_addresses, said, known),
        new_phones=_new(_phones, said, known),
        new_ibans=_new(_ibans, said, known),
        new_secrets=bool(_secrets(canonical(body)) - _secrets(canonical(known_text))),
        overlaps_elsewhere=_overlap(said, _plain(elsewhere)),
        words=risky_words(body),
    )


def _plain(text: str) -> str:
    """Fold case, and undo the usual ways of writing an address past a filter."""
    folded = " ".join(canonical(text).casefold().translate(OTHER_DOTS).replace("hxxp", "http").split())
    return SPELLED_AT.sub("@", SPACED_DOT.sub(".", SPELLED_DOT.sub(".", folded)))


def _new(find: Callable[[str], set[str]], said: str, known: str) -> tuple[str, ...]:
    # Whole findings are compared, never substrings: "example.org" is not known because "my-example.org" is.
    return tuple(sorted(find(said) - find(known)))


def _links(text: str) -> set[str]:
    whole = {found.rstrip(".,;:!?)]}>\"'") for found in LINK.findall(text)}
    return (
        whole | set(IPV4.findall(text)) | {token.strip(".-") for token in DOTTED.findall(text) if _names_a_host(token)}
    )


def _names_a_host(token: str) -> bool:
    # Any word.word counts, known ending or not: new endings appear every year, and "v1.2" and "e.g." do not match.
    return any(label[0].isalpha() and len(label) > 1 for label in token.strip(".-").split(".")[1:] if label)


def _addresses(text: str) -> set[str]:
    return {token.strip(".!?'\"") for token in ADDRESS.findall(text) if "@" in token}


def _phones(text: str) -> set[str]:
    without_dates = DATE.sub(" ; ", text)
    numbers = {re.sub(r"\D", "", found) for found in PHONE.findall(without_dates)}
    return numbers | {" ".join(found.split()) for found in DIGIT_WORDS.findall(without_dates)}


def _ibans(text: str) -> set[str]:
    return {re.sub(r"[ -]", "", found) for found in IBAN.findall(text) if _dense(found)}


def _dense(found: str) -> bool:
    # "at 10 or later than that" has the outline of an IBAN; real ones are mostly digits.
    digits = sum(letter.isdigit() for letter in found)
    return digits >= len(re.sub(r"[ -]", "", found)) // 2


def _secrets(text: str) -> set[str]:
    lone = set(LONE_NUMBER.findall(DATE.sub(" ; ", text)))
    return lone | {token for token in TOKEN.findall(DATE.sub(" ", text)) if _looks_random(token)}


def _looks_random(token: str) -> bool:
    digits = sum(letter.isdigit() for letter in token)
    letters = sum(letter.isalpha() for letter in token)
    if digits >= SECRET_DIGITS and letters:
        return True
    inner_capitals = any(letter.isupper() for letter in token[1:]) and any(letter.islower() for letter in token)
    return len(token) >= LONG_TOKEN and inner_capitals and "-" not in token


def _overlap(said: str, other: str) -> bool:
    return bool(_runs(said) & _runs(other))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return {tuple(words[start : start + OVERLAP_WORDS]) for start in range(len(words) - OVERLAP_WORDS + 1)}

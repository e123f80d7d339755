"""Amounts of money and bank account numbers in a message."""

import re
from dataclasses import dataclass
from typing import Final

from app.triage.signals.reading import Reading

MAX_FOUND: Final = 20
_CURRENCY: Final = r"(?:€|£|\$|¥|eur|euros?|usd|dollars?|gbp|pounds?|sek|kronor|kr|nok|dkk|chf|franken|pln|zł|jpy|:-)"
_NUMBER: Final = r"\d{1,3}(?:[ .,'\u202f]\d{3}){0,4}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_BEFORE: Final = r"(?:[€£$¥]|(?:eur|usd|gbp|chf|sek|nok|dkk|pln|jpy|cad|aud|inr|rs\.)\s)"
_AMOUNT: Final = re.compile(rf"(?<![\w.,])(?:{_BEFORE}\s?(?:{_NUMBER})|(?:{_NUMBER})\s?{_CURRENCY})(?![\w])")
_IBAN: Final = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){2,7}(?:[ ]?[A-Za-z0-9]{1,3})?\b")
_IBAN_LENGTHS: Final = range(15, 35)


@dataclass(frozen=True, slots=True)
class Money:
    amounts: tuple[str, ...]
    ibans: tuple[str, ...]
    """Without spaces, upper case, with a check sum that holds."""


def money_in(reading: Reading) -> Money:
    text = reading.text
    return Money(
        amounts=tuple(match.group() for match in _AMOUNT.finditer(reading.folded))[:MAX_FOUND],
        ibans=tuple(dict.fromkeys(_ibans(text)))[:MAX_FOUND],
    )


def _ibans(text: str) -> list[str]:
    found: list[str] = []
    for match in _IBAN.finditer(text):
        # The pattern may run on into the next word; the longest beginning whose check sum holds is the number.
        groups = match.group().upper().split(" ")
        candidates = ("".join(groups[:end]) for end in range(len(groups), 0, -1))
        found += [candidate for candidate in candidates if _is_iban(candidate)][:1]
    return found


def _is_iban(text: str) -> bool:
    if len(text) not in _IBAN_LENGTHS or not text.isascii():
        return False
    digits = "".join(str(int(char, 36)) for char in text[4:] + text[:4])
    return int(digits) % 97 == 1

"""Finds what signs a message: a signature, a telephone's line about itself, the footer of a mailing list."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from app.mail.quote_words import CLOSING, CONTACT, FROM_A_PHONE, LIST_FOOTER

_MOST_SIGNATURES: Final = 3
_MOST_LINES: Final = 15
_MOST_OF_A_BLOCK: Final = 8
_LONGEST_OF_A_BLOCK: Final = 80
_LONGEST_LINE: Final = 1_000
_SENTENCE: Final = 7
"""Words that make a line with a full stop a sentence."""
_BEHIND_A_PHONE: Final = 2
_ARMOUR: Final = "-----BEGIN PGP SIGNATURE-----"
_DELIMITER = re.compile(r"(?:--|—|__)\s{0,3}\Z")
_FOOTER_RULE = re.compile(r"[_\-=]{10,200}\Z")
_POSTSCRIPT = re.compile(r"p\.?\s?s\.?\b", re.IGNORECASE)


def signature_lines(lines: Sequence[str], history: AbstractSet[int]) -> frozenset[int]:
    """Numbers of the lines that sign the message: those at its end, several where a list adds its own.

    What follows history is looked at by itself: words that come after a quote are no part of a signature above it.
    """
    found: set[int] = set()
    for _ in range(_MOST_SIGNATURES):
        run = _last_run(lines, history, found)
        start = _start([lines[number][:_LONGEST_LINE].strip() for number in run], signed=bool(found))
        if start is None:
            break
        found.update(run[start:])
    return frozenset(found)


def _last_run(lines: Sequence[str], history: AbstractSet[int], found: AbstractSet[int]) -> list[int]:
    run: list[int] = []
    for number in range(len(lines) - 1, -1, -1):
        if number in history and run:
            break
        if number not in history and number not in found and lines[number].strip():
            run.append(number)
    return run[::-1]


def _start(run: Sequence[str], *, signed: bool) -> int | None:
    """Where the signature begins, if the run ends with one: the last place that looks like it.

    `signed` says that one was found below, so that its delimiter may be all that is left.
    """
    if _ARMOUR in run:
        return run.index(_ARMOUR)
    for place in range(len(run) - 1, max(-1, len(run) - _MOST_LINES - 2), -1):
        line, rest = run[place], run[place + 1 :]
        if FROM_A_PHONE.match(line) and len(rest) <= _BEHIND_A_PHONE and _says_nothing(rest):
            return place
        if (rest or signed) and _DELIMITER.match(line) and _says_nothing(rest):
            return place
        if rest and _FOOTER_RULE.match(line) and any(LIST_FOOTER.search(one) for one in rest):
            return place
        if CLOSING.match(line) and _is_block(rest[1:]):
            return place + 2  # the closing and the name are what the sender says
    return None


def _says_nothing(rest: Sequence[str]) -> bool:
    """No question and no postscript: rather a signature too much in the text than a question lost."""
    return not any(line.endswith("?") or _POSTSCRIPT.match(line) for line in rest)


def _is_block(rest: Sequence[str]) -> bool:
    """Whether it is a name's company, numbers and addresses, and nothing else."""
    return (
        len(rest) <= _MOST_OF_A_BLOCK
        and any(CONTACT.search(line) for line in rest)
        and _says_nothing(rest)
        and all(len(line) <= _LONGEST_OF_A_BLOCK and not _is_sentence(line) for line in rest)
    )


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "!", ":")) and len(line.split()) >= _SENTENCE

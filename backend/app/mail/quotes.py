"""Separates what a message says itself from the history and the signature that hang on it.

A forwarded message stays in the text: it is what the sender asks about. Whoever forwards says "see below", and a
verdict on that alone would be a verdict on nothing. In doubt words stay in the text: a quote too much is read twice, a
question that is taken for a quote is never answered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.mail.quote_words import (
    ABOVE_THIS_LINE,
    ADDRESS,
    ADDRESS_AT_END,
    ADDRESS_IN_BRACKETS,
    DATE,
    FORWARD,
    FORWARD_SUBJECT,
    FROM_LABEL,
    GREETING,
    OPENING,
    ORIGINAL,
    OTHER_LABEL,
    SEE_BELOW,
    SENT_LABEL,
    TIME,
    TO_ANSWER,
    WROTE,
)
from app.mail.signatures import signature_lines

QUOTE_MARK: Final = "> "
_LONGEST_LINE = 1_000
_LONGEST_ATTRIBUTION = 400
_ATTRIBUTION_LINES = 3
_HEADER_LINES = 8
_FEWEST_HEADERS = 3
_LONGEST_MARKER = 200
_AROUND_A_MARKER: Final = " -#*=.:"
_RULE = re.compile(r"[_\-=*]{5,200}\Z")
_ASKS: Final = ("?", "!")
_SENTENCE_ENDS: Final = (".", "!", "?")
_QUOTATION_MARKS: Final = ('"', "'", "“", "„", "«", "»", "‘", "‚")


@dataclass(frozen=True, slots=True)
class Separated:
    text: str
    quoted: str
    """History with the lines that introduce it, and the signature."""


def starts_forward(text: str) -> bool:
    return bool(FORWARD.match(text[:_LONGEST_LINE].lstrip()))


def is_forward(subject: str) -> bool:
    return bool(FORWARD_SUBJECT.match(subject))


def separate_quotes(text: str, *, subject: str) -> Separated:
    """Separate history and signature from canonical text. Text is never empty when there was some."""
    lines = text.split("\n")
    history = _history(lines, _asking_to_answer_above(text, lines), has_tail=not is_forward(subject))
    signature = signature_lines(lines, history)
    # A message that is nothing but quote and signature says what it quotes: better too much than nothing.
    for old in (history | signature, history, frozenset[int]()):
        own = _joined(line for number, line in enumerate(lines) if number not in old)
        if own:
            return Separated(text=own, quoted=_joined(line for number, line in enumerate(lines) if number in old))
    return Separated(text="", quoted="")


def _joined(lines: Iterable[str]) -> str:
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def _history(lines: Sequence[str], asking: frozenset[int], *, has_tail: bool) -> frozenset[int]:
    """Numbers of the lines that are quoted history; `has_tail` allows for all from one line on to be."""
    old: set[int] = set()
    number, said = 0, False
    while number < len(lines):
        line = lines[number][:_LONGEST_LINE].strip()
        is_marked = line.startswith(">")
        if starts_forward(line) and not is_marked:
            break
        length = 0 if is_marked else _attribution(lines, number)
        if is_marked and not _stands_alone(lines, number, old):
            old.add(number)
        elif length and _is_marked(lines, number + length):
            old.update(range(number, number + length))
        elif has_tail and ((said and number in asking) or _begins_tail(lines, number, line, length)):
            if not _points_below(_own(lines, number, old)):
                old.update(range(number, len(lines)))
            break
        said |= bool(line) and number not in old
        number += 1
    return frozenset(old)


def _points_below(own: str) -> bool:
    """Whether what follows belongs to what the sender says: answers stand in it, or there is only a greeting above."""
    return bool(SEE_BELOW.search(own) or GREETING.match(own))


def _own(lines: Sequence[str], number: int, old: set[int]) -> str:
    """What the sender has said above a line."""
    return " ".join(line[:_LONGEST_LINE] for place, line in enumerate(lines[:number]) if place not in old).strip()


def _stands_alone(lines: Sequence[str], number: int, old: set[int]) -> bool:
    """Whether the mark is the sender's: ">50 guests", or ">From" as mailbox files write it."""
    if not lines[number].strip()[1:2].strip("> "):
        return False
    around = [lines[place].strip() for place in (number - 1, number + 1) if 0 <= place < len(lines)]
    before = next((place for place in range(number - 1, -1, -1) if lines[place].strip()), -1)
    return before not in old and not any(line.startswith(">") for line in around)


def _begins_tail(lines: Sequence[str], number: int, line: str, length: int) -> bool:
    """Whether all from here on is history: a separator, a block of headers, or an introduction no person writes."""
    return bool(
        ORIGINAL.match(line) or _is_header_block(lines, number, line) or (length and _is_sure(lines, number, length))
    )


def _asking_to_answer_above(text: str, lines: Sequence[str]) -> frozenset[int]:
    """Numbers of the lines by which ticket systems ask to be answered above them, and which say nothing else."""
    folded = text.casefold()
    if not any(phrase in folded for phrase in ABOVE_THIS_LINE):
        return frozenset()
    short = ((number, line.casefold()) for number, line in enumerate(lines) if len(line) <= _LONGEST_MARKER)
    return frozenset(
        number
        for number, line in short
        if line.rstrip(_AROUND_A_MARKER).endswith(ABOVE_THIS_LINE) and TO_ANSWER.search(line)
    )


def _is_header_block(lines: Sequence[str], number: int, line: str) -> bool:
    """Headers as Outlook writes them, perhaps under a rule; "From: Rome, To: Oslo, Date: Monday" is a journey."""
    start = number
    if _RULE.match(line):
        below = range(number + 1, min(number + 3, len(lines)))
        start = next((place for place in below if lines[place].strip()), number)
    elif ":" not in line:
        return False
    block = [later[:_LONGEST_LINE].strip() for later in lines[start : start + _HEADER_LINES]]
    if not any(label.match(block[0]) for label in (FROM_LABEL, SENT_LABEL)):
        return False
    senders = [later for later in block if FROM_LABEL.match(later)]
    sent = sum(bool(SENT_LABEL.match(later)) for later in block)
    others = sum(bool(OTHER_LABEL.match(later)) for later in block if later not in senders)
    if not senders or len(senders[0].rstrip(" *:")) <= len("von"):
        return False
    return 1 + sent + others >= _FEWEST_HEADERS and (sent > 0 or bool(ADDRESS.search(senders[0])))


def _attribution(lines: Sequence[str], number: int) -> int:
    """How many lines (0 if none) introduce a quote here: "On Tuesday … wrote:", perhaps wrapped."""
    joined = ""
    for count, line in enumerate(lines[number : number + _ATTRIBUTION_LINES], start=1):
        joined = f"{joined} {line.strip()}".strip()
        is_over = not line.strip() or line.startswith(">") or line.rstrip().endswith(_ASKS)
        if is_over or len(joined) > _LONGEST_ATTRIBUTION:
            return 0
        if joined.endswith((":", "---")):
            rest = " ".join(later.strip() for later in lines[number + 1 : number + count])
            return count if _introduces(joined) and (count == 1 or _is_wrapped(lines[number].strip(), rest)) else 0
    return 0


def _introduces(text: str) -> bool:
    return bool(WROTE.search(text) or (ADDRESS_AT_END.search(text) and DATE.search(text)))


def _is_wrapped(first: str, rest: str) -> bool:
    """Whether a line belongs to the introduction that goes on below it, and is not the sender's last one above it."""
    if ADDRESS.search(first) and WROTE.search(first):
        return True
    if first.endswith(_SENTENCE_ENDS):
        return False
    if _introduces(rest) and DATE.search(rest):
        return rest[0].isdigit() and bool(OPENING.match(first))
    return bool(DATE.search(first) or ADDRESS.search(first) or (OPENING.match(first) and TIME.search(first)))


def _is_sure(lines: Sequence[str], number: int, length: int) -> bool:
    """Whether only a program introduces words like this; "as he wrote on Monday:" introduces anything."""
    joined = " ".join(line.strip() for line in lines[number : number + length])
    # What a person wraps has no address in brackets, and what a program wraps is long because of one.
    named = length == 1 or bool(ADDRESS_IN_BRACKETS.search(joined))
    marks = (bool(pattern.search(joined)) for pattern in (ADDRESS, DATE, TIME))
    following = _next_place(lines, number + length)
    is_quotation = lines[following].strip().startswith(_QUOTATION_MARKS) if following < len(lines) else False
    return named and sum(marks) > 1 and not is_quotation and not _attribution(lines, following)


def _next_place(lines: Sequence[str], number: int) -> int:
    places = range(number, min(number + _ATTRIBUTION_LINES, len(lines)))
    return next((place for place in places if lines[place].strip()), len(lines))


def _is_marked(lines: Sequence[str], number: int) -> bool:
    """Whether the next words are a quote."""
    place = _next_place(lines, number)
    return place < len(lines) and lines[place].strip().startswith(">")

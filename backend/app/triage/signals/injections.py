"""Text that speaks to an assistant instead of the reader, in many languages and thin disguises."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from app.triage.signals.disguises import undisguised
from app.triage.signals.injection_patterns import (
    AFTER,
    ASSISTANT_HINTS,
    BEFORE,
    COMMAND,
    HAND_OVER,
    HANDED_OVER,
    IGNORE,
    INSTRUCTIONS,
    REACH,
    REMEMBERED,
    SPOKEN_TO,
    TEMPLATE,
    VERDICT,
    VERDICT_HINTS,
)

_MOST_CALLS: Final = 40
"""A text that calls an assistant more often is not meant for people."""


class Instruction(StrEnum):
    """What kind of instruction was found; the value is what a person reads."""

    OVERRIDE = "tells an assistant to ignore its instructions"
    ADDRESS = "speaks to an AI assistant and tells it what to do"
    TEMPLATE = "carries the control marks of a chat model"
    VERDICT = "tells the reader's assistant how to judge or treat it unseen"


def instructions_in(text: str) -> tuple[Instruction, ...]:
    """Every kind of instruction found in a text as written, or under a disguise."""
    if not text:
        return ()
    found: dict[Instruction, None] = {}
    for version in undisguised(text):
        found |= dict.fromkeys(_kinds_in(version))
    return tuple(found)


def _kinds_in(folded: str) -> Iterator[Instruction]:
    if _overrides(folded):
        yield Instruction.OVERRIDE
    if any(hint in folded for hint in ASSISTANT_HINTS) and _commands_assistant(folded):
        yield Instruction.ADDRESS
    if any(mark in folded for mark in ("<", "[", "#", ":", " now ", "end of")) and TEMPLATE.search(folded):
        yield Instruction.TEMPLATE
    if _hands_over(folded) or (any(hint in folded for hint in VERDICT_HINTS) and VERDICT.search(folded)):
        yield Instruction.VERDICT


def _overrides(folded: str) -> bool:
    if not any(stem in folded for stem in IGNORE):
        return False
    folded = REMEMBERED.sub(" ", folded)
    for match in INSTRUCTIONS.finditer(folded):
        nearby = folded[max(0, match.start() - BEFORE) : match.end() + AFTER]
        if any(stem in nearby for stem in IGNORE):
            return True
    return False


def _commands_assistant(folded: str) -> bool:
    for number, call in enumerate(SPOKEN_TO.finditer(folded)):
        if number >= _MOST_CALLS or COMMAND.search(folded, call.end(), call.end() + REACH):
            return True
    return False


def _hands_over(folded: str) -> bool:
    """Everything of some kind is to be sent to an address."""
    for number, match in enumerate(HAND_OVER.finditer(folded)):
        behind = folded[match.end() : match.end() + REACH]
        if number >= _MOST_CALLS or ("@" in behind and HANDED_OVER.search(behind)):
            return True
    return False

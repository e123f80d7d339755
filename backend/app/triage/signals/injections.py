"""Text that speaks to an assistant instead of the reader, in many languages and thin disguises."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from app.triage.signals.disguises import MAX_SCANNED, undisguised
from app.triage.signals.injection_patterns import (
    AFTER,
    BEFORE,
    CALLED_OUT,
    COMMAND,
    HAND_OVER,
    HANDED_OVER,
    IGNORE,
    INSTRUCTIONS,
    MACHINE_NAMED,
    NAMED_IN_A_FILE,
    NEAR,
    QUOTES,
    REACH,
    REMEMBERED,
    SPOKEN_TO,
    TALKED_ABOUT,
    TEMPLATE,
    VERDICT,
    VERDICT_HINTS,
    may_name_a_machine,
)
from app.triage.signals.reading import fold

_MOST_CALLS: Final = 40
"""A text that calls an assistant more often is not meant for people."""


class Instruction(StrEnum):
    """What kind of instruction was found; the value is what a person reads."""

    OVERRIDE = "tells an assistant to ignore its instructions"
    ADDRESS = "speaks to an AI assistant and tells it what to do"
    TEMPLATE = "carries the control marks of a chat model"
    VERDICT = "tells the reader's assistant how to judge or treat it unseen"


INSTRUCTION_WEIGHTS: Final = {
    Instruction.OVERRIDE: 1.0,
    Instruction.ADDRESS: 1.0,
    Instruction.TEMPLATE: 1.0,
    Instruction.VERDICT: 0.7,
}


def instructions_in(text: str) -> tuple[Instruction, ...]:
    """Every kind of instruction found in a text as written, or under a disguise."""
    if not text:
        return ()
    found: dict[Instruction, None] = {}
    for version in undisguised(text):
        found |= dict.fromkeys(_kinds_in(version))
    return tuple(found)


def names_a_machine(folded: str) -> bool:
    """It speaks of a machine that reads mail, and soon after of something to do; honest mail does so, too."""
    return may_name_a_machine(folded) and _followed(MACHINE_NAMED, folded, NEAR)


def talked_about(text: str) -> bool:
    """Somebody quotes such orders and writes about them."""
    return any(mark in text for mark in QUOTES) and TALKED_ABOUT.search(fold(text[:MAX_SCANNED])) is not None


def orders_in_names(names: str) -> bool:
    """The name of an attachment tells a machine to do something; names one on each line, words apart."""
    return bool(names) and any(_followed(NAMED_IN_A_FILE, version, REACH) for version in undisguised(names))


def _kinds_in(folded: str) -> Iterator[Instruction]:
    if _overrides(folded):
        yield Instruction.OVERRIDE
    if may_name_a_machine(folded) and _commands_assistant(folded):
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
    return any(_followed(pattern, folded, reach) for pattern, reach in ((SPOKEN_TO, REACH), (CALLED_OUT, NEAR)))


def _followed(call: re.Pattern[str], folded: str, reach: int) -> bool:
    """An order stands behind one of the calls."""
    for number, match in enumerate(call.finditer(folded)):
        if number >= _MOST_CALLS or COMMAND.search(folded, match.end(), match.end() + reach):
            return True
    return False


def _hands_over(folded: str) -> bool:
    """Everything of some kind is to be sent to an address."""
    for number, match in enumerate(HAND_OVER.finditer(folded)):
        behind = folded[match.end() : match.end() + REACH]
        if number >= _MOST_CALLS or ("@" in behind and HANDED_OVER.search(behind)):
            return True
    return False

"""The words of a decision: choices, risks, and what a rule is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.policy.facts import Danger, Facts


class Choice(StrEnum):
    """What is done about a proposed step."""

    ACT = "act"
    """Done unasked."""
    ASK = "ask"
    """Waits for the person."""
    LEAVE = "leave"
    """Not even proposed."""


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


ORDER: Final = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


def highest(*risks: Risk) -> Risk:
    return max(risks, key=ORDER.index, default=Risk.LOW)


def risk_of(danger: Danger) -> Risk:
    return Risk(danger.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """When its check gives a reason, the step is held (ASK) or dropped (LEAVE), and has at least this risk."""

    check: Callable[[Facts], str | None]
    choice: Choice
    risk: Risk

    @property
    def name(self) -> str:
        return self.check.__name__


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that spoke."""

    rule: str
    choice: Choice
    risk: Risk
    reason: str

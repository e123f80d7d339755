"""Rules about whom a text goes to (security rule 7); they alone are asked again when a person changes that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from app.policy.rule import Choice, Risk, Rule, highest


class Addressed(Protocol):
    """Of all facts, those that the recipients decide; see `facts.Facts`."""

    @property
    def recipients(self) -> int: ...

    @property
    def new_recipients(self) -> bool: ...

    @property
    def look_alike_recipients(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFacts:
    """These facts alone."""

    recipients: int
    new_recipients: bool
    look_alike_recipients: bool


def recipient_looks_alike(facts: Addressed) -> str | None:
    if facts.look_alike_recipients:
        return "It would go to an address whose domain resembles one you know, and is not it."
    return None


def recipient_is_new(facts: Addressed) -> str | None:
    return "It would go to an address you have never written to." if facts.new_recipients else None


def goes_to_several(facts: Addressed) -> str | None:
    return f"It would go to {facts.recipients} addresses." if facts.recipients > 1 else None


CHECKS: Final[tuple[tuple[Callable[[Addressed], str | None], Risk], ...]] = (
    (recipient_looks_alike, Risk.HIGH),
    (recipient_is_new, Risk.MEDIUM),
    (goes_to_several, Risk.MEDIUM),
)
RECIPIENT_RULES: Final = tuple(Rule(check, Choice.ASK, risk) for check, risk in CHECKS)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a step that waits."""

    reasons: tuple[str, ...]
    risk: Risk
    rule: str | None
    """What the recipients are held for."""


def judged_anew(reasons: Sequence[str], risk: Risk, *, before: Addressed, after: Addressed) -> Judged:
    """Reasons and risk of a waiting step once it goes to others; what the other rules said still holds.

    The risk never falls: which part of it the recipients were is not known any more.
    """
    gone = {check(before) for check, _ in CHECKS}
    found = [(reason, check, raised) for check, raised in CHECKS if (reason := check(after)) is not None]
    news = tuple(reason for reason, *_ in found)
    kept = tuple(reason for reason in reasons if reason not in {*gone, *news})
    return Judged(
        reasons=(*news, *kept),
        risk=highest(risk, *(raised for *_, raised in found)),
        rule=found[0][1].__name__ if found else None,
    )

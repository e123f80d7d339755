"""Rules for every kind of step: the kill switch, autonomy, confidence and what has been spent today."""

from typing import Final

from app.policy.facts import Autonomy, Danger, Facts, Kind
from app.policy.rule import Choice, Risk, Rule
from app.policy.sureness import sure_in_words

HANDFUL: Final = 5
NOBODY_MISSES: Final = frozenset({Kind.REPLY, Kind.DRAFT, Kind.LABEL})
"""Steps after which the mail stands where it stood."""
SENDING_EXTRA: Final = 0.10
THRESHOLDS: Final[dict[Autonomy, float | None]] = {Autonomy.LOW: None, Autonomy.MEDIUM: 0.85, Autonomy.HIGH: 0.70}
"""Confidence from which a low-risk step happens unasked; None is never. Medium and high risk always ask."""


def threshold(facts: Facts) -> float | None:
    """Return the confidence this step needs to happen unasked, or None when no confidence is enough."""
    needed = THRESHOLDS[facts.autonomy]
    if needed is None or facts.kind is not Kind.REPLY:
        return needed
    return round(needed + SENDING_EXTRA, 2)


def effects_are_paused(facts: Facts) -> str | None:
    return "Everything that GetAnswers does by itself is paused." if facts.effects_paused else None


def autonomy_is_low(facts: Facts) -> str | None:
    if threshold(facts) is not None:
        return None
    return "Your autonomy for such steps is set to low: nothing of the kind happens without you."


def confidence_is_too_low(facts: Facts) -> str | None:
    needed = threshold(facts)
    # Written so that "not a number" and values outside 0 … 1 are held too.
    if needed is None or needed <= facts.confidence <= 1:
        return None
    return (
        f"GetAnswers is {sure_in_words(facts.confidence)}; with autonomy {facts.autonomy.value} "
        f"this needs {_percent(needed)}."
    )


def engine_sees_danger(facts: Facts) -> str | None:
    if facts.danger is Danger.LOW or facts.kind is Kind.LABEL:
        return None
    return f"The engine that read the mail rates its risk as {facts.danger.value}."


def confidence_is_unproven(facts: Facts) -> str | None:
    # A label changes nothing a person would miss, and is how outcomes get known at all.
    if facts.calibrated or facts.kind is Kind.LABEL:
        return None
    return "Too few of your decisions are known yet to trust this confidence."


def changes_are_spent(facts: Facts) -> str | None:
    if facts.kind is Kind.REPLY or facts.usage.changes_today < facts.usage.change_budget:
        return None
    return f"Today's limit of {facts.usage.change_budget} changes made unasked is reached."


def sends_are_spent(facts: Facts) -> str | None:
    if facts.kind is not Kind.REPLY or facts.usage.sends_today < facts.usage.send_budget:
        return None
    return f"Today's limit of {facts.usage.send_budget} replies sent unasked is reached."


def too_many_at_once(facts: Facts) -> str | None:
    if facts.usage.steps_at_once <= HANDFUL:
        return None
    return f"{facts.usage.steps_at_once} steps at once are more than a handful."


def too_many_lately(facts: Facts) -> str | None:
    if facts.kind in NOBODY_MISSES or facts.usage.put_away_lately < facts.usage.at_once_budget:
        return None
    return too_many(facts.usage.put_away_lately)


def too_many(put_away: int) -> str:
    return f"{put_away} messages were put away unasked within the last minutes; you say whether this one is too."


def mailbox_is_in_shadow_mode(facts: Facts) -> str | None:
    return None if facts.live else SHADOW_REASON


SHADOW: Final = mailbox_is_in_shadow_mode.__name__
"""Settles a step only if nothing else was against it: what it holds would have been done."""
SHADOW_REASON: Final = "This mailbox is in shadow mode for such steps: it is shown, and would have been done unasked."


def _percent(share: float) -> str:
    return f"{share:.0%}"


GENERAL_RULES: Final = (
    Rule(effects_are_paused, Choice.ASK, Risk.LOW),
    Rule(engine_sees_danger, Choice.ASK, Risk.LOW),
    Rule(changes_are_spent, Choice.ASK, Risk.LOW),
    Rule(sends_are_spent, Choice.ASK, Risk.LOW),
    Rule(too_many_at_once, Choice.ASK, Risk.LOW),
    Rule(too_many_lately, Choice.ASK, Risk.LOW),
    Rule(autonomy_is_low, Choice.ASK, Risk.LOW),
    Rule(confidence_is_unproven, Choice.ASK, Risk.LOW),
    Rule(confidence_is_too_low, Choice.ASK, Risk.LOW),
    # The last one, so that it settles only what nothing else holds.
    Rule(mailbox_is_in_shadow_mode, Choice.ASK, Risk.LOW),
)

"""One decision per proposed step: done unasked, held for the person, or left; by rules of code alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.policy.facts import Facts, Kind
from app.policy.general_rules import SHADOW, threshold
from app.policy.rule import Choice, Finding, Risk, highest, risk_of
from app.policy.rules import findings
from app.policy.sureness import sure_in_words

POLICY_VERSION: Final = "7"
"""Raised with every change of a rule; an approval is bound to the version it was given under."""

TOO_SMALL_TO_ASK: Final = frozenset({Kind.LABEL, Kind.MARK_READ})
"""Nobody wants to be asked about these: what may not happen unasked is left, unless a rule of the user's wants it."""

LEFT_BUT_SHOWN: Final = "shadow_mode_shows_what_is_left"
"""The rule of a small step that is proposed in shadow mode only, where everything is shown."""
WOULD_BE_LEFT: Final = (
    "This mailbox is in shadow mode for such steps: it is only shown, and would have been left undone."
)
ONLY_SHOWN: Final = frozenset({SHADOW, LEFT_BUT_SHOWN})
"""What was settled by these waits for nobody: shadow mode shows what would have become of it."""

TOLD_AT_ONCE: Final = frozenset({Kind.REPLY, Kind.RSVP})
"""Somebody waits for these."""

FAILED: Final = "policy_failed"
ALLOWED: Final = "low_risk_allowed"


@dataclass(frozen=True, slots=True)
class Decision:
    choice: Choice
    risk: Risk
    reasons: tuple[str, ...]
    """Why, in words for the person; for ACT as well."""
    rule: str
    """The rule that settled it."""
    notify: bool
    """The person is told now, not only by the digest."""
    policy_version: str = POLICY_VERSION


def decide(facts: Facts) -> Decision:
    """Apply every rule. Never raises: when a rule fails, the step waits for the person."""
    try:
        return _decided(facts)
    except Exception as error:  # noqa: BLE001 - fails closed: whatever broke, the step is held, and says so
        return Decision(
            choice=Choice.ASK,
            risk=Risk.HIGH,
            reasons=(f"A safety rule could not be applied ({type(error).__name__}), so this waits for you.",),
            rule=FAILED,
            notify=True,
        )


def _decided(facts: Facts) -> Decision:
    found = findings(facts)
    risk = highest(_danger_of_the_step(facts), *(finding.risk for finding in found))
    choice, rule = _settled(found, risk)
    reasons = tuple(_reasons(found, choice, rule))
    if choice is Choice.ASK and rule != SHADOW and _is_too_small(facts):
        choice, rule = (Choice.LEAVE, rule) if facts.live else (Choice.ASK, LEFT_BUT_SHOWN)
    if rule == LEFT_BUT_SHOWN:
        reasons = (*reasons, WOULD_BE_LEFT)
    if rule == SHADOW:  # also why it would have been done
        reasons = (*reasons, *_why_act(facts))
    return Decision(
        choice=choice,
        risk=risk,
        reasons=reasons or _why_act(facts),
        rule=rule,
        notify=choice is Choice.ASK and rule != LEFT_BUT_SHOWN and (facts.kind in TOLD_AT_ONCE or risk is Risk.HIGH),
    )


def _reasons(found: tuple[Finding, ...], choice: Choice, rule: str) -> Iterator[str]:
    for finding in found:
        is_why = choice is not Choice.LEAVE or finding.choice is choice
        # Where anything else holds the step, shadow mode is not why.
        if is_why and (finding.rule != SHADOW or rule == SHADOW):
            yield finding.reason


def _is_too_small(facts: Facts) -> bool:
    return facts.kind in TOO_SMALL_TO_ASK and not facts.asked_by_rule


def _danger_of_the_step(facts: Facts) -> Risk:
    """A label says what a mail is, so a dangerous one needs it most; all else is as risky as the mail."""
    return Risk.LOW if facts.kind is Kind.LABEL else risk_of(facts.danger)


def _settled(found: tuple[Finding, ...], risk: Risk) -> tuple[Choice, str]:
    for finding in found:
        if finding.choice is Choice.LEAVE:
            return Choice.LEAVE, finding.rule
    if found:
        return Choice.ASK, found[0].rule
    if risk is not Risk.LOW:
        # Not reachable while every rule that raises a risk also speaks; holds even if one day a rule does not.
        return Choice.ASK, f"risk_is_{risk.value}"
    return Choice.ACT, ALLOWED


WHY: Final[dict[Kind, str]] = {
    Kind.REPLY: "You have written to this sender before, and the text says nothing that you have not said yourself.",
    Kind.DRAFT: "A draft stays in your mailbox until you send it.",
    Kind.LABEL: "A label changes nothing else and can be taken off again.",
    Kind.ARCHIVE: "It went out to many, nobody waits for you, and it can be put back into the inbox.",
    Kind.MARK_READ: "It went out to many, nobody waits for you, and it can be marked unread again.",
}


def _why_act(facts: Facts) -> tuple[str, ...]:
    usual = f"The risk is low, and with autonomy {facts.autonomy.value} such steps happen unasked"
    sure = f"{usual} from {threshold(facts) or 1:.0%}; GetAnswers is {sure_in_words(facts.confidence)}."
    # What is always asked has no words there: it never happens unasked.
    return WHY.get(facts.kind, "It was found to be harmless."), sure

"""Which rules hold for which kind of step, and what they find."""

from typing import Final

from app.policy.asked_rules import REQUESTED_RULES, RSVP_RULES, UNSUBSCRIBE_RULES
from app.policy.facts import Facts, Kind
from app.policy.general_rules import GENERAL_RULES
from app.policy.reply_rules import REPLY_RULES
from app.policy.rule import Finding, Rule
from app.policy.tidy_rules import TIDY_RULES

RULES: Final[dict[Kind, tuple[Rule, ...]]] = {
    Kind.REPLY: (*REPLY_RULES, *GENERAL_RULES),
    Kind.DRAFT: (*REPLY_RULES, *GENERAL_RULES),
    Kind.ARCHIVE: (*TIDY_RULES, *GENERAL_RULES),
    Kind.MARK_READ: (*TIDY_RULES, *GENERAL_RULES),
    Kind.LABEL: GENERAL_RULES,
    Kind.RSVP: (*RSVP_RULES, *GENERAL_RULES),
    Kind.UNSUBSCRIBE: (*UNSUBSCRIBE_RULES, *GENERAL_RULES),
    **dict.fromkeys((Kind.SNOOZE, Kind.WAKE, Kind.REMIND, Kind.FORWARD), (*REQUESTED_RULES, *GENERAL_RULES)),
}


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return what every rule for this kind of step has against doing it unasked, in the order of the table."""
    spoken = ((rule, rule.check(facts)) for rule in RULES[facts.kind])
    return tuple(Finding(rule.name, rule.choice, rule.risk, reason) for rule, reason in spoken if reason is not None)

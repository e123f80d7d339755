"""Rules for steps that never happen without a person, whatever the settings and however sure an engine is (rule 9)."""

from typing import Final

from app.policy.facts import Facts, Kind
from app.policy.reply_rules import (
    domain_looks_alike,
    replies_go_elsewhere,
    sender_is_unconfirmed,
    sender_pretends,
    speaks_to_the_assistant,
    there_is_nobody_to_answer,
)
from app.policy.rule import Choice, Risk, Rule

ALWAYS_ASKED: Final[dict[Kind, str]] = {
    Kind.RSVP: "An answer for somebody's calendar is only sent when you say so.",
    Kind.UNSUBSCRIBE: "You are taken off a list only when you say so.",
    Kind.FORWARD: "A mail is passed on only when you say so.",
    Kind.SNOOZE: "A mail is put off only when you say so.",
    Kind.WAKE: "A mail is put off only when you say so.",
    Kind.REMIND: "You are reminded only of what you asked for.",
}


def only_with_a_person(facts: Facts) -> str | None:
    return ALWAYS_ASKED.get(facts.kind)


RSVP_RULES: Final = (
    Rule(sender_pretends, Choice.LEAVE, Risk.HIGH),
    Rule(there_is_nobody_to_answer, Choice.LEAVE, Risk.LOW),
    Rule(only_with_a_person, Choice.ASK, Risk.MEDIUM),
    Rule(domain_looks_alike, Choice.ASK, Risk.HIGH),
    Rule(speaks_to_the_assistant, Choice.ASK, Risk.HIGH),
    Rule(replies_go_elsewhere, Choice.ASK, Risk.HIGH),
    Rule(sender_is_unconfirmed, Choice.ASK, Risk.HIGH),
)
# To leave a list tells its owner that somebody reads: nothing for those who pretend to be somebody else.
UNSUBSCRIBE_RULES: Final = (
    Rule(sender_pretends, Choice.LEAVE, Risk.HIGH),
    Rule(domain_looks_alike, Choice.LEAVE, Risk.HIGH),
    Rule(speaks_to_the_assistant, Choice.LEAVE, Risk.HIGH),
    Rule(sender_is_unconfirmed, Choice.LEAVE, Risk.HIGH),
    Rule(only_with_a_person, Choice.ASK, Risk.MEDIUM),
)
REQUESTED_RULES: Final = (Rule(only_with_a_person, Choice.ASK, Risk.MEDIUM),)

"""Rules for archiving and marking as read: what a person must not miss stays where it is (security rule 10)."""

from typing import Final

from app.policy.facts import Addressing, Facts
from app.policy.rule import Choice, Risk, Rule

TIDIED_UNASKED: Final = frozenset({"newsletter", "marketing", "mailing_list"})
TIDIED_WHEN_ASKED: Final = frozenset({"notification", "receipt", "auto_reply"})
"""Every other category, a new one too, stays untouched."""

STAYS: Final = "it stays in the inbox."


def category_is_protected(facts: Facts) -> str | None:
    if facts.category in TIDIED_UNASKED | TIDIED_WHEN_ASKED:
        return None
    return f"Mail of the category {facts.category.replace('_', ' ')} may matter: {STAYS}"


def looks_like_an_attack(facts: Facts) -> str | None:
    sender = facts.sender
    if sender.phishing_like or sender.look_alike or sender.instructs_assistant:
        return f"It looks like an attempt to deceive you or the assistant: {STAYS}"
    return None


def known_sender_writes_to_user(facts: Facts) -> str | None:
    # A list or a service that the user once wrote to is told apart by its bulk evidence and by whom it addresses.
    alone = facts.addressing in {Addressing.ALONE, Addressing.DIRECT}
    if facts.sender.known and alone and not facts.automatic.strong_bulk_evidence:
        return f"Somebody you have written to writes to you: {STAYS}"
    if facts.sender.known and facts.addressing is Addressing.ALONE:
        return f"Somebody you have written to writes to you alone: {STAYS}"
    return None


def speaks_of_credentials(facts: Facts) -> str | None:
    return f"It speaks of passwords, codes or access: {STAYS}" if facts.mail_words.credentials else None


def category_asks_first(facts: Facts) -> str | None:
    if facts.category in TIDIED_WHEN_ASKED:
        return f"Mail of the category {facts.category.replace('_', ' ')} is only put away when you say so."
    return None


def bulk_is_not_proven(facts: Facts) -> str | None:
    if facts.automatic.strong_bulk_evidence:
        return None
    return "Nothing but the engine's opinion says that this went out to many."


def sender_fails_checks(facts: Facts) -> str | None:
    if facts.sender.dmarc_failed or facts.sender.reply_to_elsewhere:
        return "The sender's address could not be confirmed, or replies would go elsewhere."
    return None


TIDY_RULES: Final = (
    Rule(looks_like_an_attack, Choice.LEAVE, Risk.HIGH),
    Rule(category_is_protected, Choice.LEAVE, Risk.MEDIUM),
    Rule(known_sender_writes_to_user, Choice.LEAVE, Risk.MEDIUM),
    Rule(speaks_of_credentials, Choice.LEAVE, Risk.MEDIUM),
    Rule(category_asks_first, Choice.ASK, Risk.MEDIUM),
    Rule(bulk_is_not_proven, Choice.ASK, Risk.MEDIUM),
    Rule(sender_fails_checks, Choice.ASK, Risk.MEDIUM),
)

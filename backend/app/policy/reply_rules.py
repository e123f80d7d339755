"""Rules for replies and drafts: whom they may go to, what they may say, and which mail gets none (rules 7 to 9, 13)."""

from typing import Final

from app.policy.facts import Addressing, EngineKind, Facts, Kind, RiskyWords
from app.policy.recipient_rules import RECIPIENT_RULES
from app.policy.rule import Choice, Risk, Rule

NEVER_ANSWERED: Final = frozenset({"auto_reply", "bounce"})


def there_is_no_text(facts: Facts) -> str | None:
    return "There is no text to send." if facts.draft is None or facts.draft.empty else None


def there_is_nobody_to_answer(facts: Facts) -> str | None:
    return "The mail names nobody who could get a reply." if facts.recipients < 1 else None


def thread_went_on(facts: Facts) -> str | None:
    return "The conversation has gone on since this mail." if facts.thread_has_newer else None


def comes_from_the_user(facts: Facts) -> str | None:
    return "It comes from one of your own addresses." if facts.sender.own_address else None


def has_no_return_path(facts: Facts) -> str | None:
    return "Its return path is empty: a machine sent it." if facts.automatic.null_return_path else None


def nobody_reads_replies(facts: Facts) -> str | None:
    return "Nobody reads replies at the sender's address." if facts.automatic.no_reply_sender else None


def was_submitted_by_a_machine(facts: Facts) -> str | None:
    return "It says of itself that a machine sent it." if facts.automatic.auto_submitted else None


def is_marked_as_bulk(facts: Facts) -> str | None:
    return "It is marked as bulk mail." if facts.automatic.bulk_precedence else None


def comes_through_a_list(facts: Facts) -> str | None:
    if facts.automatic.list_headers or facts.addressing is Addressing.LIST or facts.category == "mailing_list":
        return "It came through a mailing list."
    return None


def asks_for_no_automatic_reply(facts: Facts) -> str | None:
    return "It asks for no automatic replies." if facts.automatic.suppresses_replies else None


def is_a_report(facts: Facts) -> str | None:
    if facts.automatic.report or facts.category in NEVER_ANSWERED:
        return "It is a report or an automatic answer."
    return None


def sender_pretends(facts: Facts) -> str | None:
    if facts.sender.phishing_like or facts.category == "suspicious":
        return "It looks like an attempt to deceive you."
    return None


def domain_looks_alike(facts: Facts) -> str | None:
    return "The sender's domain resembles one you know, and is not it." if facts.sender.look_alike else None


def speaks_to_the_assistant(facts: Facts) -> str | None:
    if facts.sender.instructs_assistant:
        return "It gives instructions to an assistant instead of writing to you."
    return None


def replies_go_elsewhere(facts: Facts) -> str | None:
    return "Replies would go to another domain than the sender's." if facts.sender.reply_to_elsewhere else None


def sender_is_unconfirmed(facts: Facts) -> str | None:
    return "The sender's domain says that it did not send this." if facts.sender.dmarc_failed else None


def text_was_hidden(facts: Facts) -> str | None:
    return "The mail contains text that you cannot see." if facts.sender.hidden_text else None


def sender_is_new(facts: Facts) -> str | None:
    return None if facts.sender.known else "You have never written to this sender."


def is_not_addressed_to_the_user(facts: Facts) -> str | None:
    if facts.addressing in {Addressing.COPIED, Addressing.NONE}:
        return "The mail is not addressed to you."
    return None


def mail_speaks_of_risky_things(facts: Facts) -> str | None:
    subjects = _subjects(facts.mail_words)
    return f"The mail speaks of {subjects}." if subjects else None


def text_speaks_of_risky_things(facts: Facts) -> str | None:
    subjects = _subjects(facts.draft.words) if facts.draft else ""
    return f"The text speaks of {subjects}." if subjects else None


def attachments_are_involved(facts: Facts) -> str | None:
    if facts.mail_words.attachments or (facts.draft and facts.draft.words.attachments):
        return "Attachments are asked for or spoken of; only you can add them."
    return None


def text_has_new_links(facts: Facts) -> str | None:
    return "The text names web addresses you never sent." if facts.draft and facts.draft.new_links else None


def text_has_new_contacts(facts: Facts) -> str | None:
    if facts.draft and (facts.draft.new_addresses or facts.draft.new_phones):
        return "The text names mail addresses or phone numbers you never sent."
    return None


def text_has_secrets(facts: Facts) -> str | None:
    if facts.draft and (facts.draft.new_ibans or facts.draft.new_secrets):
        return "The text contains a bank account, or what looks like a code or a key."
    return None


def text_comes_from_elsewhere(facts: Facts) -> str | None:
    return "The text repeats another conversation of yours." if facts.draft and facts.draft.overlaps_elsewhere else None


def sender_was_answered_lately(facts: Facts) -> str | None:
    if facts.kind is Kind.REPLY and facts.sender.auto_replied_lately:
        return "This sender got an automatic reply within the last 24 hours."
    return None


def no_model_wrote_it(facts: Facts) -> str | None:
    # Holding replies of the offline engine say the same to everybody: whether that is polite is for the person to say.
    if facts.engine is EngineKind.MODEL:
        return None
    return "The text is a prepared holding reply; you decide whether it fits."


def _subjects(words: RiskyWords) -> str:
    found = (
        ("money", words.money),
        ("passwords, codes or access", words.credentials),
        ("legal matters", words.legal),
    )
    return " and ".join(subject for subject, is_there in found if is_there)


REPLY_RULES: Final = (
    Rule(there_is_no_text, Choice.LEAVE, Risk.LOW),
    Rule(there_is_nobody_to_answer, Choice.LEAVE, Risk.LOW),
    Rule(thread_went_on, Choice.LEAVE, Risk.LOW),
    Rule(comes_from_the_user, Choice.LEAVE, Risk.MEDIUM),
    Rule(has_no_return_path, Choice.LEAVE, Risk.MEDIUM),
    Rule(nobody_reads_replies, Choice.LEAVE, Risk.MEDIUM),
    Rule(was_submitted_by_a_machine, Choice.LEAVE, Risk.MEDIUM),
    Rule(is_marked_as_bulk, Choice.LEAVE, Risk.MEDIUM),
    Rule(comes_through_a_list, Choice.LEAVE, Risk.MEDIUM),
    Rule(asks_for_no_automatic_reply, Choice.LEAVE, Risk.MEDIUM),
    Rule(is_a_report, Choice.LEAVE, Risk.MEDIUM),
    Rule(sender_pretends, Choice.ASK, Risk.HIGH),
    Rule(domain_looks_alike, Choice.ASK, Risk.HIGH),
    Rule(speaks_to_the_assistant, Choice.ASK, Risk.HIGH),
    Rule(replies_go_elsewhere, Choice.ASK, Risk.HIGH),
    Rule(sender_is_unconfirmed, Choice.ASK, Risk.HIGH),
    Rule(text_has_secrets, Choice.ASK, Risk.HIGH),
    Rule(text_comes_from_elsewhere, Choice.ASK, Risk.HIGH),
    Rule(text_speaks_of_risky_things, Choice.ASK, Risk.HIGH),
    Rule(mail_speaks_of_risky_things, Choice.ASK, Risk.MEDIUM),
    Rule(attachments_are_involved, Choice.ASK, Risk.MEDIUM),
    Rule(text_has_new_links, Choice.ASK, Risk.MEDIUM),
    Rule(text_has_new_contacts, Choice.ASK, Risk.MEDIUM),
    Rule(text_was_hidden, Choice.ASK, Risk.MEDIUM),
    Rule(sender_is_new, Choice.ASK, Risk.MEDIUM),
    *RECIPIENT_RULES,
    Rule(is_not_addressed_to_the_user, Choice.ASK, Risk.MEDIUM),
    Rule(sender_was_answered_lately, Choice.ASK, Risk.LOW),
    Rule(no_model_wrote_it, Choice.ASK, Risk.LOW),
)

"""What things are called on the pages: plain words for kinds, risks, states and confidence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.actions.kinds import ASKED_FOR
from app.actions.waiting import state_at
from app.db.models import Action, ActionKind, ActionState, Autonomy, MailboxState, Message, Verdict, WalkKind
from app.mail.invitations import Answer
from app.mail.polling import PaceReason
from app.policy.decide import LEFT_BUT_SHOWN
from app.policy.general_rules import SHADOW
from app.review.repository import Chapter, Contact
from app.settings import OFFLINE_ENGINE, PATTERN_ENGINE
from app.triage.signals.attacks import AttackKind
from app.triage.spending.ledger import MICRODOLLARS
from app.web.possible import Possible

PROPOSED: Final[Mapping[str, str]] = {
    ActionKind.REPLY: "Send this reply",
    ActionKind.DRAFT: "Save this draft in Gmail",
    ActionKind.LABEL: "Change its labels",
    ActionKind.ARCHIVE: "Archive it",
    ActionKind.MARK_READ: "Mark it as read",
    ActionKind.SNOOZE: "Put it off",
    ActionKind.WAKE: "Bring it back to the inbox",
    ActionKind.REMIND: "Remind you if nobody answers",
    ActionKind.RSVP: "Answer the invitation",
    ActionKind.UNSUBSCRIBE: "Unsubscribe from this list",
    ActionKind.FORWARD: "Forward it",
}
APPROVE: Final[Mapping[str, str]] = {
    ActionKind.REPLY: "Approve and send",
    ActionKind.DRAFT: "Approve and save the draft",
    ActionKind.LABEL: "Approve the label",
    ActionKind.ARCHIVE: "Approve and archive",
    ActionKind.MARK_READ: "Approve and mark as read",
    ActionKind.SNOOZE: "Approve and put off",
    ActionKind.WAKE: "Approve and bring back",
    ActionKind.REMIND: "Approve the reminder",
    ActionKind.RSVP: "Approve and answer",
    ActionKind.UNSUBSCRIBE: "Approve and unsubscribe",
    ActionKind.FORWARD: "Approve and forward",
}
APPROVE_EDITED: Final[Mapping[str, str]] = {
    ActionKind.REPLY: "Send my text",
    ActionKind.DRAFT: "Save my text as the draft",
}
KINDS: Final[Mapping[str, str]] = {
    ActionKind.REPLY: "Reply",
    ActionKind.DRAFT: "Draft",
    ActionKind.LABEL: "Label",
    ActionKind.ARCHIVE: "Archive",
    ActionKind.MARK_READ: "Mark as read",
    ActionKind.SNOOZE: "Snooze",
    ActionKind.WAKE: "End of a snooze",
    ActionKind.REMIND: "Reminder",
    ActionKind.RSVP: "Invitation",
    ActionKind.UNSUBSCRIBE: "Unsubscribe",
    ActionKind.FORWARD: "Forward",
}
RSVP_ANSWERS: Final[Mapping[str, str]] = {
    Answer.ACCEPTED: "Accept the invitation",
    Answer.TENTATIVE: "Answer the invitation with maybe",
    Answer.DECLINED: "Decline the invitation",
}
STATES: Final[Mapping[str, str]] = {
    ActionState.PROPOSED: "Waits for you",
    ActionState.EDITED: "Edited by you, waits for you",
    ActionState.APPROVED: "Approved, about to happen",
    ActionState.EXECUTING: "Happening now",
    ActionState.DONE: "Done",
    ActionState.REJECTED: "Rejected",
    ActionState.EXPIRED: "Expired, nothing was done",
    ActionState.SUPERSEDED: "Overtaken: the conversation went on",
    ActionState.FAILED: "Failed",
    ActionState.UNKNOWN: "Not known whether it happened",
    ActionState.UNDOING: "Being undone",
    ActionState.UNDONE: "Undone",
}
CATEGORIES: Final[Mapping[str, str]] = {
    "personal": "From a person",
    "meeting": "Meeting",
    "invoice": "Bill",
    "receipt": "Receipt or order",
    "finance": "Bank or office",
    "legal": "Legal",
    "security": "Security alert",
    "notification": "Notification",
    "newsletter": "Newsletter",
    "marketing": "Advertising",
    "mailing_list": "Mailing list",
    "auto_reply": "Automatic answer",
    "bounce": "Undelivered mail",
    "suspicious": "Suspicious",
    "other": "Other",
}
WOULD_HAVE: Final[Mapping[str, str]] = {
    ActionKind.REPLY: "Would have sent this reply",
    ActionKind.LABEL: "Would have changed its labels",
    ActionKind.ARCHIVE: "Would have archived it",
    ActionKind.MARK_READ: "Would have marked it as read",
}
UNASKED: Final[Mapping[str, tuple[str, str]]] = {
    ActionKind.LABEL: ("Labels", "A GetAnswers label says what a message is. Nothing else changes."),
    ActionKind.MARK_READ: ("Mark as read", "Bulk mail that nobody waits for an answer to."),
    ActionKind.ARCHIVE: ("Archive", "Bulk mail leaves the inbox; it keeps a label and stays under All Mail."),
    ActionKind.REPLY: (
        "Send replies",
        "Plain replies to people you have written to before, one a day to each, stoppable until their delay is over.",
    ),
}
AUTONOMY: Final[Mapping[str, tuple[str, str]]] = {
    Autonomy.LOW: (
        "Low: ask me about everything",
        "Nothing changes in your mailbox until you approve it, but for labels that rules of yours ask for.",
    ),
    Autonomy.MEDIUM: (
        "Medium: do what is harmless when very sure",
        "Labels, archiving bulk mail, marking as read. A plain reply to people you write to, when almost certain.",
    ),
    Autonomy.HIGH: (
        "High: do what is harmless when fairly sure",
        "The same with less certainty. Money, links, new people and legal matters ask first at every level.",
    ),
}
MAILBOX_STATES: Final[Mapping[str, str]] = {
    MailboxState.ACTIVE: "Connected",
    MailboxState.PAUSED: "Disconnected",
    MailboxState.NEEDS_RECONNECT: "Needs to be reconnected",
}
FETCHING: Final[Mapping[str, str]] = {
    WalkKind.FIRST: "First sync",
    WalkKind.RESYNC: "Full sync",
    WalkKind.BACKFILL: "Older mail",
    WalkKind.RECONCILE: "Comparing with Gmail",
}
POLLING: Final[Mapping[str, str]] = {
    PaceReason.DEFAULT: "as all mailboxes here",
    PaceReason.PUSH: "Gmail tells of new mail at once, so this is only the net below",
    PaceReason.IDLE: "nothing has come for a week",
}
CHAPTERS: Final[Mapping[Chapter, tuple[str, str]]] = {
    Chapter.UNASKED: ("Done unasked", "What was done by itself, and why."),
    Chapter.APPROVED: ("Approved by you", "What you approved, and what became of it."),
    Chapter.FAILED: ("Failed", "What was tried and did not work, with the reason."),
    Chapter.DECLINED: ("Not done", "What you rejected, what expired, and what the conversation overtook."),
    Chapter.SHADOW: (
        "Would have been done",
        "Shadow mode only shows these, and small steps that would have been left. Nothing of it happened.",
    ),
}

LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "sv": "Swedish",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
}

JUDGES: Final[Mapping[str, str]] = {
    OFFLINE_ENGINE: "the built-in rules",
    PATTERN_ENGINE: "the built-in rules, by what you always do",
}

ATTACKS: Final[Mapping[str, str]] = {
    AttackKind.INSTRUCTION: "Part of this text speaks to an assistant, not to you. It was not obeyed.",
    AttackKind.HIDDEN_TEXT: "The sender hid text from your eyes. It is left out here.",
    AttackKind.LOOK_ALIKE: "The sender’s domain looks like one you know, but is another one.",
    AttackKind.REPLY_ELSEWHERE: "An answer would go to another domain than this mail says it comes from.",
    AttackKind.FALSE_NAME: "The sender’s name claims to be somebody that the address does not belong to.",
    AttackKind.UNAUTHENTICATED: "The receiving server could not confirm that this domain sent the mail.",
    AttackKind.LURE: "This mail uses the words of scams: pressure, threats or rewards.",
    AttackKind.FALSE_LINK: "A link shows one address and leads to another.",
    AttackKind.DANGEROUS_FILE: "A file of a kind that can harm your computer is attached.",
    AttackKind.FORGED_SELF: "It claims to come from you, and does not.",
}


def standing_of(action: Action, now: datetime) -> str:
    """What became of an action, in words."""
    state = state_at(action, now)
    if state is ActionState.PROPOSED and action.rule == SHADOW:
        return WOULD_HAVE.get(action.kind, "Would have been done")
    if state is ActionState.PROPOSED and action.rule == LEFT_BUT_SHOWN:
        return "Would have been left undone"
    if state is ActionState.SUPERSEDED and action.error:
        return "No longer needed"
    if state is ActionState.UNDONE and action.undone_by == "worker":
        return "Taken back: it no longer fitted"
    return STATES[state]


def can_be_asked_again(action: Action, possible: Possible) -> bool:
    """Whether what has expired has its form on the page of the message."""
    missing = {ActionKind.RSVP: not possible.answering, ActionKind.UNSUBSCRIBE: not possible.leaving}
    return action.kind in ASKED_FOR and not missing.get(ActionKind(action.kind), False)


def category(value: str) -> str:
    return CATEGORIES.get(value, CATEGORIES["other"])


def judge(engine: str) -> str:
    return JUDGES.get(engine, engine)


def dollars(microdollars: int) -> str:
    """Small sums with enough places that they are not nothing."""
    places = 2 if microdollars >= MICRODOLLARS or not microdollars else 4
    return f"${microdollars / MICRODOLLARS:,.{places}f}"


def proposal(action: Action) -> str:
    """One line that says all of an action that has no text."""
    if action.kind == ActionKind.RSVP:
        return RSVP_ANSWERS.get(str(action.payload.get("answer")), PROPOSED[action.kind])
    if action.kind != ActionKind.LABEL:
        return PROPOSED[action.kind]
    added, removed = _names(action.payload, "add"), _names(action.payload, "remove")
    parts = [f"Add the label {added}" if added else "", f"remove the label {removed}" if removed else ""]
    return " and ".join(filter(None, parts)) or PROPOSED[action.kind]


def moment(action: Action) -> datetime:
    """When a snooze ends, or a reminder comes."""
    return datetime.fromisoformat(str(action.payload.get("until") or action.payload["at"]))


def acquaintance(contact: Contact) -> str:
    """What earlier mail tells about a sender, in our words and never in theirs."""
    if contact.written_to:
        return f"You have written to this address {_times(contact.written_to)} before."
    if contact.heard_from:
        return f"This address has written to you {_times(contact.heard_from)} before; you have never written to it."
    return "You have never written to this address, and it has not written to you before."


def warnings(message: Message, verdict: Verdict | None) -> list[str]:
    """What code found to be wrong with a message, each in words of ours."""
    found: list[Mapping[str, Any]] = (verdict.signals if verdict is not None else {}).get("attacks", [])
    kinds = [str(attack.get("kind")) for attack in found]
    if message.hidden_characters and AttackKind.HIDDEN_TEXT not in kinds:
        kinds.append(AttackKind.HIDDEN_TEXT)
    return [ATTACKS[kind] for kind in dict.fromkeys(kinds) if kind in ATTACKS]


def _names(payload: Mapping[str, Any], side: str) -> str:
    return ", ".join(f"“{name}”" for name in payload.get(side) or ())


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"

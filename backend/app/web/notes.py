"""The note on the page after a change: one of these, named by a cookie, so that nobody can put words into it."""

from enum import StrEnum
from typing import Final

from app.db.models import ActionKind


class Note(StrEnum):
    SENT = "sent"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTINGS = "settings"
    PAUSED = "paused"
    RESUMED = "resumed"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    NOT_REVOKED = "not_revoked"
    RETRIED = "retried"
    RULE_ON = "rule_on"
    RULE_OFF = "rule_off"
    RULE_DELETED = "rule_deleted"
    VOICE_FORGOTTEN = "voice_forgotten"
    VOICE_LEARNED = "voice_learned"
    NOTE_DELETED = "note_deleted"
    POSTPONED = "postponed"
    ESCALATED = "escalated"
    TRIED_AGAIN = "tried_again"
    SETTLED = "settled"
    UNDOING = "undoing"
    STOPPED = "stopped"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    SIGNED_OUT = "signed_out"
    LETTER = "letter"
    SNOOZED = "snoozed"
    REMINDED = "reminded"
    PREPARED = "prepared"
    OLDER = "older"
    OLDER_STOPPED = "older_stopped"
    LEFT_OUT = "left_out"
    PATTERN_FORGOTTEN = "pattern_forgotten"
    PATTERN_LEARNED = "pattern_learned"
    PATTERNS_ON = "patterns_on"
    PATTERNS_OFF = "patterns_off"
    JUDGED_AGAIN = "judged_again"
    KEPT = "kept"
    READDRESSED = "readdressed"
    DRAFT_SAVED = "draft_saved"


SENTENCES: Final[dict[Note, str]] = {
    Note.SENT: "Approved. The reply goes out in a moment.",
    Note.APPROVED: "Approved. It happens in a moment.",
    Note.REJECTED: "Rejected. Nothing will be done.",
    Note.SETTINGS: "Settings saved.",
    Note.PAUSED: "Everything is paused. Nothing is sent or changed until you resume.",
    Note.RESUMED: "Resumed.",
    Note.CONNECTED: "Mailbox connected. Its mail is being read now; the first proposals come in a few minutes.",
    Note.DISCONNECTED: "Mailbox disconnected, and the access taken back at Google.",
    Note.NOT_REVOKED: "Mailbox disconnected here, but Google could not be told. Remove GetAnswers at "
    "https://myaccount.google.com/permissions as well.",
    Note.RETRIED: "The message is being looked at once more.",
    Note.RULE_ON: "The rule is on. It holds for mail that comes from now on.",
    Note.RULE_OFF: "The rule is off.",
    Note.RULE_DELETED: "The rule is deleted.",
    Note.VOICE_FORGOTTEN: "Forgotten. Nothing more is learnt from your mail.",
    Note.VOICE_LEARNED: "Your sent mail was looked at.",
    Note.NOTE_DELETED: "The note is deleted.",
    Note.POSTPONED: "Put off. You will be asked again then.",
    Note.ESCALATED: "It stands at the top now, and you are told once more by mail.",
    Note.TRIED_AGAIN: "It is being tried once more.",
    Note.SETTLED: "Noted.",
    Note.UNDOING: "It is being undone. What you have changed since stays as it is.",
    Note.STOPPED: "Stopped. It will not be sent.",
    Note.SWITCHED_ON: "Switched on. New mail is handled as you chose; what waits is still yours to decide.",
    Note.SWITCHED_OFF: "Shadow mode: nothing is done unasked in this mailbox. What had not begun was stopped.",
    Note.SIGNED_OUT: "You are signed out.",
    Note.LETTER: "Approved. The mail goes out in a moment.",
    Note.SNOOZED: "Put off. It leaves the inbox in a moment, and comes back at its time.",
    Note.REMINDED: "You will be reminded if nobody answers.",
    Note.PREPARED: "Prepared. Look at it, and approve it if it is right.",
    Note.PATTERN_FORGOTTEN: "Forgotten. Such mail is judged like any other; it is not learnt again unless you want it.",
    Note.PATTERN_LEARNED: "It holds again from now on.",
    Note.PATTERNS_ON: "Switched on. What you always do with a sender’s mail is learnt.",
    Note.PATTERNS_OFF: "Switched off. Nothing is learnt, and every message is judged.",
    Note.JUDGED_AGAIN: "It is being judged now, and the pattern behind it is forgotten.",
    Note.KEPT: "Kept. It waits with your text until you approve it.",
    Note.READDRESSED: "Changed. Look at whom it goes to and from which address, and approve it if it is right.",
    Note.DRAFT_SAVED: "It is saved as a draft in Gmail in a moment. Nothing is sent until you send it there.",
    Note.OLDER: "Older mail is being fetched in the background; this page shows how far it is.",
    Note.OLDER_STOPPED: "No more older mail is fetched. What has come stays.",
    Note.LEFT_OUT: "Left out. It is not tried again until you say so.",
}
NOTES: Final[dict[str, Note]] = {
    ActionKind.REPLY: Note.SENT,
    ActionKind.RSVP: Note.LETTER,
    ActionKind.FORWARD: Note.LETTER,
}
REQUEST_NOTES: Final[dict[str, Note]] = {ActionKind.SNOOZE: Note.SNOOZED, ActionKind.REMIND: Note.REMINDED}


def note_for(kind: str) -> Note:
    return NOTES.get(kind, Note.APPROVED)


def note_for_request(kind: str) -> Note:
    return REQUEST_NOTES.get(kind, Note.PREPARED)


def sentence_of(value: str | None) -> str | None:
    return SENTENCES[Note(value)] if value in set(Note) else None

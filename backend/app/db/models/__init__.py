"""All tables; importing this fills the metadata that migrations are compared with."""

from app.db.models.base import Base, utc_now
from app.db.models.feedback import EventKind, EventSource, MailboxEvent
from app.db.models.guidance import ModelDay, NoteScope, RuleState, UserRule, VoiceNote, VoiceProfile
from app.db.models.mail import Conversation, Direction, Mailbox, MailboxState, Message, MessageState
from app.db.models.patterns import ForgottenBy, PatternKind, PatternState, SenderPattern
from app.db.models.people import Autonomy, MagicLink, OAuthFlow, Session, User
from app.db.models.push import PushCount
from app.db.models.quota import MailboxUnits, QuotaDay, QuotaWindow
from app.db.models.records import AuditEntry, InstallationSwitch, ModelUsage
from app.db.models.syncing import FetchFailure, Walk, WalkKind
from app.db.models.telling import DeliveryState, Digest, Notice, NoticeKind
from app.db.models.work import Action, ActionKind, ActionState, ArchivedAction, Verdict

__all__ = [
    "Action",
    "ActionKind",
    "ActionState",
    "ArchivedAction",
    "AuditEntry",
    "Autonomy",
    "Base",
    "Conversation",
    "DeliveryState",
    "Digest",
    "Direction",
    "EventKind",
    "EventSource",
    "FetchFailure",
    "ForgottenBy",
    "InstallationSwitch",
    "MagicLink",
    "Mailbox",
    "MailboxEvent",
    "MailboxState",
    "MailboxUnits",
    "Message",
    "MessageState",
    "ModelDay",
    "ModelUsage",
    "NoteScope",
    "Notice",
    "NoticeKind",
    "OAuthFlow",
    "PatternKind",
    "PatternState",
    "PushCount",
    "QuotaDay",
    "QuotaWindow",
    "RuleState",
    "SenderPattern",
    "Session",
    "User",
    "UserRule",
    "Verdict",
    "VoiceNote",
    "VoiceProfile",
    "Walk",
    "WalkKind",
    "utc_now",
]

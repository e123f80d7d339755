"""What the JSON says: one model for each thing, made from rows."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.actions.addressing import Choices
from app.actions.kinds import Recipients
from app.actions.undo import is_reversible
from app.actions.waiting import state_at
from app.db.models import Action, ActionState, Message, ModelUsage, Verdict
from app.policy.general_rules import SHADOW
from app.policy.sureness import sureness
from app.review.repository import Listed, Proposed, WholeMessage


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class VerdictShape(Shape):
    category: str
    needs_reply: bool
    urgency: str
    deadline: date | None
    summary: str
    asks: list[str]
    reasons: list[str]
    confidence: float
    sureness: str
    """The confidence as people are told it."""
    risk: str
    engine: str

    @classmethod
    def of(cls, verdict: Verdict | None) -> Self | None:
        if verdict is None:
            return None
        values = {name: getattr(verdict, name) for name in cls.model_fields if name != "sureness"}
        return cls.model_validate(values | {"sureness": sureness(verdict.confidence)})


class ActionShape(Shape):
    id: UUID
    message_id: UUID
    kind: str
    payload: dict[str, Any]
    content_hash: str
    """Hexadecimal; send it back with a decision, so that what is decided is what was seen."""
    state: str
    decision: str
    decided_by: str | None
    risk: str
    confidence: float
    sureness: str
    """The confidence as people are told it."""
    reasons: list[str]
    error: str | None
    created_at: datetime
    expires_at: datetime
    not_before: datetime | None
    """Approved: until then it can still be stopped. Waiting: the person wants to be asked again then."""
    escalated_at: datetime | None
    reversible: bool
    """It is done and can be undone."""
    would_have_been_done: bool
    """Only shadow mode keeps it from being done unasked."""

    @classmethod
    def of(cls, action: Action, now: datetime) -> Self:
        state = state_at(action, now)
        computed = {
            "state": state,
            "content_hash": action.content_hash.hex(),
            "sureness": sureness(action.confidence),
            "reversible": is_reversible(action),
            "would_have_been_done": state is ActionState.PROPOSED and action.rule == SHADOW,
        }
        values = {name: getattr(action, name) for name in cls.model_fields if name not in computed}
        return cls.model_validate(values | computed)


class RecipientsShape(Shape):
    to: list[str]
    cc: list[str]

    @classmethod
    def of(cls, recipients: Recipients) -> Self:
        return cls(to=list(recipients.to), cc=list(recipients.cc))


class IdentityShape(Shape):
    address: str
    name: str
    signature: str


class ChoicesShape(Shape):
    """Among what a waiting reply can be changed; code finds it all in the conversation and the mailbox."""

    sender_only: RecipientsShape
    everyone: RecipientsShape
    identities: list[IdentityShape]
    answers_everyone: bool | None
    """As it is now."""
    sender: str
    """As it is now."""

    @classmethod
    def of(cls, choices: Choices) -> Self:
        return cls(
            sender_only=RecipientsShape.of(choices.sender_only),
            everyone=RecipientsShape.of(choices.everyone),
            identities=[IdentityShape.model_validate(each, from_attributes=True) for each in choices.identities],
            answers_everyone=choices.answers_everyone,
            sender=choices.sender,
        )


class MessageShape(Shape):
    id: UUID
    mailbox_id: UUID
    conversation_id: UUID
    direction: str
    state: str
    error: str | None
    sender_name: str
    sender_address: str
    to: list[str]
    cc: list[str]
    subject: str
    sent_at: datetime | None
    received_at: datetime

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls.model_validate(message, from_attributes=True)


class ListedMessage(MessageShape):
    verdict: VerdictShape | None

    @classmethod
    def of_listed(cls, listed: Listed) -> Self:
        return cls(**MessageShape.of(listed.message).model_dump(), verdict=VerdictShape.of(listed.verdict))


class UsedShape(Shape):
    engine: str
    purpose: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_microdollars: int | None

    @classmethod
    def of(cls, usage: ModelUsage) -> Self:
        return cls.model_validate(usage, from_attributes=True)


class WholeMessageShape(MessageShape):
    reply_to: list[str]
    text: str
    quoted_text: str
    attachments: list[dict[str, Any]]
    hidden_characters: int
    verdict: VerdictShape | None
    actions: list[ActionShape]
    usage: list[UsedShape]

    @classmethod
    def of_whole(cls, whole: WholeMessage, now: datetime) -> Self:
        message = whole.message
        return cls(
            **MessageShape.of(message).model_dump(),
            reply_to=message.reply_to,
            text=message.text,
            quoted_text=message.quoted_text,
            attachments=message.attachments,
            hidden_characters=message.hidden_characters,
            verdict=VerdictShape.of(whole.verdict),
            actions=[ActionShape.of(action, now) for action in whole.actions],
            usage=[UsedShape.of(usage) for usage in whole.usage],
        )


class WaitingShape(Shape):
    action: ActionShape
    message: ListedMessage

    @classmethod
    def of(cls, proposed: Proposed, now: datetime) -> Self:
        message = ListedMessage.of_listed(Listed(proposed.message, proposed.verdict))
        return cls(action=ActionShape.of(proposed.action, now), message=message)


class SessionShape(Shape):
    email: str
    csrf_token: str
    """Goes back in the header X-CSRF-Token with each change."""


class Sentence(Shape):
    detail: str

"""Every kind of action, ready to be done, and how its effect is counted: the rows of the fault table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeAlias

from app.actions import lifecycle, requesting
from app.actions.kinds import ArchivePayload, ChangePayload, DraftPayload, LabelPayload, MarkReadPayload
from app.actions.undo import undo
from app.db.models import Action, ActionKind, ActionState, Message
from app.db.session import SYSTEM
from app.mail.invitations import Answer
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, Mailroom, act, ask

Prepare: TypeAlias = Callable[[Mailroom], Awaitable[tuple[Message, Action]]]
Count: TypeAlias = Callable[[Mailroom], int]

SECOND = timedelta(seconds=1)
IN_TWO_DAYS = timedelta(days=2)
INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m{number}@example.com\r\nDTSTAMP:20261101T080000Z\r\n"
    "SEQUENCE:0\r\nDTSTART:20261204T090000Z\r\nSUMMARY:The offer\r\nORGANIZER:mailto:erik@example.com\r\n"
    "ATTENDEE:mailto:ana@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
BY_CLICK = {
    "list-unsubscribe": ["<https://list.example.net/u?id=1>"],
    "list-unsubscribe-post": ["List-Unsubscribe=One-Click"],
    "authentication-results": ["mx.example.org; dkim=pass header.d=example.com; dmarc=pass"],
    "dkim-signature": ["d=example.com; h=From:List-Unsubscribe:List-Unsubscribe-Post"],
}
BY_MAIL = {"list-unsubscribe": ["<mailto:leave@list.example.net?subject=leave>"]}


@dataclass(frozen=True)
class Kind:
    """How an action comes to be due, how often its effect was had, and what is left among the drafts."""

    kind: ActionKind
    prepare: Prepare
    effects: Count
    end: ActionState = ActionState.DONE
    drafts: int = 0


def changes(room: Mailroom) -> int:
    """How many there were; the same labels set again are none."""
    return sum(bool(effect.added or effect.removed) for effect in room.effects(EffectKind.LABELS_CHANGED))


def sent(room: Mailroom) -> int:
    return len(room.sent())


def left(room: Mailroom) -> int:
    return len(room.effects(EffectKind.DRAFT_CREATED)) - len(room.effects(EffectKind.DRAFT_DELETED))


def removed(room: Mailroom) -> int:
    return len(room.effects(EffectKind.DRAFT_DELETED))


def asked_and_marked(room: Mailroom) -> int:
    assert changes(room) <= 1
    return room.lists.done


async def _reply(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    [action] = await room.propose(message, (room.reply_to(message), ask()))
    return message, await _approved(room, action)


async def _draft(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    payload = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
    [action] = await room.propose(message, (payload, act()))
    return message, action


def _change(payload: ChangePayload) -> Prepare:
    async def prepare(room: Mailroom) -> tuple[Message, Action]:
        message = await room.arrive()
        [action] = await room.propose(message, (payload, act()))
        return message, action

    return prepare


async def _snooze(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    until = room.now + IN_TWO_DAYS
    return message, await requesting.snooze(room.database, until=until, **_on(room, message))


async def _wake(room: Mailroom) -> tuple[Message, Action]:
    message, snooze = await _snooze(room)
    await room.settle(snooze)
    return message, await _due(room, message, ActionKind.WAKE)


async def _remind(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    await requesting.remind(room.database, at=room.now + IN_TWO_DAYS, **_on(room, message))
    await room.settle(await _of_kind(room, message, ActionKind.LABEL))
    return message, await _due(room, message, ActionKind.REMIND)


async def _rsvp(room: Mailroom) -> tuple[Message, Action]:
    number = len(room.simulator.mailbox(ANA).messages)
    message = await room.arrive(calendar=INVITATION.format(number=number))
    action = await requesting.rsvp(room.database, answer=Answer.ACCEPTED, **_on(room, message))
    return message, await _approved(room, action)


async def _forward(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    action = await requesting.forward(room.database, to=["bo@example.net"], **_on(room, message))
    return message, await _approved(room, action)


def _unsubscribe(headers: dict[str, list[str]]) -> Prepare:
    async def prepare(room: Mailroom) -> tuple[Message, Action]:
        message = await room.arrive(headers=headers)
        action = await requesting.unsubscribe(room.database, **_on(room, message))
        return message, await _approved(room, action)

    return prepare


def _taken_back(first: Prepare) -> Prepare:
    async def prepare(room: Mailroom) -> tuple[Message, Action]:
        message, action = await first(room)
        assert (await room.settle(action)).state == ActionState.DONE
        room.simulator.effects.clear()
        await undo(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
        return message, action

    return prepare


def _on(room: Mailroom, message: Message) -> dict[str, Any]:
    return {"user_id": room.user.id, "message_id": message.id, "clock": room.clock}


async def _approved(room: Mailroom, action: Action) -> Action:
    return await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)


async def _due(room: Mailroom, message: Message, kind: ActionKind) -> Action:
    """The action that waits for its time, at that time."""
    action = await _of_kind(room, message, kind)
    room.now = (action.not_before or room.now) + SECOND
    room.simulator.effects.clear()
    return action


async def _of_kind(room: Mailroom, message: Message, kind: ActionKind) -> Action:
    async with room.database.transaction(SYSTEM) as session:
        [action] = await requesting.request_repository.of_kind(session, message, kind)
    return action


DOING: Final[dict[str, Kind]] = {
    "reply": Kind(ActionKind.REPLY, _reply, sent),
    "draft": Kind(ActionKind.DRAFT, _draft, left, drafts=1),
    "label": Kind(ActionKind.LABEL, _change(LabelPayload(add=("GetAnswers/Newsletter",))), changes),
    "archive": Kind(ActionKind.ARCHIVE, _change(ArchivePayload()), changes),
    "mark read": Kind(ActionKind.MARK_READ, _change(MarkReadPayload()), changes),
    "snooze": Kind(ActionKind.SNOOZE, _snooze, changes),
    "wake": Kind(ActionKind.WAKE, _wake, changes),
    "remind": Kind(ActionKind.REMIND, _remind, changes),
    "rsvp": Kind(ActionKind.RSVP, _rsvp, sent),
    "forward": Kind(ActionKind.FORWARD, _forward, sent),
    "unsubscribe by a click": Kind(ActionKind.UNSUBSCRIBE, _unsubscribe(BY_CLICK), asked_and_marked),
    "unsubscribe by mail": Kind(ActionKind.UNSUBSCRIBE, _unsubscribe(BY_MAIL), sent),
}


def _undoing(kind: Kind) -> Kind:
    effects = removed if kind.kind is ActionKind.DRAFT else changes
    return replace(kind, prepare=_taken_back(kind.prepare), effects=effects, end=ActionState.UNDONE, drafts=0)


UNDOING: Final[dict[str, Kind]] = {
    f"{name} undone": _undoing(DOING[name]) for name in ("draft", "label", "archive", "mark read", "snooze", "remind")
}

"""What waits for its time says so by a label, and only as long as it is true."""

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from app.actions import closing, lifecycle, pending, requesting
from app.actions.by_hand import undo_by_hand
from app.actions.undo import undo
from app.db.models import Action, ActionKind, ActionState, Message
from app.db.session import SYSTEM
from app.errors import ConflictError
from app.triage.outcomes.repository import records
from tests.actions.mailroom import ANA, ERIK, Mailroom
from tests.actions.test_by_hand import move, read
from tests.factories import add_verdict

LATER = timedelta(days=20)
MINUTE = timedelta(minutes=1)
WAITING, SNOOZED = "GetAnswers/Waiting", "GetAnswers/Snoozed"


def on(room: Mailroom, message: Message) -> dict[str, Any]:
    return {"user_id": room.user.id, "message_id": message.id, "clock": room.clock}


def mine(room: Mailroom, action: Action) -> dict[str, Any]:
    return {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}


async def actions_on(room: Mailroom, message: Message, kind: ActionKind) -> Sequence[Action]:
    async with room.database.transaction(room.user.id) as session:
        return await requesting.request_repository.of_kind(session, message, kind)


async def work(room: Mailroom, message: Message) -> None:
    """What the sweeper and the workers do at this moment."""
    async with room.database.transaction(SYSTEM) as session:
        await undo_by_hand(session, now=room.now)
        await pending.end_by_hand(session, now=room.now)
    async with room.database.transaction(SYSTEM) as session:
        await pending.end_pointless(session, now=room.now)
    for kind in (ActionKind.LABEL, ActionKind.SNOOZE):
        for action in await actions_on(room, message, kind):
            await room.execute(action)
    async with room.database.transaction(SYSTEM) as session:
        await pending.end_pointless(session, now=room.now)


async def reminded(room: Mailroom, **over: Any) -> tuple[Message, Action]:
    message = await room.arrive(**over)
    await read(room)
    reminder = await requesting.remind(room.database, at=room.now + LATER, **on(room, message))
    await work(room, message)
    assert WAITING in room.label_names(message)
    await read(room)
    await work(room, message)
    assert (await room.row(reminder)).state == ActionState.APPROVED
    return message, reminder


async def snoozed(room: Mailroom) -> tuple[Message, Action, Action]:
    message = await room.arrive()
    await read(room)
    snooze = await requesting.snooze(room.database, until=room.now + LATER, **on(room, message))
    await room.settle(snooze)
    await read(room)
    await work(room, message)
    [waking] = await actions_on(room, message, ActionKind.WAKE)
    assert waking.state == ActionState.APPROVED
    return message, await room.row(snooze), waking


async def answer(room: Mailroom, message: Message, **headers: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ERIK, ANA, "Re: The offer"
    mail["In-Reply-To"] = message.rfc_message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Yes.")
    room.now += MINUTE
    room.simulator.deliver(ANA, mail.as_bytes())
    await read(room)


async def test_an_answer_takes_the_label_off_at_once(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    await answer(room, message)
    await work(room, message)
    ended = await room.row(reminder)
    assert (ended.state, ended.error) == (ActionState.SUPERSEDED, pending.ANSWERED)
    assert WAITING not in room.label_names(message)
    assert room.now < reminder.created_at + LATER / 2


async def test_an_automatic_answer_is_none(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    await answer(room, message, Auto_Submitted="auto-replied")
    await work(room, message)
    assert (await room.row(reminder)).state == ActionState.APPROVED
    assert WAITING in room.label_names(message)


async def test_a_reminder_that_could_never_come_is_refused(room: Mailroom) -> None:
    message = await room.arrive()
    await answer(room, message)
    with pytest.raises(ConflictError, match="newest message"):
        await requesting.remind(room.database, at=room.now + LATER, **on(room, message))


async def test_a_cancelled_reminder_takes_its_label_along(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    await lifecycle.reject(room.database, **mine(room, reminder))
    [mark] = await actions_on(room, message, ActionKind.LABEL)
    assert mark.state == ActionState.UNDOING, "without waiting for a sweeper"
    assert (await room.settle(mark)).state == ActionState.UNDONE
    assert WAITING not in room.label_names(message)


async def test_a_reminder_that_expires_takes_its_label_along(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    room.now = reminder.expires_at
    async with room.database.transaction(SYSTEM) as session:
        await closing.expire_due(session, now=room.now)
    await work(room, message)
    assert WAITING not in room.label_names(message)


async def test_a_label_that_was_not_given_yet_is_not_given_any_more(room: Mailroom) -> None:
    message = await room.arrive()
    reminder = await requesting.remind(room.database, at=room.now + LATER, **on(room, message))
    await lifecycle.reject(room.database, **mine(room, reminder))
    [mark] = await actions_on(room, message, ActionKind.LABEL)
    assert mark.state == ActionState.SUPERSEDED
    await room.execute(mark)
    assert WAITING not in room.label_names(message)


async def test_taking_the_label_off_cancels_the_reminder_and_says_so(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    room.now += MINUTE
    await move(room, message, remove=[WAITING])
    await work(room, message)
    ended = await room.row(reminder)
    assert (ended.state, ended.error) == (ActionState.REJECTED, pending.UNMARKED)
    assert (await room.history(reminder))[-1] == ("action.rejected", "user")
    room.now = reminder.created_at + LATER + MINUTE
    await room.execute(reminder)
    assert "GetAnswers/Reminder" not in room.label_names(message)


async def test_undoing_the_label_on_the_page_cancels_it_too(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    room.now += MINUTE
    [mark] = await actions_on(room, message, ActionKind.LABEL)
    await undo(room.database, **mine(room, mark))
    await work(room, message)
    assert (await room.row(reminder)).state == ActionState.REJECTED
    assert WAITING not in room.label_names(message)


async def test_what_was_asked_for_teaches_the_engine_nothing(room: Mailroom) -> None:
    message, _ = await reminded(room)
    async with room.database.transaction(SYSTEM) as session:
        await add_verdict(session, message, engine="some:model", prompt_version="1")
    room.now += MINUTE
    await move(room, message, remove=[WAITING])
    await work(room, message)
    async with room.database.transaction(room.user.id) as session:
        assert await records(session, room.user.id, engine="some:model", prompt_version="1") == {}


async def test_a_label_taken_off_unseen_cancels_it_when_it_is_due(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    gmail = room.open_gmail()
    await gmail.modify(message.provider_message_id, add=[], remove=[await gmail.ensure_label(WAITING)])
    room.now = reminder.created_at + LATER + MINUTE
    await room.execute(reminder)
    ended = await room.row(reminder)
    assert (ended.state, ended.error) == (ActionState.REJECTED, pending.UNMARKED)
    assert room.label_names(message) == {"INBOX", "UNREAD"}


async def test_a_new_time_keeps_the_label_until_the_new_reminder_ends(room: Mailroom) -> None:
    message, first = await reminded(room)
    room.now += MINUTE
    second = await requesting.remind(room.database, at=room.now + LATER, **on(room, message))
    await work(room, message)
    assert WAITING in room.label_names(message)
    assert (await room.row(first)).state == ActionState.REJECTED
    assert (await room.row(second)).state == ActionState.APPROVED
    await lifecycle.reject(room.database, **mine(room, second))
    await work(room, message)
    assert WAITING not in room.label_names(message)


async def test_after_it_came_and_was_undone_no_label_says_that_it_waits(room: Mailroom) -> None:
    message, reminder = await reminded(room)
    room.now = reminder.created_at + LATER + MINUTE
    await room.execute(reminder)
    assert (await room.row(reminder)).state == ActionState.DONE
    await undo(room.database, **mine(room, reminder))
    await room.settle(reminder)
    await work(room, message)
    assert room.label_names(message) == {"INBOX", "UNREAD"}


async def test_bringing_a_mail_back_by_hand_ends_its_snooze(room: Mailroom) -> None:
    message, snooze, waking = await snoozed(room)
    room.now += MINUTE
    await move(room, message, add=["INBOX"])
    await work(room, message)
    assert room.label_names(message) == {"INBOX", "UNREAD"}
    ended, back = await room.row(waking), await room.row(snooze)
    assert (back.state, back.undone_by) == (ActionState.UNDONE, "user")
    assert (ended.state, ended.error) == (ActionState.SUPERSEDED, pending.NOT_PUT_OFF)


async def test_taking_the_snooze_s_label_off_leaves_the_mail_where_it_is(room: Mailroom) -> None:
    message, _, waking = await snoozed(room)
    room.now += MINUTE
    await move(room, message, remove=[SNOOZED])
    await work(room, message)
    ended = await room.row(waking)
    assert (ended.state, ended.error) == (ActionState.REJECTED, pending.SNOOZE_UNMARKED)
    assert room.label_names(message) == {"UNREAD"}


async def test_undoing_the_snooze_ends_the_waking(room: Mailroom) -> None:
    message, snooze, waking = await snoozed(room)
    await undo(room.database, **mine(room, snooze))
    await room.settle(snooze)
    await work(room, message)
    assert (await room.row(waking)).state == ActionState.SUPERSEDED
    assert room.label_names(message) == {"INBOX", "UNREAD"}


async def test_stopping_a_snooze_that_has_not_begun_ends_the_waking(room: Mailroom) -> None:
    message = await room.arrive()
    snooze = await requesting.snooze(room.database, until=room.now + LATER, **on(room, message))
    await lifecycle.reject(room.database, **mine(room, snooze))
    [waking] = await actions_on(room, message, ActionKind.WAKE)
    assert waking.state == ActionState.SUPERSEDED


async def test_the_waking_of_a_mail_that_is_put_off_is_never_lost(room: Mailroom) -> None:
    message, _, waking = await snoozed(room)
    with pytest.raises(ConflictError, match="undo putting it off"):
        await lifecycle.reject(room.database, **mine(room, waking))
    room.now += LATER + timedelta(days=100)
    async with room.database.transaction(SYSTEM) as session:
        await closing.expire_due(session, now=room.now)
    assert (await room.settle(waking)).state == ActionState.DONE
    assert room.label_names(message) == {"INBOX", "UNREAD"}


async def test_a_snooze_that_is_over_is_left_alone(room: Mailroom) -> None:
    message, snooze, waking = await snoozed(room)
    room.now = snooze.created_at + LATER + MINUTE
    await room.settle(waking)
    await read(room)
    await move(room, message, remove=["INBOX"])
    await move(room, message, add=["INBOX"])
    await work(room, message)
    assert (await room.row(snooze)).state == ActionState.DONE


async def test_snoozed_anew_after_it_was_brought_back_it_stays_away(room: Mailroom) -> None:
    message, _, _ = await snoozed(room)
    room.now += MINUTE
    gmail = room.open_gmail()
    await gmail.modify(message.provider_message_id, add=["INBOX"], remove=[])  # nobody has told us yet
    again = await requesting.snooze(room.database, until=room.now + LATER, **on(room, message))
    await room.settle(again)
    await read(room)
    await work(room, message)
    assert (await room.row(again)).state == ActionState.DONE
    assert room.label_names(message) == {"UNREAD", SNOOZED}

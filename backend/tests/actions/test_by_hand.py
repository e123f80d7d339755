"""A label of ours that the person moves in Gmail: the sync tells of it, the sweeper undoes, the engine is taught."""

from collections.abc import Sequence

import pytest

from app.actions.by_hand import undo_by_hand
from app.actions.kinds import ArchivePayload, ChangePayload, LabelPayload, MarkReadPayload
from app.db.models import Action, ActionState, Message
from app.db.session import SYSTEM
from app.mail.repository import MailboxRef
from app.mail.sync import sync_mailbox
from app.triage.outcomes.repository import records
from tests.actions.mailroom import Mailroom, act
from tests.factories import add_verdict

LABEL = LabelPayload(add=("GetAnswers/Newsletter",))


async def read(room: Mailroom) -> None:
    gmail = room.open_gmail()
    await sync_mailbox(
        MailboxRef(room.user.id, room.mailbox.id),
        database=room.database,
        provider=gmail,
        clock=room.clock,
        is_own_mail=lambda _: False,
        take_spent=gmail.budget.take_spent,
    )


async def done(room: Mailroom, payload: ChangePayload) -> tuple[Message, Action]:
    message = await room.arrive()
    await read(room)  # the first look knows of no changes
    [action] = await room.propose(message, (payload, act()))
    await room.settle(action)
    await read(room)
    return message, await room.row(action)


async def swept(room: Mailroom) -> int:
    async with room.database.transaction(SYSTEM) as session:
        return await undo_by_hand(session, now=room.now)


async def move(room: Mailroom, message: Message, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
    gmail = room.open_gmail()
    names = [each if each.isupper() else await gmail.ensure_label(each) for each in (*add, *remove)]
    await gmail.modify(message.provider_message_id, add=names[: len(add)], remove=names[len(add) :])
    await read(room)


BY_HAND: dict[str, tuple[ChangePayload, list[str], list[str]]] = {
    "label off": (ArchivePayload(), [], ["GetAnswers/Archived"]),
    "back to the inbox": (ArchivePayload(), ["INBOX"], []),
    "unread again": (MarkReadPayload(), ["UNREAD"], []),
    "marked label off": (MarkReadPayload(), [], ["GetAnswers/Marked read"]),
    "category off": (LABEL, [], ["GetAnswers/Newsletter"]),
}


@pytest.mark.parametrize("case", BY_HAND)
async def test_taking_a_part_back_by_hand_undoes_the_rest(room: Mailroom, case: str) -> None:
    payload, add, remove = BY_HAND[case]
    message, action = await done(room, payload)
    before = {"INBOX", "UNREAD"}
    assert await swept(room) == 0, "what we did ourselves corrects nothing"
    await move(room, message, add=add, remove=remove)
    assert await swept(room) == 1
    settled = await room.settle(action)
    assert (settled.state, settled.undone_by) == (ActionState.UNDONE, "user")
    assert room.label_names(message) == before
    await read(room)
    assert await swept(room) == 0


async def test_what_has_nothing_to_do_with_it_undoes_nothing(room: Mailroom) -> None:
    message, _ = await done(room, ArchivePayload())
    await move(room, message, add=["STARRED", "Mine"], remove=["UNREAD"])
    assert await swept(room) == 0


async def test_what_was_undone_counts_against_the_engine(room: Mailroom) -> None:
    message, action = await done(room, ArchivePayload())
    async with room.database.transaction(SYSTEM) as session:
        await add_verdict(session, message, engine="some:model", prompt_version="1")
    await move(room, message, remove=["GetAnswers/Archived"])
    await swept(room)
    await room.settle(action)
    async with room.database.transaction(room.user.id) as session:
        found = await records(session, room.user.id, engine="some:model", prompt_version="1")
    assert {kind: (one.decided, one.approved) for kind, one in found.items()} == {"archive": (1, 0)}

"""What the user does in Gmail is kept as feedback; what we do ourselves is told apart from it."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.db.models import EventKind, EventSource, Mailbox, MailboxEvent, Message
from app.mail.feedback import events_of
from app.mail.provider import LabelChange
from tests.factories import add_action
from tests.mail.gmail_world import ANA, World, mail


async def _events(world: World) -> list[tuple[str, str, str]]:
    """Kind, source and subject of each event, in order."""
    query = select(MailboxEvent, Message.subject).join(Message, Message.id == MailboxEvent.message_id)
    async with world.database.transaction(world.user.id) as session:
        found = await session.execute(query.order_by(MailboxEvent.history_id, MailboxEvent.kind))
        return [(event.kind, event.source, subject) for event, subject in found]


async def _own_archiving(world: World, subject: str, **over: object) -> UUID:
    """An action of ours that takes the message out of the inbox, as it stands before it changes anything."""
    async with world.database.transaction(world.user.id) as session:
        message = (await session.scalars(select(Message).where(Message.subject == subject))).one()
        action = await add_action(
            session, message, state="executing", undo={"add": ["INBOX"], "remove": ["Label_1"]}, **over
        )
    return action.id


async def test_what_the_user_does_is_kept(world: World) -> None:
    one = world.deliver("one")
    await world.sync()
    await world.gmail.modify(one, add=["STARRED"], remove=["UNREAD"])
    await world.gmail.modify(one, add=[], remove=["INBOX", "STARRED"])
    await world.sync()
    kinds = [EventKind.STARRED, EventKind.READ, EventKind.ARCHIVED, EventKind.UNSTARRED]
    assert {kind for kind, source, _ in await _events(world) if source == EventSource.USER} == set(kinds)
    assert len(await _events(world)) == len(kinds)


async def test_our_own_change_is_no_feedback_and_the_user_doing_the_same_again_is(world: World) -> None:
    one = world.deliver("one")
    await world.sync()
    action_id = await _own_archiving(world, "one")
    await world.gmail.modify(one, add=[], remove=["INBOX"])
    await world.sync()
    await world.gmail.modify(one, add=["INBOX"], remove=[])
    await world.gmail.modify(one, add=[], remove=["INBOX"])
    await world.sync()
    assert await _events(world) == [
        ("archived", "ours", "one"),
        ("moved_to_inbox", "user", "one"),
        ("archived", "user", "one"),
    ]
    async with world.database.transaction(world.user.id) as session:
        assert list(await session.scalars(select(MailboxEvent.action_id).where(MailboxEvent.source == "ours"))) == [
            action_id
        ]


async def test_a_page_of_history_that_is_read_again_says_nothing_twice(world: World) -> None:
    one = world.deliver("one")
    await world.sync()
    before = (await world.row()).history_id
    await _own_archiving(world, "one")
    await world.gmail.modify(one, add=["STARRED"], remove=["INBOX"])
    world.simulator.mailbox(ANA).remove(one)
    await world.sync()
    once = await _events(world)
    async with world.database.transaction(world.user.id) as session:
        await session.execute(update(Mailbox).values(history_id=before))
    await world.sync()
    assert await _events(world) == once
    assert {(kind, source) for kind, source, _ in once} == {
        ("starred", "user"),
        ("archived", "ours"),
        ("deleted", "user"),
    }


async def test_a_reply_is_an_event_of_the_message_it_answers(world: World) -> None:
    world.deliver("question")
    await world.sync()
    (message,) = await world.messages()
    async with world.database.transaction(world.user.id) as session:
        action = await add_action(session, message, kind="reply", state="executing")
    thread = world.simulator.mailbox(ANA).messages[message.provider_message_id].thread_id
    by_hand = b"In-Reply-To: <question@example.com>\nReferences: <question@example.com>\n" + mail(
        "Re: question", sender=f"Ana <{ANA}>", to="erik@example.com"
    )
    by_us = f"X-GetAnswers-Action: {action.id}\n".encode() + by_hand
    for raw in (by_hand, by_us):
        world.simulator.deliver(ANA, raw, label_ids=("SENT",), thread_id=thread)
    await world.sync()
    assert sorted(await _events(world)) == [("replied", "ours", "question"), ("replied", "user", "question")]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ([LabelChange("m", ("SPAM",), ("INBOX",))], ["moved_to_spam"]),
        ([LabelChange("m", (), ("INBOX",)), LabelChange("m", ("TRASH",), ())], ["trashed"]),
        ([LabelChange("m", ("INBOX",), ("SPAM",))], ["out_of_spam"]),
        ([LabelChange("m", ("Label_7", "IMPORTANT"), ("Label_8", "UNREAD"))], ["label_added", "label_removed", "read"]),
        ([LabelChange("m", ("SENT",), ("DRAFT",))], []),
    ],
)
def test_changes_that_come_together_are_one_act(changes: list[LabelChange], kinds: list[str]) -> None:
    assert [event.kind for event in events_of(changes)] == kinds

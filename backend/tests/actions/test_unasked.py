"""What holds, delays and stops what nobody approved: shadow mode, the delay, budgets, and both kill switches."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.accounts import installation
from app.actions import lifecycle, shadow
from app.actions.execute import execute_action
from app.actions.kinds import ArchivePayload, LabelPayload, MarkReadPayload
from app.actions.proposing import AT_ONCE
from app.actions.repository import stuck_actions
from app.db.models import Action, ActionKind, ActionState, Mailbox
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError, UserError
from app.jobs import Job, TaskName
from app.mail.provider import MailProvider
from app.policy.general_rules import SHADOW
from app.review.repository import going_out, waiting
from tests.actions.mailroom import Mailroom, act
from tests.factories import add_user

LABEL = LabelPayload(add=("GetAnswers/Newsletter",))
DELAY = timedelta(seconds=60)


async def live(room: Mailroom, *kinds: ActionKind) -> None:
    await shadow.switch(
        room.database, user_id=room.user.id, mailbox_id=room.mailbox.id, live_kinds=kinds, clock=room.clock
    )


async def delayed_reply(room: Mailroom) -> Action:
    await room.set_user(send_delay_seconds=60)
    return await room.propose_one(None, act())


async def handed_over(room: Mailroom) -> list[tuple[object, object]]:
    async with room.database.transaction(SYSTEM) as session:
        return list(await stuck_actions(session, room.now, 10))


async def test_a_new_mailbox_is_in_shadow_mode() -> None:
    assert Mailbox.__table__.c.live_kinds.default is not None
    assert Mailbox.__table__.c.live_kinds.default.arg({}) == []  # pyright: ignore[reportAttributeAccessIssue]


async def test_in_shadow_mode_everything_is_shown_and_nothing_done(room: Mailroom, published: list[Job]) -> None:
    await live(room)
    message = await room.arrive()
    actions = await room.propose(message, (ArchivePayload(), act()), (LABEL, act()), (MarkReadPayload(), act()))
    assert {(action.state, action.rule) for action in actions} == {(ActionState.PROPOSED, SHADOW)}
    assert published == []
    for action in actions:
        await room.execute(action)
    assert room.calls == []
    async with room.database.transaction(room.user.id) as session:
        assert await waiting(session, room.user.id, now=room.now) == []


async def test_what_shadow_mode_shows_can_be_approved_all_the_same(room: Mailroom) -> None:
    await live(room)
    action = await room.propose_one(ArchivePayload(), act())
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    assert (await room.settle(action)).state == ActionState.DONE


async def test_switching_on_can_be_partial(room: Mailroom) -> None:
    await live(room, ActionKind.LABEL)
    message = await room.arrive()
    actions = await room.propose(message, (ArchivePayload(), act()), (LABEL, act()))
    assert {action.kind: action.state for action in actions} == {
        "archive": ActionState.PROPOSED,
        "label": ActionState.APPROVED,
    }


async def test_what_a_person_approved_does_not_spend_with_what_is_done_unasked(room: Mailroom) -> None:
    opened: list[str] = []

    async def for_person(user_id: UUID, mailbox_id: UUID) -> MailProvider:
        opened.append("person")
        return await room.open_mailbox(user_id, mailbox_id)

    async def unasked(user_id: UUID, mailbox_id: UUID) -> MailProvider:
        opened.append("unasked")
        return await room.open_mailbox(user_id, mailbox_id)

    mine = await room.propose_one()
    async with room.database.transaction(SYSTEM) as session:
        content_hash = (await session.get_one(Action, mine.id)).content_hash
    await lifecycle.approve(
        room.database, user_id=room.user.id, action_id=mine.id, expected_hash=content_hash, clock=room.clock
    )
    for action in (await room.propose_one(ArchivePayload(), act()), mine):
        await execute_action(
            database=room.database,
            open_mailbox=for_person,
            open_unasked=unasked,
            clock=room.clock,
            user_id=action.user_id,
            action_id=action.id,
        )
        assert (await room.row(action)).state == ActionState.DONE
    assert opened == ["unasked", "person"]


async def test_switching_off_stops_what_was_decided_and_has_not_begun(room: Mailroom) -> None:
    reply = await delayed_reply(room)
    archive = await room.propose_one(ArchivePayload(), act())
    by_person = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=by_person.id, clock=room.clock)
    await live(room, ActionKind.ARCHIVE)
    states = [(await room.row(action)).state for action in (reply, archive, by_person)]
    assert states == [ActionState.REJECTED, ActionState.APPROVED, ActionState.APPROVED]


async def test_a_mailbox_is_switched_by_its_owner_only(room: Mailroom) -> None:
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    with pytest.raises(NotFoundError):
        await shadow.switch(room.database, user_id=stranger.id, mailbox_id=room.mailbox.id, live_kinds=())


async def test_what_is_sent_unasked_waits_in_its_row_until_the_sweeper_finds_it(
    room: Mailroom, published: list[Job]
) -> None:
    action = await delayed_reply(room)
    assert (action.state, action.not_before) == (ActionState.APPROVED, room.now + DELAY)
    assert published == []
    await room.execute(action)
    assert await handed_over(room) == []
    assert room.calls == []
    room.now += DELAY
    assert await handed_over(room) == [(room.user.id, action.id)]
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.DONE
    assert len(room.sent()) == 1


async def test_it_is_shown_and_can_be_stopped_until_it_goes(room: Mailroom) -> None:
    action = await delayed_reply(room)
    async with room.database.transaction(room.user.id) as session:
        [shown] = await going_out(session, room.user.id, now=room.now)
    assert shown.action.id == action.id
    await lifecycle.reject(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    room.now += DELAY
    await room.execute(action)
    assert room.sent() == []


async def test_what_the_person_approved_goes_at_once(room: Mailroom, published: list[Job]) -> None:
    await room.set_user(send_delay_seconds=60)
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    assert published == [Job(TaskName.EXECUTE_ACTION, (room.user.id, action.id))]
    await room.execute(action)
    assert len(room.sent()) == 1


async def test_a_mail_that_comes_within_the_delay_stops_it(room: Mailroom) -> None:
    action = await delayed_reply(room)
    room.now += DELAY
    await room.arrive(conversation_id=action.conversation_id)
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.SUPERSEDED
    assert room.sent() == []


async def test_the_switch_of_the_installation_stops_everything_until_it_is_released(room: Mailroom) -> None:
    archive, reply = await room.propose_one(ArchivePayload(), act()), await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=reply.id, clock=room.clock)
    await installation.pause(room.database, paused=True)
    for action in (archive, reply):
        await room.execute(action)
        assert (await room.row(action)).state == ActionState.APPROVED
    assert room.calls == []
    held = await room.propose_one(ArchivePayload(), act())
    assert held.state == ActionState.PROPOSED
    with pytest.raises(ConflictError, match="operator"):
        await lifecycle.approve(room.database, user_id=room.user.id, action_id=held.id, clock=room.clock)
    await installation.pause(room.database, paused=False)
    assert (await room.settle(archive)).state == ActionState.DONE
    assert (await room.settle(reply)).state == ActionState.DONE


async def test_the_switch_of_the_installation_stops_a_reply_between_draft_and_sending(room: Mailroom) -> None:
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)

    async def meanwhile(method: str) -> None:
        if method == "drafts.create":
            await installation.pause(room.database, paused=True)

    room.on_call = meanwhile
    await room.execute(action)
    assert room.sent() == []
    await installation.pause(room.database, paused=False)
    room.on_call = None
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1


async def test_more_than_a_handful_of_messages_put_away_within_minutes_asks(room: Mailroom) -> None:
    await room.set_user(changes_at_once=2)
    made: list[str] = []
    for _ in range(3):
        message = await room.arrive()
        actions = await room.propose(message, (ArchivePayload(), act()), (MarkReadPayload(), act()), (LABEL, act()))
        made += [f"{action.kind} {action.state}" for action in actions]
    assert made == [
        *(2 * ["archive approved", "mark_read approved", "label approved"]),
        *("archive proposed", "mark_read proposed", "label approved"),
    ]
    room.now += AT_ONCE
    assert (await room.propose_one(ArchivePayload(), act())).state == ActionState.APPROVED


async def test_kinds_that_never_happen_unasked_cannot_be_switched_on(room: Mailroom) -> None:
    for kind in set(ActionKind) - {"reply", "label", "archive", "mark_read"}:
        with pytest.raises(UserError):
            await live(room, kind)

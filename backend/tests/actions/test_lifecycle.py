"""How actions come about, and what people, other tabs and time do to them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.actions import closing, lifecycle, repository
from app.actions.kinds import ArchivePayload, DraftPayload, LabelPayload, TextPayload, to_stored
from app.actions.proposing import VALID_FOR, Proposed, propose
from app.actions.transitions import Actor, move
from app.db.models import Action, ActionState, Direction
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError, UserError
from app.jobs import Job, TaskName
from app.policy.decide import Decision
from app.policy.rule import Choice, Risk
from tests.actions.mailroom import ANSWER, Mailroom, act, ask
from tests.factories import add_action, add_message, add_user

LABEL = LabelPayload(add=("GetAnswers/Newsletter",))
SECOND = timedelta(seconds=1)


def draft_of(reply: TextPayload) -> DraftPayload:
    return DraftPayload.model_validate(to_stored(reply))


async def approve(room: Mailroom, action: Action, **over: Any) -> Action:
    options: dict[str, Any] = {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}
    return await lifecycle.approve(room.database, **(options | over))


async def test_what_acts_is_approved_by_policy_and_handed_to_a_worker(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one(ArchivePayload(), act())
    assert (action.state, action.decided_by) == (ActionState.APPROVED, "policy")
    assert published == [Job(TaskName.EXECUTE_ACTION, (room.user.id, action.id))]
    assert await room.history(action) == [("action.approved", "policy")]


async def test_what_asks_waits_and_tells_when_it_should(room: Mailroom, published: list[Job]) -> None:
    quiet = await room.propose_one(ArchivePayload(), ask())
    assert published == []
    loud = await room.propose_one(decision=ask(notify=True))
    assert published == [Job(TaskName.SEND_ACTION_NOTIFICATION, (room.user.id, loud.id))]
    assert {quiet.state, loud.state} == {ActionState.PROPOSED}
    assert quiet.approved_hash is None


async def test_what_is_left_leaves_nothing(room: Mailroom, published: list[Job]) -> None:
    leave = Decision(choice=Choice.LEAVE, risk=Risk.LOW, reasons=("It stays.",), rule="test", notify=False)
    assert await room.propose(await room.arrive(), (ArchivePayload(), leave)) == []
    assert published == []


async def test_proposing_again_changes_nothing(room: Mailroom, published: list[Job]) -> None:
    message = await room.arrive()
    steps = ((ArchivePayload(), act()), (LABEL, ask()))
    assert len(await room.propose(message, *steps)) == 2
    assert await room.propose(message, *steps) == []
    assert len(published) == 1


async def test_a_message_never_has_two_texts_open(room: Mailroom) -> None:
    message = await room.arrive()
    reply = room.reply_to(message)
    [action] = await room.propose(message, (reply, ask()), (draft_of(reply), ask()))
    assert action.kind == "reply"


async def test_a_newer_message_takes_the_place_of_what_was_open(room: Mailroom) -> None:
    older = await room.arrive()
    waiting, approved_reply = await room.propose(older, (ArchivePayload(), ask()), (room.reply_to(older), act()))
    [labelled] = await room.propose(older, (LABEL, act()))
    room.now += SECOND
    newer = await room.arrive(conversation_id=older.conversation_id)
    [reply] = await room.propose(newer, (room.reply_to(newer), ask()))
    assert (await room.row(waiting)).state == ActionState.SUPERSEDED
    assert (await room.row(approved_reply)).state == ActionState.SUPERSEDED
    assert (await room.row(labelled)).state == ActionState.APPROVED  # a label on the older mail is still right
    assert (await room.row(reply)).state == ActionState.PROPOSED
    # Judged late and out of order, the older message gets no answer any more.
    late = await room.propose(older, (draft_of(room.reply_to(older)), ask()))
    assert late == []


async def test_two_messages_judged_at_once_leave_one_answer_open(room: Mailroom) -> None:
    older = await room.arrive()
    room.now += SECOND
    newer = await room.arrive(conversation_id=older.conversation_id)
    made = await asyncio.gather(
        *(room.propose(message, (room.reply_to(message), ask())) for message in (older, newer, older, newer))
    )
    states = [(await room.row(action)).state for actions in made for action in actions]
    assert states.count(ActionState.PROPOSED) == 1


async def test_one_automatic_reply_per_sender_even_when_two_are_decided_at_once(room: Mailroom) -> None:
    first, second = await room.arrive("Question"), await room.arrive("Another question")
    async with room.database.transaction(room.user.id) as session:
        [sent] = await propose(session, first, [Proposed(room.reply_to(first), act(), 0.9)], now=room.now)
        other = asyncio.create_task(room.propose(second, (room.reply_to(second), act())))
        await blocked_or_done(room, other)
    [held] = await other
    assert (sent.state, held.state) == (ActionState.APPROVED, ActionState.PROPOSED)
    room.now += timedelta(hours=24, seconds=1)
    later = await room.arrive("A day later")
    [again] = await room.propose(later, (room.reply_to(later), act()))
    assert again.state == ActionState.APPROVED


async def blocked_or_done(room: Mailroom, task: asyncio.Task[Any]) -> None:
    """Until the task waits for a lock that we hold; without the lock it would just go on."""
    while not task.done():
        async with room.database.engine.connect() as connection:
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if await connection.scalar(waiting):
                return


@pytest.mark.parametrize(("kind", "limit"), [("reply", 3), ("archive", 4)])
async def test_budgets_are_counted_again_under_the_lock(room: Mailroom, kind: str, limit: int) -> None:
    await room.set_user(daily_sends=3, daily_changes=4)
    message, others = await room.arrive(), await room.arrive()
    async with room.database.transaction(SYSTEM) as session:
        values = {"state": "done", "decision": "act", "decided_by": "policy", "decided_at": room.now}
        for _ in range(limit):
            other = await add_message(session, room.mailbox, conversation_id=others.conversation_id)
            await add_action(session, other, kind=kind, payload={"to": ["other@example.com"]}, **values)
    payload = room.reply_to(message) if kind == "reply" else ArchivePayload()
    [action] = await room.propose(message, (payload, act()))
    assert (action.state, action.decision) == (ActionState.PROPOSED, "ask")
    assert "limit" in action.reasons[0]


async def test_nothing_is_decided_unasked_while_paused(room: Mailroom, published: list[Job]) -> None:
    await room.set_user(effects_paused=True)
    action = await room.propose_one(ArchivePayload(), act())
    assert action.state == ActionState.PROPOSED
    assert published == []


async def test_an_approval_is_bound_to_what_was_seen(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one()
    with pytest.raises(ConflictError, match="changed since"):
        await approve(room, action, expected_hash=bytes(32))
    assert (await room.row(action)).state == ActionState.PROPOSED
    approved = await approve(room, action, expected_hash=action.content_hash)
    assert (approved.state, approved.decided_by) == (ActionState.APPROVED, "user")
    assert published == [Job(TaskName.EXECUTE_ACTION, (room.user.id, action.id))]
    assert await room.history(action) == [("action.proposed", "worker"), ("action.approved", "user")]


async def test_a_double_click_is_one_approval(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one()
    await asyncio.gather(*(approve(room, action, expected_hash=action.content_hash) for _ in range(8)))
    assert len(published) == 1
    assert len(await room.history(action)) == 2


async def test_who_comes_while_another_decides_meets_the_decision(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one()
    async with room.database.transaction(room.user.id) as session:
        subject = await repository.locked_subject(session, room.user.id, action.id)
        assert subject is not None
        second = asyncio.create_task(approve(room, action))
        await blocked_or_done(room, second)
        move(session, subject.action, ActionState.REJECTED, actor=Actor.USER, now=room.now)
    with pytest.raises(ConflictError, match="rejected"):
        await second
    assert published == []


async def test_approving_and_rejecting_at_once_end_in_one_of_both(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one()
    outcomes = await asyncio.gather(
        *(approve(room, action) for _ in range(3)),
        *(reject(room, action) for _ in range(3)),
        return_exceptions=True,
    )
    state = (await room.row(action)).state
    assert state in {ActionState.APPROVED, ActionState.REJECTED}
    assert all(isinstance(each, (Action, ConflictError)) for each in outcomes)


async def reject(room: Mailroom, action: Action) -> Action:
    return await lifecycle.reject(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)


async def test_an_edit_makes_a_new_hash_and_approves_that(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one()
    options: dict[str, Any] = {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}
    edited = await lifecycle.edit(room.database, body="No, Thursday.", expected_hash=action.content_hash, **options)
    assert edited.state == ActionState.APPROVED
    assert edited.content_hash != action.content_hash
    assert edited.payload["body"] == "No, Thursday."
    assert edited.payload["to"] == action.payload["to"]
    with pytest.raises(ConflictError):  # another tab that still shows the old text
        await approve(room, action, expected_hash=action.content_hash)
    with pytest.raises(ConflictError):
        await lifecycle.edit(room.database, body="Something else.", **options)
    await lifecycle.edit(room.database, body="No, Thursday.", **options)
    assert len(published) == 1
    events = [event for event, _ in await room.history(action)]
    assert events == ["action.proposed", "action.edited", "action.approved"]
    await room.execute(edited)
    assert [each.get_content().strip() for each in room.sent()] == ["No, Thursday."]


@pytest.mark.parametrize("body", ["", " \n", "x" * 20_001])
async def test_a_text_that_cannot_be_sent_is_refused_in_words(room: Mailroom, body: str) -> None:
    action = await room.propose_one()
    with pytest.raises(UserError):
        await lifecycle.edit(room.database, user_id=room.user.id, action_id=action.id, body=body)
    assert (await room.row(action)).state == ActionState.PROPOSED


async def test_only_texts_can_be_edited(room: Mailroom) -> None:
    action = await room.propose_one(ArchivePayload(), ask())
    with pytest.raises(UserError):
        await lifecycle.edit(room.database, user_id=room.user.id, action_id=action.id, body="x", clock=room.clock)


async def test_what_somebody_else_owns_is_not_found(room: Mailroom) -> None:
    action = await room.propose_one()
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    for user_id, action_id in ((stranger.id, action.id), (room.user.id, uuid4())):
        options: dict[str, Any] = {"user_id": user_id, "action_id": action_id}
        with pytest.raises(NotFoundError):
            await lifecycle.approve(room.database, **options)
        with pytest.raises(NotFoundError):
            await lifecycle.edit(room.database, body="x", **options)
        with pytest.raises(NotFoundError):
            await lifecycle.reject(room.database, **options)
    assert (await room.row(action)).state == ActionState.PROPOSED


@pytest.mark.parametrize("direction", Direction)
async def test_a_newer_message_voids_the_approval(room: Mailroom, published: list[Job], direction: Direction) -> None:
    message = await room.arrive()
    [action] = await room.propose(message, (room.reply_to(message), ask()))
    room.now += SECOND
    await room.arrive(conversation_id=message.conversation_id, direction=direction)
    with pytest.raises(ConflictError, match="gone on"):
        await approve(room, action)
    assert (await room.row(action)).state == ActionState.SUPERSEDED
    assert published == []


@pytest.mark.parametrize("label", ["DRAFT", "SPAM", "TRASH"])
async def test_drafts_and_spam_in_the_thread_void_nothing(room: Mailroom, label: str) -> None:
    message = await room.arrive()
    [action] = await room.propose(message, (room.reply_to(message), ask()))
    room.now += SECOND
    await room.arrive(conversation_id=message.conversation_id, labels=[label])
    assert (await approve(room, action)).state == ActionState.APPROVED


async def test_an_expired_proposal_cannot_be_approved(room: Mailroom) -> None:
    action = await room.propose_one()
    room.now += VALID_FOR
    with pytest.raises(ConflictError, match="expired"):
        await approve(room, action)
    assert (await room.row(action)).state == ActionState.EXPIRED


async def test_nothing_is_approved_while_everything_is_paused(room: Mailroom) -> None:
    action = await room.propose_one()
    await room.set_user(effects_paused=True)
    with pytest.raises(ConflictError, match="paused"):
        await approve(room, action)
    await room.set_user(effects_paused=False)
    assert (await approve(room, action)).state == ActionState.APPROVED


async def test_a_rejected_action_stays_rejected(room: Mailroom) -> None:
    action = await room.propose_one()
    await reject(room, action)
    assert (await reject(room, action)).state == ActionState.REJECTED
    with pytest.raises(ConflictError, match="rejected"):
        await approve(room, action)


async def test_an_approval_can_be_taken_back_until_somebody_begins(room: Mailroom) -> None:
    first, second = await room.propose_one(), await room.propose_one()
    await approve(room, first)
    assert (await reject(room, first)).state == ActionState.REJECTED
    await room.execute(first)
    assert room.sent() == []
    await approve(room, second)
    await room.execute(second)
    with pytest.raises(ConflictError, match="already done"):
        await reject(room, second)


async def test_without_an_audit_entry_there_is_no_transition(room: Mailroom, published: list[Job]) -> None:
    action = await room.propose_one()
    async with room.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (actor <> 'user')"))
    with pytest.raises(DBAPIError):
        await approve(room, action)
    assert (await room.row(action)).state == ActionState.PROPOSED
    assert published == []


async def test_what_is_due_expires_once_and_nothing_else_does(room: Mailroom) -> None:
    waiting = await room.propose_one()
    begun = await room.propose_one()
    await approve(room, begun)
    await room.change_row(begun, attempts=1)
    room.now += VALID_FOR - SECOND
    fresh = await room.propose_one()
    room.now += SECOND
    counts: list[int] = []
    for _ in range(2):
        async with room.database.transaction(SYSTEM) as session:
            counts.append(await closing.expire_due(session, now=room.now))
    assert counts == [1, 0]
    states = [(await room.row(action)).state for action in (waiting, begun, fresh)]
    assert states == [ActionState.EXPIRED, ActionState.APPROVED, ActionState.PROPOSED]


async def test_what_the_user_answered_elsewhere_is_superseded_by_the_sweeper(room: Mailroom) -> None:
    answered, open_still = await room.arrive("One"), await room.arrive("Two")
    [old] = await room.propose(answered, (room.reply_to(answered, ANSWER), ask()))
    [kept] = await room.propose(open_still, (room.reply_to(open_still), ask()))
    room.now += SECOND
    await room.arrive(conversation_id=answered.conversation_id, direction="out", state="ignored", labels=["SENT"])
    async with room.database.transaction(SYSTEM) as session:
        assert await closing.supersede_outdated(session, now=room.now) == 1
    assert (await room.row(old)).state == ActionState.SUPERSEDED
    assert (await room.row(kept)).state == ActionState.PROPOSED

"""A pattern ends when the user does something else or says so, and does not come back by itself."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.actions.transitions import Actor
from app.db.models import Action, ActionState, ArchivedAction, AuditEntry, EventKind, Message, MessageState
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError
from app.jobs import Job, TaskName
from app.triage.patterns import keeping
from app.triage.patterns.evidence import CONTRADICTING, ENOUGH, LOOKED_AT
from app.triage.sweep import sweep
from tests.factories import add_user
from tests.triage.patterns.conftest import ON_A_LIST, Desk


async def _learnt(desk: Desk, kind: EventKind = EventKind.ARCHIVED) -> UUID:
    """A letter that was skipped because of what the user did with those before."""
    await desk.had(ENOUGH, kind)
    message_id = await desk.comes()
    assert desk.engine.asked == []
    desk.now += timedelta(hours=1)
    return message_id


async def _states(desk: Desk) -> list[tuple[str, str | None]]:
    return [(one.state, one.forgotten_by) for one in await desk.patterns()]


@pytest.mark.parametrize("deed", sorted(CONTRADICTING))
async def test_doing_something_else_ends_it_before_the_next_mail(desk: Desk, deed: EventKind) -> None:
    await desk.did(await _learnt(desk), deed)
    assert not await desk.is_skipped()
    assert await _states(desk) == [("forgotten", "deed")]
    await desk.had(ENOUGH, EventKind.ARCHIVED)
    assert not await desk.is_skipped(), "not learnt again by itself"


@pytest.mark.parametrize("deed", sorted(CONTRADICTING))
async def test_the_sweeper_ends_it_too(desk: Desk, deed: EventKind) -> None:
    message_id = await _learnt(desk)
    await sweep(database=desk.database, clock=desk.clock)
    assert await _states(desk) == [("learned", None)], "what it was learnt from does not contradict it"
    await desk.did(message_id, deed)
    await sweep(database=desk.database, clock=desk.clock)
    assert await _states(desk) == [("forgotten", "deed")]


async def test_the_sweeper_knows_lists_by_their_domain(desk: Desk) -> None:
    await desk.had(ENOUGH, EventKind.ARCHIVED, letter=ON_A_LIST)
    message_id = await desk.comes(ON_A_LIST, sender_address="other@letters.example")
    elsewhere = await desk.comes(ON_A_LIST, sender_address="x@elsewhere.example")
    desk.now += timedelta(hours=1)
    await desk.did(elsewhere, EventKind.STARRED)
    await sweep(database=desk.database, clock=desk.clock)
    assert await _states(desk) == [("learned", None)]
    await desk.did(message_id, EventKind.STARRED)
    await sweep(database=desk.database, clock=desk.clock)
    assert await _states(desk) == [("forgotten", "deed")]


async def test_what_we_do_ourselves_contradicts_nothing(desk: Desk) -> None:
    await desk.did(await _learnt(desk), EventKind.MOVED_TO_INBOX, ours=True)
    assert await desk.is_skipped()


@pytest.mark.parametrize(
    "values",
    [
        {"state": ActionState.UNDONE, "undone_by": Actor.USER},
        {"state": ActionState.REJECTED, "decided_by": Actor.USER},
    ],
    ids=["undone", "rejected"],
)
@pytest.mark.parametrize("swept", [False, True], ids=["next mail", "sweeper"])
async def test_undoing_or_rejecting_its_step_ends_it(desk: Desk, values: dict[str, str], *, swept: bool) -> None:
    message_id = await _learnt(desk)
    async with desk.database.transaction(SYSTEM) as session:
        chosen = update(Action).where(Action.message_id == message_id, Action.kind == "archive")
        await session.execute(chosen.values(updated_at=desk.now, resolved_at=desk.now, **values))
    if swept:
        await sweep(database=desk.database, clock=desk.clock)
    else:
        assert not await desk.is_skipped()
    assert await _states(desk) == [("forgotten", "deed")]


async def test_forgotten_by_word_and_wanted_again(desk: Desk) -> None:
    message_id = await _learnt(desk)
    [pattern] = await desk.patterns()
    await keeping.forget(desk.database, pattern.id, user_id=desk.user.id, now=desk.now)
    assert not await desk.is_skipped()
    assert await _states(desk) == [("forgotten", "user")]
    await desk.did(message_id, EventKind.STARRED)
    desk.now += timedelta(hours=1)
    await keeping.want_again(desk.database, pattern.id, user_id=desk.user.id, now=desk.now)
    assert await desk.is_skipped(), "what was done before they wanted it again no longer counts"
    assert await _states(desk) == [("learned", None)]


async def test_all_are_switched_off_and_on(desk: Desk) -> None:
    await _learnt(desk)
    await keeping.switch(desk.database, user_id=desk.user.id, on=False)
    assert not await desk.is_skipped()
    await keeping.switch(desk.database, user_id=desk.user.id, on=True)
    assert await desk.is_skipped()


async def test_a_skip_is_taken_back_and_the_engine_judges(desk: Desk) -> None:
    message_id = await _learnt(desk)
    before = await desk.actions(message_id)
    async with desk.database.transaction(SYSTEM) as session:
        await session.execute(
            update(Action).where(Action.id == before["archive"].id).values(state=ActionState.PROPOSED)
        )
    desk.published.clear()
    await keeping.judge_again(desk.database, message_id, user_id=desk.user.id, clock=desk.clock)
    assert Job(TaskName.PROCESS_SINGLE_EMAIL, (message_id,)) in desk.published
    assert await desk.actions(message_id) == {}, "what was open made room"
    await desk.triage(message_id)
    assert desk.engine.asked == [str(message_id)]
    assert (await desk.verdict(message_id)).engine == "offline"
    after = await desk.actions(message_id)
    assert after.keys() == {"archive", "label", "mark_read"}
    assert after["archive"].id != before["archive"].id
    assert await _states(desk) == [("forgotten", "user")]
    async with desk.database.transaction(SYSTEM) as session:
        kept = {one.id: one.state for one in await session.scalars(select(ArchivedAction))}
        events = set(await session.scalars(select(AuditEntry.event)))
    assert kept == {before["archive"].id: "superseded", before["label"].id: "superseded"}
    assert {"message.judged_again", "action.superseded"} <= events
    with pytest.raises(ConflictError):
        await keeping.judge_again(desk.database, message_id, user_id=desk.user.id, clock=desk.clock)


async def test_what_a_skip_did_unasked_is_undone_with_it_and_not_proposed_again(desk: Desk) -> None:
    message_id = await _learnt(desk)
    async with desk.database.transaction(SYSTEM) as session:
        done = update(Action).where(Action.message_id == message_id)
        await session.execute(
            done.values(state=ActionState.DONE, resolved_at=desk.now, undo={"add": ["INBOX"], "remove": ["Label_1"]})
        )
    desk.published.clear()
    await keeping.judge_again(desk.database, message_id, user_id=desk.user.id, clock=desk.clock)
    archive = (await desk.actions(message_id))["archive"]
    assert (archive.state, archive.undone_by) == ("undoing", "user")
    assert Job(TaskName.EXECUTE_ACTION, (desk.user.id, archive.id)) in desk.published
    await desk.triage(message_id)
    after = await desk.actions(message_id)
    assert (after["archive"].id, after["archive"].state) == (archive.id, "undoing")
    assert after["label"].state == "done"


async def test_nobody_touches_anothers_patterns_and_skips(desk: Desk) -> None:
    message_id = await _learnt(desk)
    [pattern] = await desk.patterns()
    async with desk.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    for change in (keeping.forget, keeping.want_again):
        with pytest.raises(NotFoundError):
            await change(desk.database, pattern.id, user_id=stranger.id, now=desk.now)
    with pytest.raises(NotFoundError):
        await keeping.judge_again(desk.database, message_id, user_id=stranger.id, clock=desk.clock)
    async with desk.database.transaction(SYSTEM) as session:
        assert (await session.get_one(Message, message_id)).state == MessageState.TRIAGED
    assert await _states(desk) == [("learned", None)]


async def test_what_the_engine_judged_is_not_judged_again(desk: Desk) -> None:
    message_id = await desk.comes()
    with pytest.raises(ConflictError):
        await keeping.judge_again(desk.database, message_id, user_id=desk.user.id, clock=desk.clock)


async def test_a_habit_that_changes_is_dropped_and_the_new_one_is_learnt(desk: Desk) -> None:
    first = await _learnt(desk)
    await desk.did(first, EventKind.READ)
    desk.now += timedelta(days=1)
    second = await desk.comes()
    assert desk.engine.asked == [], "opened once out of curiosity"
    await desk.did(second, EventKind.READ)
    desk.now += timedelta(days=2)
    assert not await desk.is_skipped()
    assert await desk.patterns() == []
    for number in range(LOOKED_AT):
        desk.now += timedelta(days=1)
        await desk.did(await desk.comes(subject=f"The week in letters {number}"), EventKind.READ)
    desk.now += timedelta(days=2)
    assert await desk.is_skipped()
    assert [one.kind for one in await desk.patterns()] == ["only_read"]

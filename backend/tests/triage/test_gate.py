"""Until there are enough outcomes, hold: the whole way of a message, for each kind of step and each model by itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db.models import Action, Mailbox
from app.db.session import SYSTEM, Database
from app.triage.outcomes.measuring import ENOUGH_OUTCOMES
from app.triage.pipeline import triage_message
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Danger, Proposal, Step, Urgency, Verdict
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user, add_verdict
from tests.triage.patterns.conftest import LETTER

MODEL, PROMPT = "some:model", "judge-1"


@dataclass
class SureModel:
    """A model that is sure of everything, and has a name and a prompt to be remembered by."""

    name: str = MODEL
    prompt: str = PROMPT
    lease: timedelta = timedelta(minutes=2)

    async def judge(self, snapshot: Snapshot, signals: Signals) -> Verdict:
        return Verdict(
            category=Category.NEWSLETTER,
            needs_reply=False,
            urgency=Urgency.LOW,
            deadline=None,
            summary="A letter.",
            asks=(),
            reasons=("It is a letter.",),
            confidence=1.0,
            danger=Danger.LOW,
            proposals=(Proposal(Step.ARCHIVE, 1.0, "A letter."), Proposal(Step.MARK_READ, 1.0, "A letter.")),
            draft=None,
            engine=self.name,
            prompt_version=self.prompt,
        )

    async def close(self) -> None:
        """Holds nothing open."""


@pytest.fixture
async def mailbox(database: Database) -> Mailbox:
    async with database.transaction(SYSTEM) as session:
        return await add_mailbox(session, await add_user(session, autonomy="high"))


async def _decided(database: Database, mailbox: Mailbox, count: int, *, state: str = "done", **over: str) -> None:
    verdict = {"engine": over.pop("engine", MODEL), "prompt_version": over.pop("prompt_version", PROMPT)}
    values: dict[str, Any] = {"kind": "archive", "state": state, "decided_by": "user", "decided_at": NOON} | over
    async with database.transaction(SYSTEM) as session:
        for _ in range(count):
            message = await add_message(session, mailbox, state="triaged", sender_address="x@elsewhere.example")
            await add_verdict(session, message, **verdict)
            await add_action(session, message, **values)


async def _happens(database: Database, mailbox: Mailbox, engine: SureModel | None = None) -> dict[str, str]:
    """Kind of step to the rule that settled what becomes of the next letter."""
    async with database.transaction(SYSTEM) as session:
        message = await add_message(session, mailbox, **LETTER)
    await triage_message(message.id, database=database, engine=engine or SureModel(), clock=lambda: NOON)
    async with database.transaction(SYSTEM) as session:
        found = await session.scalars(select(Action).where(Action.message_id == message.id))
        return {one.kind: "done" if one.decision == "act" else one.rule for one in found}


UNPROVEN = {"archive": "confidence_is_unproven"}
"""What is too small to ask about is then left."""


async def test_a_model_begins_with_nothing_proven(database: Database, mailbox: Mailbox) -> None:
    assert await _happens(database, mailbox) == UNPROVEN


async def test_one_decision_too_few_holds_and_the_next_opens_for_that_kind_alone(
    database: Database, mailbox: Mailbox
) -> None:
    await _decided(database, mailbox, ENOUGH_OUTCOMES - 1)
    assert await _happens(database, mailbox) == UNPROVEN
    await _decided(database, mailbox, 1)
    assert await _happens(database, mailbox) == {"archive": "done"}, "marking as read has no record of its own"
    await _decided(database, mailbox, ENOUGH_OUTCOMES, kind="mark_read")
    assert await _happens(database, mailbox) == {"archive": "done", "mark_read": "done"}


@pytest.mark.parametrize("kind", ["label", "mark_read", "reply", "draft"])
async def test_another_kinds_record_opens_nothing(database: Database, mailbox: Mailbox, kind: str) -> None:
    await _decided(database, mailbox, 3 * ENOUGH_OUTCOMES, kind=kind)
    assert (await _happens(database, mailbox))["archive"] == "confidence_is_unproven"


@pytest.mark.parametrize("newcomer", [SureModel(name="another:model"), SureModel(prompt="judge-2")], ids=str)
async def test_a_new_model_or_prompt_begins_anew(database: Database, mailbox: Mailbox, newcomer: SureModel) -> None:
    await _decided(database, mailbox, 3 * ENOUGH_OUTCOMES)
    await _decided(database, mailbox, ENOUGH_OUTCOMES, engine="another:model", prompt_version="judge-0")
    assert (await _happens(database, mailbox))["archive"] == "done"
    assert await _happens(database, mailbox, newcomer) == UNPROVEN


async def test_too_many_rejections_hold_however_sure_it_is(database: Database, mailbox: Mailbox) -> None:
    await _decided(database, mailbox, 45)
    await _decided(database, mailbox, 5, state="rejected")
    assert (await _happens(database, mailbox))["archive"] == "done", "nine of ten are enough"
    await _decided(database, mailbox, 6, state="rejected")
    assert await _happens(database, mailbox) == UNPROVEN


async def test_nobody_lives_on_anothers_record(database: Database, mailbox: Mailbox) -> None:
    async with database.transaction(SYSTEM) as session:
        other = await add_mailbox(session, await add_user(session, autonomy="high"))
    await _decided(database, other, 3 * ENOUGH_OUTCOMES)
    assert await _happens(database, mailbox) == UNPROVEN

"""What a decision rests on: the record of an engine, and the floor that the rules put under each one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.actions.kinds import ReplyPayload
from app.actions.lifecycle import approve, edit
from app.actions.proposing import propose
from app.actions.repository import Spent
from app.actions.transitions import move
from app.db.models import Action, ActionKind, ActionState, Mailbox, Message, User
from app.db.session import SYSTEM, Database
from app.mail.identities import Identity
from app.policy.decide import Decision, decide
from app.policy.facts import Autonomy, Facts
from app.policy.rule import Choice, Risk
from app.triage import deciding
from app.triage.deciding import Case, Proposed, Situation, decided_steps
from app.triage.engines.offline import judge
from app.triage.offer_repository import Habit
from app.triage.offers import Occasion
from app.triage.outcomes.measuring import Record
from app.triage.outcomes.repository import records
from app.triage.signals import read_signals
from app.triage.verdict import Category, Danger, Proposal, Step, Verdict
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user, add_verdict
from tests.triage.mails import BULK, snapshot

ENGINE, PROMPT = "some:model", "judge-1"
LETTER: dict[str, Any] = {
    "sender_address": "news@letters.example",
    "sender_name": "Letters",
    "subject": "The week in letters",
    "text": "Here is what happened this week. Read on our site. Unsubscribe at any time.",
    "headers": BULK | {"authentication-results": ["mx.google.com; spf=pass; dkim=pass; dmarc=pass"]},
}


@pytest.fixture
async def people(database: Database) -> tuple[User, Mailbox]:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
        return user, await add_mailbox(session, user)


async def _decided(database: Database, mailbox: Mailbox, count: int, **over: Any) -> None:
    verdict = {"engine": over.pop("engine", ENGINE), "prompt_version": over.pop("prompt_version", PROMPT)}
    values = {"state": "done", "decided_by": "user", "decided_at": NOON} | over
    async with database.transaction(SYSTEM) as session:
        for _ in range(count):
            message = await add_message(session, mailbox, state="triaged")
            await add_verdict(session, message, **verdict)
            await add_action(session, message, **values)


async def _records(database: Database, user: User) -> dict[str, Record]:
    async with database.transaction(user.id) as session:
        return await records(session, user.id, engine=ENGINE, prompt_version=PROMPT)


def _counted(found: dict[str, Record]) -> dict[str, tuple[int, int]]:
    return {kind: (one.decided, one.approved) for kind, one in found.items()}


async def test_a_record_is_of_one_engine_prompt_and_kind(database: Database, people: tuple[User, Mailbox]) -> None:
    user, mailbox = people
    await _decided(database, mailbox, 3)
    await _decided(database, mailbox, 2, state="rejected")
    await _decided(database, mailbox, 4, kind="mark_read")
    await _decided(database, mailbox, 5, engine="another:model")
    await _decided(database, mailbox, 6, prompt_version="judge-0")
    await _decided(database, mailbox, 7, decided_by="policy")
    await _decided(database, mailbox, 8, state="failed")
    assert _counted(await _records(database, user)) == {"archive": (5, 3), "mark_read": (4, 4)}


async def test_only_the_latest_decisions_count(database: Database, people: tuple[User, Mailbox]) -> None:
    user, mailbox = people
    await _decided(database, mailbox, 30, decided_at=NOON - timedelta(days=9))
    await _decided(database, mailbox, 40, state="rejected")
    assert _counted(await _records(database, user)) == {"archive": (50, 10)}


async def test_a_record_remembers_how_sure_each_step_was_said_to_be(
    database: Database, people: tuple[User, Mailbox]
) -> None:
    user, mailbox = people
    await _decided(database, mailbox, 3, confidence=0.9)
    await _decided(database, mailbox, 1, confidence=0.6, state="rejected")
    found = (await _records(database, user))["archive"]
    assert sorted(found.believed) == [(0.6, False), (0.9, True), (0.9, True), (0.9, True)]


@pytest.mark.parametrize(("body", "approved"), [(None, 1), ("Hi,\n\nthe offer comes on Monday.", 0)])
async def test_a_text_that_was_edited_was_not_approved_as_it_was(
    database: Database, people: tuple[User, Mailbox], body: str | None, approved: int
) -> None:
    user, mailbox = people
    decision = Decision(Choice.ASK, Risk.LOW, ("Because.",), "a_rule", notify=False)
    payload = ReplyPayload(subject="Re: The offer", body="Hi, yes.", to=("erik@example.com",))
    async with database.transaction(SYSTEM) as session:
        message = await add_message(session, mailbox, state="triaged")
        await add_verdict(session, message, engine=ENGINE, prompt_version=PROMPT)
        [action] = await propose(session, message, [Proposed(payload, decision, 0.9)], now=NOON)
    ids: dict[str, Any] = {"user_id": user.id, "action_id": action.id, "clock": lambda: NOON}
    await (approve(database, **ids) if body is None else edit(database, body=body, **ids))
    async with database.transaction(user.id) as session:
        row = await session.get_one(Action, action.id)
        for state in (ActionState.EXECUTING, ActionState.DONE):
            move(session, row, state, actor="worker", now=NOON)  # pyright: ignore[reportArgumentType] - a plain name
    assert _counted(await _records(database, user)) == {"reply": (1, approved)}


def _situation(**over: Any) -> Situation:
    values: dict[str, Any] = {
        "message": Message(
            sender_address="erik.holm@example.com",
            sender_name="Erik Holm",
            subject="The walk",
            text="Shall we walk on Friday?",
            quoted_text="",
            reply_to=[],
            to=[],
            cc=[],
            received_at=NOON,
        ),
        "own": frozenset({"ana@example.org"}),
        "user": User(
            name="Ana",
            timezone="UTC",
            autonomy=Autonomy.HIGH,
            autonomy_by_kind={},
            daily_sends=20,
            daily_changes=500,
            changes_at_once=20,
        ),
        "live_kinds": frozenset(ActionKind),
        "effects_paused": False,
        "thread_has_newer": False,
        "spent": Spent(sends=0, changes=0),
        "put_away_lately": 0,
        "auto_replied_lately": False,
        "records": {},
        "own_texts": "",
        "other_texts": "",
        "written_to": frozenset({"erik.holm@example.com"}),
        "identity": Identity("ana@example.org"),
        "occasion": Occasion(Habit(mails=1, read=0, offered=False), moved_on=False, now=NOON),
    }
    return Situation(**(values | over))


def _record(decided: int, approved: int) -> Record:
    """Of an engine that was always sure."""
    return Record(tuple((1.0, number < approved) for number in range(decided)))


def _judged(step: Step, mail: dict[str, Any], *, records: dict[str, Record], **over: Any) -> Decision:
    mail_as_read = snapshot(**mail)
    signals = read_signals(mail_as_read)
    by_rules = judge(mail_as_read, signals)
    values: dict[str, Any] = {
        "danger": Danger.LOW,
        "proposals": (Proposal(step, 1.0, "Harmless."),),
        "draft": "Hi,\n\nyes, gladly.",
        "engine": ENGINE,
    }
    verdict: Verdict = replace(by_rules, **(values | over))
    [decided] = decided_steps(Case(_situation(records=records), mail_as_read, signals, verdict))
    return decided.decision


@pytest.mark.parametrize(
    ("record", "choice"),
    [
        (_record(19, 19), Choice.ASK),
        (_record(20, 20), Choice.ACT),
        (_record(20, 18), Choice.ACT),
        (_record(50, 44), Choice.ASK),
        (_record(20, 0), Choice.ASK),
    ],
)
def test_only_approvals_open_the_gate(record: Record, choice: Choice) -> None:
    assert _judged(Step.ARCHIVE, LETTER, records={"archive": record}).choice is choice


def test_confidence_counts_as_far_as_it_was_borne_out() -> None:
    decision = _judged(Step.ARCHIVE, LETTER, records={"archive": _record(50, 46)})
    assert "GetAnswers is very sure, 92 %" in decision.reasons[1]


def test_a_step_said_to_be_less_sure_than_those_that_were_borne_out_counts_less() -> None:
    borne_out = Record((*[(0.97, True)] * 46, *[(0.97, False)] * 4))
    proposals = (Proposal(Step.ARCHIVE, 0.9, "Harmless."),)
    decision = _judged(Step.ARCHIVE, LETTER, records={"archive": borne_out}, proposals=proposals)
    assert "GetAnswers is fairly sure, 76 %" in decision.reasons[1]


@pytest.mark.parametrize(
    ("step", "engine", "calibrated"),
    [
        (Step.ARCHIVE, "offline", True),
        (Step.MARK_READ, "offline", True),
        (Step.REPLY, "offline", False),
        (Step.ARCHIVE, ENGINE, False),
    ],
)
def test_headers_stand_in_for_a_record_only_where_the_rules_tidy(
    monkeypatch: pytest.MonkeyPatch, step: Step, engine: str, *, calibrated: bool
) -> None:
    seen: list[Facts] = []

    def noted(facts: Facts) -> Decision:
        seen.append(facts)
        return decide(facts)

    # Other rules keep bulk mail from being answered at all, so the decision alone would not tell.
    monkeypatch.setattr(deciding, "decide", noted)
    _judged(step, LETTER, records={}, engine=engine)
    assert [facts.calibrated for facts in seen] == [calibrated]


@pytest.mark.parametrize("engine", [ENGINE, "offline"])
@pytest.mark.parametrize("step", [Step.ARCHIVE, Step.MARK_READ])
def test_an_engine_cannot_talk_away_what_the_rules_see(engine: str, step: Step) -> None:
    alert = LETTER | {"subject": "Security alert", "text": "A new sign-in to your account. Was this you?"}
    records = {"archive": _record(50, 50), "mark_read": _record(50, 50)}
    decision = _judged(step, alert, records=records, engine=engine, category=Category.NEWSLETTER)
    assert decision.choice is Choice.LEAVE
    assert decision.risk is not Risk.LOW


def test_an_engine_may_still_protect_what_the_rules_would_tidy() -> None:
    decision = _judged(Step.ARCHIVE, LETTER, records={"archive": _record(50, 50)}, category=Category.LEGAL)
    assert decision.choice is Choice.LEAVE


def test_a_low_danger_of_the_engine_does_not_lower_that_of_the_rules() -> None:
    mail = {"text": "Hi Ana, shall I send 400 EUR to DE89 3704 0044 0532 0130 00?"}
    decision = _judged(Step.REPLY, mail, records={"reply": _record(50, 50)}, category=Category.PERSONAL)
    assert decision.choice is Choice.ASK
    assert "The engine that read the mail rates its risk as medium." in decision.reasons

"""Whatever breaks at whatever point: the effect happens exactly once, or a person is told that it is not known."""

from dataclasses import dataclass

import pytest

from app.actions import lifecycle
from app.actions.kinds import (
    ArchivePayload,
    ChangePayload,
    DraftPayload,
    LabelPayload,
    MarkReadPayload,
)
from app.db.models import ActionState
from app.simulator.faults import Fault, FaultKind
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, ANSWER, Death, Mailroom, act

DONE, UNKNOWN, FAILED = ActionState.DONE, ActionState.UNKNOWN, ActionState.FAILED


@dataclass(frozen=True)
class Case:
    """What goes wrong at one call, and how the action ends."""

    method: str
    what: str
    end: ActionState = DONE
    effects: int = 1
    times: int = 1

    def __str__(self) -> str:
        return f"{self.method}-{self.what}"


WIRE: dict[str, Fault] = {
    "timeout before": Fault(FaultKind.TIMEOUT_BEFORE),
    "timeout after": Fault(FaultKind.TIMEOUT_AFTER),
    "reset": Fault(FaultKind.RESET),
    "broken answer": Fault(FaultKind.MALFORMED),
    "server error": Fault(FaultKind.ERROR, status=503, reason="backendError"),
    "rate limit": Fault(FaultKind.ERROR, status=429, reason="rateLimitExceeded"),
    "user rate limit": Fault(FaultKind.ERROR, status=403, reason="userRateLimitExceeded"),
    "refused": Fault(FaultKind.ERROR, status=403, reason="insufficientPermissions"),
}
# What the fault table has for every call of every kind is not repeated here.
HARMLESS = ("timeout before", "reset", "user rate limit")
ACCEPTED = ("broken answer",)

REPLY_CASES = [
    *(Case("drafts.create", what) for what in HARMLESS),
    *(Case("drafts.create", what) for what in ACCEPTED),
    Case("drafts.create", "refused", FAILED, effects=0),
    *(Case("drafts.send", what) for what in (*HARMLESS, *ACCEPTED)),
    *(Case("drafts.send", what, times=3) for what in HARMLESS),
    Case("drafts.send", "refused", FAILED, effects=0),
    Case("drafts.send", "server error", UNKNOWN, effects=0, times=0),
    Case("drafts.create", "server error", FAILED, effects=0, times=0),
]
DRAFT_CASES = [
    *(Case("drafts.create", what) for what in (*HARMLESS, *ACCEPTED)),
    Case("drafts.create", "refused", FAILED, effects=0),
]
CHANGE_CASES = [
    *(Case("messages.modify", what, times=5) for what in (*HARMLESS, *ACCEPTED)),
    Case("labels.create", "timeout before"),
    Case("messages.modify", "refused", FAILED, effects=0),
]
CHANGES: list[tuple[ChangePayload, set[str]]] = [
    (ArchivePayload(), {"UNREAD", "GetAnswers/Archived"}),
    (MarkReadPayload(), {"INBOX", "GetAnswers/Marked read"}),
    (LabelPayload(add=("GetAnswers/Newsletter",)), {"INBOX", "UNREAD", "GetAnswers/Newsletter"}),
]


def plan(room: Mailroom, case: Case) -> None:
    fault = WIRE[case.what]
    room.simulator.faults.add(
        Fault(fault.kind, method=case.method, status=fault.status, reason=fault.reason, times=case.times)
    )


async def test_a_reply_is_sent_once_or_not_known(room: Mailroom, subtests: pytest.Subtests) -> None:
    for case in REPLY_CASES:
        with subtests.test(case=str(case)):
            room.start_again()
            action = await room.propose_one()
            await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
            plan(room, case)

            settled = await room.settle(action)

            assert settled.state == case.end
            assert len(room.sent()) == case.effects
            assert bool(settled.error) == (case.end != DONE)
            if case.end == DONE:
                assert settled.provider_result_id in room.simulator.mailbox(ANA).messages
                assert room.sent()[0].get_content().replace("\r\n", "\n").strip() == ANSWER
                assert not room.simulator.mailbox(ANA).drafts


async def test_a_draft_is_left_once(room: Mailroom, subtests: pytest.Subtests) -> None:
    for case in DRAFT_CASES:
        with subtests.test(case=str(case)):
            room.start_again()
            message = await room.arrive()
            payload = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
            [action] = await room.propose(message, (payload, act()))
            plan(room, case)

            settled = await room.settle(action)

            assert settled.state == case.end
            assert len(room.effects(EffectKind.DRAFT_CREATED)) == case.effects
            assert room.sent() == []


async def test_labels_end_as_wanted_and_can_be_put_back(room: Mailroom, subtests: pytest.Subtests) -> None:
    later_kinds = [(Case("messages.modify", "broken answer", times=5), *change) for change in CHANGES[1:]]
    for case, payload, labels in [*((case, *CHANGES[0]) for case in CHANGE_CASES), *later_kinds]:
        with subtests.test(case=str(case), kind=payload.kind):
            room.start_again()
            message = await room.arrive()
            before = room.label_names(message)
            [action] = await room.propose(message, (payload, act()))
            plan(room, case)

            settled = await room.settle(action)

            assert settled.state == case.end
            assert room.label_names(message) == (labels if case.effects else before)
            if case.end == DONE:
                await room.open_gmail().modify(
                    message.provider_message_id, add=settled.undo["add"], remove=settled.undo["remove"]
                )
                assert room.label_names(message) == before


async def test_a_grant_that_died_fails_with_words_for_the_person(room: Mailroom) -> None:
    action = await room.propose_one(ArchivePayload(), act())
    room.simulator.grants.revoke_mailbox(room.mailbox.address)
    settled = await room.settle(action)
    assert settled.state == FAILED
    assert "no longer accepts this connection" in (settled.error or "")


async def test_a_mail_that_is_gone_fails_with_words_for_the_person(room: Mailroom) -> None:
    message = await room.arrive()
    [action] = await room.propose(message, (ArchivePayload(), act()))
    room.simulator.mailbox(ANA).remove(message.provider_message_id)
    settled = await room.settle(action)
    assert (settled.state, settled.error) == (FAILED, "The mail is no longer in Gmail.")


async def test_a_draft_the_person_discarded_meanwhile_is_not_sent_again(room: Mailroom) -> None:
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    room.deaths.append(Death("drafts.send", after=False))
    await room.execute(action)
    mailbox = room.simulator.mailbox(ANA)
    mailbox.remove_draft(next(iter(mailbox.drafts)))
    settled = await room.settle(action)
    assert settled.state == UNKNOWN
    assert room.sent() == []


async def test_gmail_is_given_time_before_an_unknown_outcome_is_looked_at(room: Mailroom) -> None:
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    plan(room, Case("drafts.send", "timeout after"))
    await room.execute(action)
    waiting = await room.row(action)
    assert waiting.state == ActionState.APPROVED
    assert waiting.not_before is not None
    assert (waiting.not_before - room.now).total_seconds() >= 60
    room.calls.clear()
    await room.execute(action)
    assert room.calls == []


async def test_gmail_s_own_wish_for_patience_is_kept(room: Mailroom) -> None:
    action = await room.propose_one(ArchivePayload(), act())
    room.simulator.faults.add(
        Fault(FaultKind.ERROR, method="messages.modify", status=429, reason="rateLimitExceeded", retry_after="900")
    )
    await room.execute(action)
    waiting = await room.row(action)
    assert waiting.not_before is not None
    assert (waiting.not_before - room.now).total_seconds() >= 900
    assert (await room.settle(action)).state == DONE


async def test_who_lost_the_lease_writes_and_sends_nothing_more(room: Mailroom) -> None:
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)

    async def overtaken(method: str) -> None:
        if method == "drafts.create":
            await room.change_row(action, attempts=2)

    room.on_call = overtaken
    await room.execute(action)
    assert room.sent() == []
    assert (await room.row(action)).state == ActionState.EXECUTING

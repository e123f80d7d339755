"""What a person asks for: at once where it stays in their mailbox, after a look where it leaves it; each once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from app.actions import lifecycle, requesting
from app.actions.execute import execute_action
from app.actions.transitions import FINAL
from app.db.models import Action, ActionKind, ActionState, Message
from app.errors import ConflictError, UserError
from app.mail.invitations import Answer
from app.mail.one_click import NoAnswerError, NotSentError, OneClick, RefusedByListError
from app.simulator.faults import Fault, FaultKind
from tests.actions.mailroom import ANA, ERIK, Death, Mailroom

LATER = timedelta(days=20)
INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m1@example.com\r\nDTSTAMP:20261101T080000Z\r\n"
    "SEQUENCE:{sequence}\r\nDTSTART:20261204T090000Z\r\nSUMMARY:The offer\r\nORGANIZER:mailto:erik@example.com\r\n"
    "ATTENDEE:mailto:ana@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
STARTS = datetime(2026, 12, 4, 9, tzinfo=UTC)
LIST = {
    "list-unsubscribe": ["<https://list.example.net/u?id=1>"],
    "list-unsubscribe-post": ["List-Unsubscribe=One-Click"],
    "authentication-results": ["mx.example.org; dkim=pass header.d=example.com; dmarc=pass"],
    "dkim-signature": ["d=example.com; h=From:List-Unsubscribe:List-Unsubscribe-Post"],
}


class Lists(OneClick):
    """A list's server in few words: what it answers, in turn, and how often it was asked."""

    __slots__ = ("answers", "asked")
    answers: list[Exception | None]
    asked: int

    @classmethod
    def answering(cls, *answers: Exception | None) -> "Lists":
        made = cls()
        object.__setattr__(made, "answers", list(answers))
        object.__setattr__(made, "asked", 0)
        return made

    async def post(self, url: str) -> None:
        assert url == "https://list.example.net/u?id=1"
        answer = self.answers.pop(0)
        if not isinstance(answer, NotSentError):
            object.__setattr__(self, "asked", self.asked + 1)
        if answer is not None:
            raise answer


async def actions_on(room: Mailroom, message: Message) -> Sequence[Action]:
    async with room.database.transaction(room.user.id) as session:
        return [
            action
            for kind in ActionKind
            for action in await requesting.request_repository.of_kind(session, message, kind)
        ]


async def until_due(room: Mailroom, action: Action) -> Action:
    row = await room.row(action)
    room.now = max(room.now, row.not_before or room.now) + timedelta(seconds=1)
    return await room.settle(action)


async def test_a_snoozed_mail_leaves_the_inbox_and_comes_back(room: Mailroom) -> None:
    message = await room.arrive()
    until = room.now + LATER
    snooze = await requesting.snooze(
        room.database, user_id=room.user.id, message_id=message.id, until=until, clock=room.clock
    )
    assert (await room.settle(snooze)).state == ActionState.DONE
    assert room.label_names(message) == {"UNREAD", "GetAnswers/Snoozed"}
    [wake] = [action for action in await actions_on(room, message) if action.kind == ActionKind.WAKE]
    assert (wake.state, wake.not_before) == (ActionState.APPROVED, until)
    room.deaths.append(Death("messages.modify", after=True))
    assert (await until_due(room, wake)).state == ActionState.DONE
    assert room.label_names(message) == {"UNREAD", "INBOX"}


async def test_a_mail_taken_out_of_the_snooze_by_hand_is_left_alone(room: Mailroom) -> None:
    message = await room.arrive()
    snooze = await requesting.snooze(
        room.database, user_id=room.user.id, message_id=message.id, until=room.now + LATER, clock=room.clock
    )
    await room.settle(snooze)
    gmail = room.open_gmail()
    await gmail.modify(message.provider_message_id, add=[], remove=[await gmail.ensure_label("GetAnswers/Snoozed")])
    [wake] = [action for action in await actions_on(room, message) if action.kind == ActionKind.WAKE]
    assert (await until_due(room, wake)).state == ActionState.SUPERSEDED
    assert "INBOX" not in room.label_names(message)


async def test_two_clicks_are_one_snooze_and_a_new_time_replaces_the_old(room: Mailroom) -> None:
    message = await room.arrive()

    async def click(days: int) -> Action:
        until = room.now + timedelta(days=days)
        return await requesting.snooze(
            room.database, user_id=room.user.id, message_id=message.id, until=until, clock=room.clock
        )

    first, second = await asyncio.gather(click(1), click(1))
    assert first.id == second.id
    await click(2)
    waking = [action.state for action in await actions_on(room, message) if action.kind == ActionKind.WAKE]
    assert sorted(waking) == [ActionState.APPROVED, ActionState.REJECTED]


@pytest.mark.parametrize("days", [-1, 0, 400])
async def test_a_time_that_makes_no_sense_is_refused(room: Mailroom, days: int) -> None:
    message = await room.arrive()
    with pytest.raises(UserError):
        await requesting.snooze(
            room.database,
            user_id=room.user.id,
            message_id=message.id,
            until=room.now + timedelta(days=days),
            clock=room.clock,
        )


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "not answered"])
async def test_a_reminder_comes_only_if_nobody_answered(room: Mailroom, *, answered: bool) -> None:
    message = await room.arrive()
    remind = await requesting.remind(
        room.database, user_id=room.user.id, message_id=message.id, at=room.now + LATER, clock=room.clock
    )
    [waiting] = [action for action in await actions_on(room, message) if action.kind == ActionKind.LABEL]
    await room.settle(waiting)
    assert "GetAnswers/Waiting" in room.label_names(message)
    if answered:
        stored = room.stored(message)
        answer = EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = ERIK, ANA, "Re: The offer"
        answer["In-Reply-To"] = message.rfc_message_id
        answer.set_content("Yes.")
        assert room.simulator.deliver(ANA, answer.as_bytes()).thread_id == stored.thread_id
    ended = await until_due(room, remind)
    names = room.label_names(message)
    assert ended.state == (ActionState.SUPERSEDED if answered else ActionState.DONE)
    assert ("GetAnswers/Reminder" in names) is not answered
    assert "GetAnswers/Waiting" not in names
    assert room.sent() == []


async def test_an_invitation_is_answered_once_to_the_organiser(room: Mailroom, subtests: pytest.Subtests) -> None:
    for fault in (
        None,
        Fault(FaultKind.TIMEOUT_AFTER, method="drafts.send"),
        Fault(FaultKind.RESET, method="drafts.create"),
    ):
        with subtests.test(fault=str(fault)):
            room.start_again()
            message = await room.arrive(calendar=INVITATION.format(sequence=2))
            ids: dict[str, Any] = {"user_id": room.user.id, "clock": room.clock}
            action = await requesting.rsvp(room.database, message_id=message.id, answer=Answer.DECLINED, **ids)
            assert action.state == ActionState.PROPOSED
            await lifecycle.approve(room.database, action_id=action.id, **ids)
            if fault is not None:
                room.simulator.faults.add(fault)
            assert (await room.settle(action)).state == ActionState.DONE
            [sent] = room.sent()
            assert (sent["To"], sent["Cc"], sent["In-Reply-To"]) == (ERIK, None, message.rfc_message_id)
            text, calendar = sent.iter_parts()
            assert "declined" in text.get_content()
            assert "PARTSTAT=DECLINED" in calendar.get_content()
            assert "SEQUENCE:2" in calendar.get_content()


async def test_an_answer_to_what_was_moved_meanwhile_is_not_sent(room: Mailroom) -> None:
    message = await room.arrive(calendar=INVITATION.format(sequence=0))
    ids: dict[str, Any] = {"user_id": room.user.id, "clock": room.clock}
    action = await requesting.rsvp(room.database, message_id=message.id, answer=Answer.ACCEPTED, **ids)
    await lifecycle.approve(room.database, action_id=action.id, **ids)
    await room.arrive(calendar=INVITATION.format(sequence=1), received_at=room.now + timedelta(minutes=1))
    assert (await room.settle(action)).state == ActionState.SUPERSEDED
    assert room.sent() == []
    with pytest.raises(ConflictError):
        await requesting.rsvp(room.database, message_id=message.id, answer=Answer.ACCEPTED, **ids)


async def test_a_meeting_that_is_over_is_not_answered(room: Mailroom) -> None:
    message = await room.arrive(calendar=INVITATION.format(sequence=0))
    ids: dict[str, Any] = {"user_id": room.user.id, "message_id": message.id, "clock": room.clock}
    room.now = STARTS
    with pytest.raises(ConflictError, match="This meeting is over"):
        await requesting.rsvp(room.database, answer=Answer.ACCEPTED, **ids)
    room.now -= timedelta(seconds=1)
    assert (await requesting.rsvp(room.database, answer=Answer.ACCEPTED, **ids)).state == ActionState.PROPOSED


async def test_a_forward_goes_whole_to_whom_the_person_named_and_only_after_approval(room: Mailroom) -> None:
    message = await room.arrive()
    ids: dict[str, Any] = {"user_id": room.user.id, "clock": room.clock}
    action = await requesting.forward(
        room.database, message_id=message.id, to=["Bo@Example.net "], note="What do you think?", **ids
    )
    assert action.state == ActionState.PROPOSED
    await lifecycle.approve(room.database, action_id=action.id, **ids)
    assert (await room.settle(action)).state == ActionState.DONE
    [sent] = room.sent()
    text, attached = sent.iter_parts()
    assert (sent["To"], sent["Subject"]) == ("bo@example.net", "Fwd: The offer")
    assert text.get_content().strip() == "What do you think?"
    [original] = attached.iter_parts()
    assert original["Message-ID"] == message.rfc_message_id


@pytest.mark.parametrize(
    "to",
    [
        [],
        ["nobody"],
        ["a@example.net,b@example.net\r\nBcc: c@example.net"],
        ["a@example.net"] * 2 + [f"{n}@example.net" for n in range(10)],
    ],
)
async def test_addresses_that_cannot_be_written_to_are_refused(room: Mailroom, to: list[str]) -> None:
    message = await room.arrive()
    with pytest.raises(UserError):
        await requesting.forward(room.database, user_id=room.user.id, message_id=message.id, to=to, clock=room.clock)


@pytest.mark.parametrize(
    ("answers", "end", "asked"),
    [
        ([None], ActionState.DONE, 1),
        ([NotSentError("away"), None], ActionState.DONE, 1),
        ([RefusedByListError("no")], ActionState.FAILED, 1),
        ([NoAnswerError("silence")], ActionState.UNKNOWN, 1),
    ],
    ids=["yes", "away, then yes", "no", "silence"],
)
async def test_a_list_is_asked_once_or_it_is_not_known(
    room: Mailroom, answers: list[Exception | None], end: ActionState, asked: int
) -> None:
    message = await room.arrive(headers=LIST)
    ids: dict[str, Any] = {"user_id": room.user.id, "clock": room.clock}
    action = await requesting.unsubscribe(room.database, message_id=message.id, **ids)
    assert (action.state, action.payload["url"]) == (ActionState.PROPOSED, "https://list.example.net/u?id=1")
    await lifecycle.approve(room.database, action_id=action.id, **ids)
    server = Lists.answering(*answers)
    while (found := await room.row(action)).state not in FINAL:
        room.now += timedelta(hours=1)
        await execute_action(
            database=room.database, open_mailbox=room.open_mailbox, action_id=action.id, one_click=server, **ids
        )
    assert (found.state, server.asked) == (end, asked)
    assert ("GetAnswers/Unsubscribed" in room.label_names(message)) is (end == ActionState.DONE)


async def test_a_worker_that_died_after_asking_does_not_ask_again(room: Mailroom) -> None:
    message = await room.arrive(headers=LIST)
    ids: dict[str, Any] = {"user_id": room.user.id, "clock": room.clock}
    action = await requesting.unsubscribe(room.database, message_id=message.id, **ids)
    await lifecycle.approve(room.database, action_id=action.id, **ids)
    await room.change_row(action, state="executing", attempts=1, lease_until=room.now, undo={"asked": "perhaps"})
    room.now += timedelta(hours=1)
    assert (await room.settle(action)).state == ActionState.UNKNOWN


async def test_nothing_is_done_for_a_mail_that_names_no_way(room: Mailroom) -> None:
    message = await room.arrive()
    ids: dict[str, Any] = {"user_id": room.user.id, "message_id": message.id, "clock": room.clock}
    with pytest.raises(UserError):
        await requesting.unsubscribe(room.database, **ids)
    with pytest.raises(UserError):
        await requesting.rsvp(room.database, answer=Answer.ACCEPTED, **ids)

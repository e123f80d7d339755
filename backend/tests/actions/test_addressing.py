"""Whom a waiting reply goes to, and as whom: chosen by the person, computed by code, bound by the approval."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions import lifecycle
from app.actions.addressing import READDRESSED, readdress
from app.actions.building import Writer, dressed
from app.actions.kinds import ArchivePayload, DraftPayload, ReplyPayload
from app.db.models import Action, ActionState, AuditEntry, Mailbox, Message
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError, UserError
from app.mail.identities import Identity
from app.policy.general_rules import SHADOW
from app.policy.recipient_rules import RecipientFacts, goes_to_several
from tests.actions.mailroom import ANA, ERIK, Mailroom, act, ask
from tests.factories import add_message, add_user

BO, CIA = "bo@example.net", "cia@example.net"
SALES = "sales@example.org"
IDENTITIES = [
    {"address": ANA, "name": "Ana", "signature": "Ana Lindqvist"},
    {"address": SALES, "name": "The shop", "signature": "The shop\nopen from nine"},
]
TO_ALL: dict[str, Any] = {"to": [ANA, BO], "cc": [CIA, SALES]}
SEVERAL = goes_to_several(RecipientFacts(recipients=3, new_recipients=False, look_alike_recipients=False)) or ""


async def give_identities(room: Mailroom, identities: list[dict[str, str]]) -> None:
    aliases = [each["address"] for each in identities if each["address"] != ANA]
    room.simulator.mailbox(ANA).aliases = aliases
    async with room.database.transaction(SYSTEM) as session:
        mailbox = await session.get_one(Mailbox, room.mailbox.id)
        mailbox.send_as, mailbox.aliases = identities, aliases


async def waiting(room: Mailroom, **over: Any) -> tuple[Message, Action]:
    """A reply to Erik alone, in a mail that Bo and Cia got too."""
    await give_identities(room, IDENTITIES)
    message = await room.arrive(**(TO_ALL | over))
    writer = Writer(Identity(**IDENTITIES[0]), "Ana", "en", "UTC")
    reply = room.reply_to(message)
    assert isinstance(reply, ReplyPayload)
    [action] = await room.propose(message, (dressed(reply, message, writer), ask()))
    return message, action


async def change(room: Mailroom, action: Action, **wanted: Any) -> Action:
    options: dict[str, Any] = {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}
    return await readdress(room.database, **(options | wanted))


async def approve(room: Mailroom, action: Action, seen: bytes) -> Action:
    return await lifecycle.approve(
        room.database, user_id=room.user.id, action_id=action.id, expected_hash=seen, clock=room.clock
    )


async def written_to(room: Mailroom, *addresses: str) -> None:
    async with room.database.transaction(SYSTEM) as session:
        await add_message(
            session, room.mailbox, direction="out", recipients=list(addresses), received_at=room.now - timedelta(days=9)
        )


async def test_everyone_who_was_addressed_gets_it_and_nobody_else(room: Mailroom) -> None:
    _, action = await waiting(room)
    changed = await change(room, action, everyone=True)
    assert (changed.payload["to"], changed.payload["cc"]) == ([ERIK], [BO, CIA])
    assert (changed.state, changed.payload["body"]) == (ActionState.EDITED, action.payload["body"])
    await approve(room, changed, changed.content_hash)
    assert (await room.settle(action)).state == ActionState.DONE
    [sent] = room.sent()
    assert (sent["To"], sent["Cc"], sent["Bcc"]) == (ERIK, f"{BO}, {CIA}", None)


async def test_and_back_to_the_sender_alone_is_what_it_was(room: Mailroom) -> None:
    _, action = await waiting(room)
    await change(room, action, everyone=True)
    back = await change(room, action, everyone=False)
    assert (back.payload, back.content_hash) == (action.payload, action.content_hash)
    assert SEVERAL not in back.reasons


async def test_it_leaves_from_the_chosen_address_with_its_name_and_signature(room: Mailroom) -> None:
    _, action = await waiting(room)
    changed = await change(room, action, sender=SALES)
    assert changed.payload["signature"] == "The shop\nopen from nine"
    assert changed.payload["quoted"] == action.payload["quoted"]
    await approve(room, changed, changed.content_hash)
    await room.settle(action)
    [sent] = room.sent()
    assert sent["From"] == f"The shop <{SALES}>"
    assert "-- \nThe shop\nopen from nine" in sent.get_content().replace("\r\n", "\n")
    assert "Ana Lindqvist" not in sent.get_content()


async def test_a_draft_is_changed_too(room: Mailroom) -> None:
    await give_identities(room, IDENTITIES)
    message = await room.arrive(**TO_ALL)
    draft = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
    [action] = await room.propose(message, (draft, ask()))
    changed = await change(room, action, everyone=True, sender=SALES)
    assert (changed.kind, changed.payload["cc"], changed.payload["sender"]) == ("draft", [BO, CIA], SALES)


@pytest.mark.parametrize("wanted", [{"everyone": True}, {"sender": SALES}], ids=str)
async def test_an_approval_of_what_was_shown_before_is_refused(room: Mailroom, wanted: dict[str, Any]) -> None:
    _, action = await waiting(room)
    changed = await change(room, action, expected_hash=action.content_hash, **wanted)
    assert changed.content_hash != action.content_hash
    with pytest.raises(ConflictError, match="changed since you looked"):
        await approve(room, action, action.content_hash)
    assert (await room.row(action)).state == ActionState.EDITED


async def test_of_two_who_change_it_at_once_the_second_looks_again(room: Mailroom) -> None:
    _, action = await waiting(room)
    seen = {"expected_hash": action.content_hash}
    answers = await asyncio.gather(
        change(room, action, everyone=True, **seen), change(room, action, sender=SALES, **seen), return_exceptions=True
    )
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [ConflictError]


async def test_the_same_change_twice_is_one(room: Mailroom) -> None:
    _, action = await waiting(room)
    seen = {"expected_hash": action.content_hash}
    answers = await asyncio.gather(*(change(room, action, everyone=True, **seen) for _ in range(3)))
    assert len({answer.content_hash for answer in answers}) == 1
    assert [event for event, _ in await room.history(action)].count(READDRESSED) == 1


async def test_who_changed_what_and_when_stands_in_the_log(room: Mailroom) -> None:
    _, action = await waiting(room)
    changed = await change(room, action, everyone=True, sender=SALES)
    async with room.database.transaction(SYSTEM) as session:
        entry = await session.scalar(select(AuditEntry).where(AuditEntry.event == READDRESSED))
    assert entry is not None
    assert (entry.actor, entry.subject_id) == ("user", action.id)
    said = {name: entry.details[name] for name in ("from", "everyone", "recipients", "identity", "content_hash")}
    assert said == {
        "from": "proposed",
        "everyone": True,
        "recipients": 3,
        "identity": SALES,
        "content_hash": changed.content_hash.hex(),
    }


async def test_the_reasons_are_those_of_the_new_recipients(room: Mailroom) -> None:
    await written_to(room, ERIK, BO, CIA)
    _, action = await waiting(room)
    changed = await change(room, action, everyone=True)
    assert (changed.reasons, changed.risk) == ([SEVERAL, "You decide."], "medium")


@pytest.mark.parametrize(
    ("cc", "reason", "risk"),
    [
        ("new@elsewhere.example", "never written to", "medium"),
        ("bo@exarnple.net", "resembles one you know", "high"),
    ],
)
async def test_new_and_deceptive_addresses_are_named_as_such(room: Mailroom, cc: str, reason: str, risk: str) -> None:
    await written_to(room, ERIK, BO)
    _, action = await waiting(room, to=[ANA], cc=[cc])
    changed = await change(room, action, everyone=True)
    assert any(reason in each for each in changed.reasons)
    assert changed.risk == risk
    back = await change(room, action, everyone=False)
    assert not any(reason in each for each in back.reasons)


async def test_what_only_shadow_mode_held_waits_for_the_person_from_now_on(room: Mailroom) -> None:
    _, action = await waiting(room)
    await room.change_row(action, rule=SHADOW)
    assert (await change(room, action, everyone=True)).rule != SHADOW


@pytest.mark.parametrize("sender", ["eve@evil.example", "", f"{SALES}\r\nBcc: eve@evil.example", ERIK])
async def test_it_never_leaves_from_an_address_that_is_not_the_user_s(room: Mailroom, sender: str) -> None:
    _, action = await waiting(room)
    with pytest.raises(UserError, match="not among the addresses"):
        await change(room, action, sender=sender)


async def test_an_address_that_was_taken_away_is_refused_before_and_after_approval(room: Mailroom) -> None:
    _, action = await waiting(room)
    changed = await change(room, action, sender=SALES)
    await give_identities(room, IDENTITIES[:1])
    with pytest.raises(ConflictError, match="no longer lists sales"):
        await approve(room, changed, changed.content_hash)
    await give_identities(room, IDENTITIES)
    await approve(room, changed, changed.content_hash)
    await give_identities(room, IDENTITIES[:1])
    settled = await room.settle(action)
    assert (settled.state, room.sent()) == (ActionState.FAILED, [])
    assert "no longer lists" in (settled.error or "")


async def test_after_the_approval_it_is_too_late(room: Mailroom) -> None:
    _, action = await waiting(room)
    await approve(room, action, action.content_hash)
    with pytest.raises(ConflictError, match="already approved"):
        await change(room, action, everyone=True)
    assert (await room.row(action)).payload == action.payload


async def test_what_expired_or_was_overtaken_is_not_changed(room: Mailroom) -> None:
    message, action = await waiting(room)
    _, other = await waiting(room)
    room.now += timedelta(seconds=1)
    await room.arrive(conversation_id=message.conversation_id)
    with pytest.raises(ConflictError, match="gone on"):
        await change(room, action, everyone=True)
    assert (await room.row(action)).state == ActionState.SUPERSEDED
    room.now = other.expires_at
    with pytest.raises(ConflictError, match="expired"):
        await change(room, other, everyone=True)


async def test_only_an_answer_of_one_s_own_has_a_choice(room: Mailroom) -> None:
    archive = await room.propose_one(ArchivePayload(), ask())
    with pytest.raises(UserError):
        await change(room, archive, everyone=True)
    _, action = await waiting(room)
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    with pytest.raises(NotFoundError):
        await change(room, action, everyone=True, user_id=stranger.id)


async def test_a_reply_that_goes_out_by_itself_is_not_changed(room: Mailroom) -> None:
    await room.set_user(send_delay_seconds=60)
    action = await room.propose_one(None, act())
    with pytest.raises(ConflictError):
        await change(room, action, everyone=True)

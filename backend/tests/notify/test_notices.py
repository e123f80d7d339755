"""A notice is told once, to the right person, and one that could not be told says so."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from app.actions.transitions import WAITING
from app.db.models import Action, ActionState, DeliveryState, Mailbox, MailboxState, Notice, NoticeKind, User
from app.db.session import SYSTEM, Database
from app.errors import NotFoundError
from app.notify.notices import BURST, BURST_WINDOW, TOO_MANY, send_action_notice, send_reconnect_notice
from app.notify.senders import OutgoingNotice
from app.simulator.mail_sink import Refusal
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user, add_verdict
from tests.notify.conftest import BASE_URL, Desk, SenderTo

REPLY: dict[str, Any] = {
    "kind": "reply",
    "payload": {
        "to": ["erik@example.com"],
        "cc": ["mira@example.com"],
        "subject": "Re: The offer",
        "body": "Hi Erik,\n\nthe offer is on its way.\nAna",
    },
    "risk": "high",
    "reasons": ["It would be sent to somebody outside.", "Money is mentioned."],
}


async def waiting(database: Database, *, user: dict[str, Any] | None = None, **action: Any) -> Action:
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, **(user or {})))
        message = await add_message(session, mailbox)
        await add_verdict(session, message)
        return await add_action(session, message, **action)


async def notices(database: Database) -> Sequence[Notice]:
    async with database.transaction(SYSTEM) as session:
        return (await session.scalars(select(Notice).order_by(Notice.created_at, Notice.id))).all()


async def tell(desk: Desk, action: Action) -> None:
    await send_action_notice(**desk.pieces, user_id=action.user_id, action_id=action.id)


async def test_it_says_who_what_why_and_how_risky_and_where_to_decide(desk: Desk) -> None:
    action = await waiting(desk.database, **REPLY)
    await tell(desk, action)
    (mail,) = desk.mails()
    review = f"{BASE_URL}/messages/{action.message_id}"
    text, html = (part.get_content() for part in mail.iter_parts() if hasattr(part, "get_content"))
    page = LexborHTMLParser(html).text()
    for body in (text, page):
        assert "Erik Berg <erik@example[.]com>" in body
        assert "The offer" in body
        assert "Send a reply" in body
        assert "high risk" in body.lower()
        assert "It would be sent to somebody outside." in body
        assert "Fairly sure, 80 %." in body
        assert "mira@example[.]com" in body
        assert "the offer is on its way." in body
        assert "Erik asks for the offer." in body
    assert review in text
    links = {link.attributes["href"] for link in LexborHTMLParser(html).css("a")}
    assert links == {review, f"{BASE_URL}/settings"}
    (notice,) = await notices(desk.database)
    assert (notice.kind, notice.subject_id, notice.state) == (NoticeKind.ACTION, action.id, DeliveryState.SENT)
    assert notice.mail_message_id == mail["Message-ID"]
    assert notice.sent_at == NOON


async def test_nothing_in_the_mail_decides(desk: Desk) -> None:
    await tell(desk, await waiting(desk.database, **REPLY))
    (mail,) = desk.mails()
    _, html = mail.iter_parts()
    page = LexborHTMLParser(html.as_bytes().decode())
    assert page.css("form, input, button, script, img, link, iframe, object, meta[http-equiv]") == []
    assert mail["List-Unsubscribe-Post"] is None


async def test_two_at_once_tell_once(desk: Desk) -> None:
    action = await waiting(desk.database)
    await asyncio.gather(*(tell(desk, action) for _ in range(8)))
    assert len(desk.mails()) == 1
    assert len(await notices(desk.database)) == 1


async def test_again_later_tells_nothing(desk: Desk) -> None:
    action = await waiting(desk.database)
    await tell(desk, action)
    desk.clock.advance(timedelta(days=1))
    await tell(desk, action)
    assert len(desk.mails()) == 1


async def test_what_waits_on_one_message_is_one_mail(desk: Desk) -> None:
    first = await waiting(desk.database, **REPLY)
    async with desk.database.transaction(SYSTEM) as session:
        second = Action(**{column: getattr(first, column) for column in first.__mapper__.columns.keys()})  # noqa: SIM118
        second.id, second.kind, second.payload = uuid4(), "label", {"add": ["GetAnswers/Invoice"], "remove": []}
        session.add(second)
    await asyncio.gather(tell(desk, first), tell(desk, second))
    (mail,) = desk.mails()
    assert "Label it GetAnswers/Invoice" in mail.as_string()
    rows = await notices(desk.database)
    assert {row.subject_id for row in rows} == {first.id, second.id}
    assert {row.mail_message_id for row in rows} == {mail["Message-ID"]}
    assert {row.state for row in rows} == {DeliveryState.SENT}


async def test_what_the_person_changed_still_waits_and_is_told(desk: Desk) -> None:
    await tell(desk, await waiting(desk.database, state=ActionState.EDITED))
    assert len(desk.mails()) == 1


@pytest.mark.parametrize("state", [state for state in ActionState if state not in WAITING])
async def test_what_waits_no_longer_is_not_told(desk: Desk, state: ActionState) -> None:
    await tell(desk, await waiting(desk.database, state=state))
    assert desk.mails() == []
    assert await notices(desk.database) == []


async def test_what_has_expired_is_not_told(desk: Desk) -> None:
    await tell(desk, await waiting(desk.database, expires_at=NOON - timedelta(seconds=1)))
    assert desk.mails() == []


async def test_who_wants_no_notices_gets_none(desk: Desk) -> None:
    await tell(desk, await waiting(desk.database, user={"notices_enabled": False}))
    assert desk.mails() == []
    assert await notices(desk.database) == []


async def test_ids_that_name_nothing_of_this_user(desk: Desk) -> None:
    action, other = await waiting(desk.database), await waiting(desk.database)
    for user_id, action_id in ((action.user_id, uuid4()), (uuid4(), action.id), (other.user_id, action.id)):
        with pytest.raises(NotFoundError):
            await send_action_notice(**desk.pieces, user_id=user_id, action_id=action_id)
    assert desk.mails() == []
    assert await notices(desk.database) == []


async def test_a_refused_mail_is_failed_with_its_reason_and_not_tried_again(desk: Desk) -> None:
    action = await waiting(desk.database)
    desk.sink.refuse(Refusal("451 4.3.0 later"))
    await tell(desk, action)
    await tell(desk, action)
    assert desk.mails() == []
    (notice,) = await notices(desk.database)
    assert notice.state == DeliveryState.FAILED
    assert notice.error is not None
    assert "refused the mail (code 451)" in notice.error
    assert notice.sent_at is None


async def test_a_server_that_is_away_is_told_of(desk: Desk, sender_to: SenderTo) -> None:
    host, port = desk.sink.address
    await desk.sink.stop()
    away = replace(desk, sender=sender_to(host, port))
    await tell(away, await waiting(desk.database))
    (notice,) = await notices(desk.database)
    assert notice.state == DeliveryState.FAILED
    assert notice.error == f"The mail server {host}:{port} cannot be reached."


async def test_cut_off_while_sending_is_never_told_twice(desk: Desk) -> None:
    """The one that was cut off may have left: at most once, and the row says `sending` for the digest to report."""

    class Interrupted:
        async def send(self, mail: OutgoingNotice) -> None:
            raise asyncio.CancelledError

    action = await waiting(desk.database)
    interrupted: dict[str, Any] = desk.pieces | {"sender": Interrupted()}
    with pytest.raises(asyncio.CancelledError):
        await send_action_notice(**interrupted, user_id=action.user_id, action_id=action.id)
    await tell(desk, action)
    assert desk.mails() == []
    (notice,) = await notices(desk.database)
    assert notice.state == DeliveryState.SENDING


async def test_no_transaction_is_open_while_the_mail_leaves(desk: Desk) -> None:
    action = await waiting(desk.database)

    class Looking:
        def __init__(self) -> None:
            self.busy: list[int] = []

        async def send(self, mail: OutgoingNotice) -> None:
            self.busy.append(desk.database.engine.pool.checkedout())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType] - QueuePool's own

    looking = Looking()
    pieces: dict[str, Any] = desk.pieces | {"sender": looking}
    await send_action_notice(**pieces, user_id=action.user_id, action_id=action.id)
    assert looking.busy == [0]


async def test_a_burst_ends_and_says_so(desk: Desk) -> None:
    async with desk.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session))
        actions = [await add_action(session, await add_message(session, mailbox)) for _ in range(BURST + 2)]
    for action in actions[: BURST + 1]:
        await tell(desk, action)
    mails = desk.mails()
    assert len(mails) == BURST
    said = ["last mail about them for an hour" in " ".join(mail.as_string().split()) for mail in mails]
    assert said == [False] * (BURST - 1) + [True]
    refused = [notice for notice in await notices(desk.database) if notice.state == DeliveryState.FAILED]
    assert [(notice.subject_id, notice.error) for notice in refused] == [(actions[BURST].id, TOO_MANY)]
    desk.clock.advance(BURST_WINDOW + timedelta(seconds=1))
    await tell(desk, actions[BURST + 1])
    assert len(desk.mails()) == BURST + 1


async def dead_mailbox(database: Database, **over: Any) -> Mailbox:
    async with database.transaction(SYSTEM) as session:
        user: User = await add_user(session)
        values: dict[str, Any] = {
            "state": MailboxState.NEEDS_RECONNECT,
            "state_reason": "Google answered that the permission has expired or was revoked.",
            "last_synced_at": NOON - timedelta(hours=3),
        }
        return await add_mailbox(session, user, **(values | over))


async def reconnect(desk: Desk, mailbox: Mailbox, user_id: UUID | None = None) -> None:
    await send_reconnect_notice(**desk.pieces, user_id=user_id or mailbox.user_id, mailbox_id=mailbox.id)


async def test_a_dead_grant_names_its_likely_causes_and_the_way_back(desk: Desk) -> None:
    mailbox = await dead_mailbox(desk.database)
    await asyncio.gather(reconnect(desk, mailbox), reconnect(desk, mailbox))
    (mail,) = desk.mails()
    for part in mail.iter_parts():
        words = " ".join(LexborHTMLParser(part.get_content()).text().split())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType] - EmailMessage's
        assert "7 days" in words
        assert "password was changed" in words
        assert "six months" in words
        assert "withdrawn" in words
        assert "expired or was revoked" in words
        assert "Fri 20 Nov, 09:00" in words
    assert f"{BASE_URL}/settings" in mail.as_string()


async def test_each_death_of_a_grant_is_told_once(desk: Desk) -> None:
    mailbox = await dead_mailbox(desk.database)
    await reconnect(desk, mailbox)
    desk.clock.advance(timedelta(days=7))
    await reconnect(desk, mailbox)
    assert len(desk.mails()) == 1
    async with desk.database.transaction(SYSTEM) as session:
        revived = await session.get_one(Mailbox, mailbox.id)
        revived.last_synced_at = desk.clock() - timedelta(minutes=5)
    await asyncio.gather(reconnect(desk, mailbox), reconnect(desk, mailbox))
    assert len(desk.mails()) == 2
    (notice,) = await notices(desk.database)
    assert notice.state == DeliveryState.SENT
    assert notice.mail_message_id == desk.mails()[1]["Message-ID"]


async def test_a_grant_that_dies_before_anything_was_read_with_it_is_told_too(desk: Desk) -> None:
    mailbox = await dead_mailbox(desk.database)
    await reconnect(desk, mailbox)
    desk.clock.advance(timedelta(days=7))
    async with desk.database.transaction(SYSTEM) as session:
        (await session.get_one(Mailbox, mailbox.id)).granted_at = desk.clock() - timedelta(minutes=1)
    await reconnect(desk, mailbox)
    assert len(desk.mails()) == 2


async def test_a_mailbox_that_works_again_is_not_told_of(desk: Desk) -> None:
    await reconnect(desk, await dead_mailbox(desk.database, state=MailboxState.ACTIVE))
    assert desk.mails() == []


async def test_another_s_mailbox_is_none(desk: Desk) -> None:
    mailbox, other = await dead_mailbox(desk.database), await dead_mailbox(desk.database)
    with pytest.raises(NotFoundError):
        await reconnect(desk, mailbox, user_id=other.user_id)
    assert desk.mails() == []

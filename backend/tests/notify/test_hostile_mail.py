"""Whatever a stranger writes, a mail of ours brings no markup, no link, no header of his."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.db.models import MailboxState, MessageState
from app.db.session import SYSTEM
from app.notify.digest import send_digest
from app.notify.notices import send_action_notice, send_reconnect_notice
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user, add_verdict
from tests.notify.conftest import BASE_URL, Desk
from tests.notify.hostile import AUTOLINK, HOSTILE

ALLOWED_TAGS = frozenset(
    "html head meta title body table tbody tr td p h1 h2 a br span strong ul li div -text".split()  # noqa: SIM905
)
STRANGER: dict[str, Any] = {"sender_name": HOSTILE, "sender_address": HOSTILE, "subject": HOSTILE}
LETTER = {"to": [HOSTILE], "cc": [HOSTILE], "subject": HOSTILE, "body": HOSTILE * 3}


@pytest.fixture
async def mails(desk: Desk) -> list[EmailMessage]:
    """One of each kind, with hostile words wherever words go."""
    async with desk.database.transaction(SYSTEM) as session:
        user = await add_user(session, name=HOSTILE)
        mailbox = await add_mailbox(
            session,
            user,
            address=HOSTILE,
            state=MailboxState.NEEDS_RECONNECT,
            state_reason=HOSTILE,
            created_at=NOON - timedelta(days=30),
        )
        message = await add_message(session, mailbox, **STRANGER)
        await add_verdict(session, message, summary=HOSTILE, deadline=NOON.date() + timedelta(days=3))
        action = await add_action(session, message, kind="reply", payload=LETTER, reasons=[HOSTILE])
        await add_action(session, message, kind="label", payload={"add": [HOSTILE]}, reasons=[HOSTILE])
        ended: dict[str, Any] = {"decision": "act", "reasons": [HOSTILE], "resolved_at": NOON, "error": HOSTILE}
        await add_action(session, message, kind="archive", state="done", **ended)
        await add_action(session, message, kind="mark_read", state="failed", **ended)
        await add_message(session, mailbox, **STRANGER, state=MessageState.QUARANTINED, error=HOSTILE)
    await send_action_notice(**desk.pieces, user_id=user.id, action_id=action.id)
    await send_reconnect_notice(**desk.pieces, user_id=user.id, mailbox_id=mailbox.id)
    await send_digest(**desk.pieces, user_id=user.id, day=NOON.date())
    return desk.mails()


async def test_no_header_is_added(mails: list[EmailMessage]) -> None:
    names = {"from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"}
    wire = {"mime-version", "content-type", "x-peer", "x-mailfrom", "x-rcptto"}
    assert len(mails) == 3
    for mail in mails:
        assert sorted(name.lower() for name in mail if name.lower() not in wire) == sorted(names)
        assert "\u202e" not in mail["Subject"]


async def test_no_markup_gets_in(mails: list[EmailMessage]) -> None:
    for mail in mails:
        page = LexborHTMLParser(form(mail, "html"))
        assert page.root is not None
        assert {node.tag for node in page.css("*")} <= ALLOWED_TAGS
        for node in page.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")]
        assert "<script>alert(1)</script>" in page.text(), "it is shown as the text it is"


async def test_the_only_links_are_ours(mails: list[EmailMessage]) -> None:
    for mail in mails:
        page = LexborHTMLParser(form(mail, "html"))
        assert all((link.attributes["href"] or "").startswith(f"{BASE_URL}/") for link in page.css("a"))
        for node in page.css("a, title"):
            node.decompose()
        assert not AUTOLINK.search(page.body.text(separator="\n") if page.body else "")
        lines = [line.strip() for line in form(mail, "plain").splitlines()]
        strange = [line for line in lines if AUTOLINK.search(line)]
        assert strange
        for line in strange:
            assert line.split(": ")[-1].startswith(f"{BASE_URL}/")
            assert " " not in line.split(": ")[-1]


async def test_linked_words_of_strangers_are_no_other_address(mails: list[EmailMessage]) -> None:
    """The text of a link of ours may be a stranger's subject; a mail program must not prefer the address in it."""
    for mail in mails:
        for link in LexborHTMLParser(form(mail, "html")).css("a"):
            assert not AUTOLINK.search(link.text())


async def test_nothing_unseen_and_no_template_language(mails: list[EmailMessage]) -> None:
    for mail in mails:
        for subtype in ("plain", "html"):
            body = form(mail, subtype)
            assert not {"\u202e", "\u200b", "\x1b"} & set(body)
            assert "{{ 7 * 7 }}" in body


def form(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert isinstance(body, EmailMessage)
    return body.get_content()

"""Notices: a mail at once, when something waits for the person or a mailbox has stopped working.

A notice is claimed by its row before the mail leaves, and sent at most once: one that was cut off in between stays
`sending`, one that failed stays `failed`, and the next digest reports both. A second try could tell twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from app.actions.transitions import WAITING
from app.db.models import ActionKind, MailboxState, NoticeKind, User
from app.db.session import Database
from app.errors import NotFoundError
from app.notify import repository, wording
from app.notify.days import moment_in_words, zone_of
from app.notify.render import Rendered, message_link, render, settings_link
from app.notify.senders import DeliveryError, MailSender, OutgoingNotice
from app.notify.strangers import harmless, shortened
from app.notify.values import ActionLine

log = structlog.get_logger(__name__)

BURST: Final = 20
BURST_WINDOW: Final = timedelta(hours=1)
"""A first sync finds many things at once; nobody wants a mail about each. The review page and the digest have all."""

TOO_MANY: Final = f"More than {BURST} notices within an hour; what waits is on the review page and in the digest."
LETTERS: Final = frozenset({ActionKind.REPLY, ActionKind.DRAFT, ActionKind.RSVP, ActionKind.FORWARD})
QUOTED_LINES: Final = 30
QUOTED_WIDTH: Final = 300


async def send_action_notice(
    *,
    database: Database,
    sender: MailSender,
    clock: Callable[[], datetime],
    new_message_id: Callable[[], str],
    base_url: str,
    user_id: UUID,
    action_id: UUID,
) -> None:
    """Tell the person that this action waits, and in the same mail what else waits on the same message.

    Does nothing when it was told already, waits no longer, or the person wants no notices. Raises NotFoundError.
    """
    mail_message_id = new_message_id()
    news = await _claim_action(database, user_id, action_id, mail_message_id=mail_message_id, now=clock())
    if news is None:
        return
    mail = _action_mail(news, base_url=base_url, message_id=mail_message_id)
    await deliver(database, sender, clock, user_id=user_id, mail=mail)


async def send_reconnect_notice(
    *,
    database: Database,
    sender: MailSender,
    clock: Callable[[], datetime],
    new_message_id: Callable[[], str],
    base_url: str,
    user_id: UUID,
    mailbox_id: UUID,
) -> None:
    """Tell the person that Google no longer lets us into this mailbox, why that may be, and what to do.

    Once for each time it stops working. Raises NotFoundError.
    """
    now, mail_message_id = clock(), new_message_id()
    async with database.transaction(user_id) as session:
        user = await repository.user_by_id(session, user_id)
        mailbox = await repository.mailbox_by_id(session, user_id, mailbox_id)
        if user is None or mailbox is None:
            raise NotFoundError(f"no mailbox {mailbox_id} of this user")
        if not user.notices_enabled or mailbox.state != MailboxState.NEEDS_RECONNECT:
            return
        if not await repository.claim_reconnect_notice(session, mailbox, mail_message_id=mail_message_id, now=now):
            return
    values = {
        "mailbox": mailbox.address,
        "reason": shortened(mailbox.state_reason or "", wording.REASON_LIMIT),
        "last_synced": moment_in_words(mailbox.last_synced_at, zone_of(user.timezone))
        if mailbox.last_synced_at
        else None,
        "settings": settings_link(base_url),
    }
    subject = f"Reconnect {mailbox.address}: GetAnswers can no longer read it"
    mail = notice_to(user, subject, render("reconnect_notice", values), mail_message_id)
    await deliver(database, sender, clock, user_id=user_id, mail=mail)


@dataclass(frozen=True, slots=True)
class _News:
    user: User
    actions: tuple[ActionLine, ...]
    summary: str
    is_raised: bool
    """It was told before, and still waits."""
    is_last_for_now: bool


async def _claim_action(
    database: Database, user_id: UUID, action_id: UUID, *, mail_message_id: str, now: datetime
) -> _News | None:
    async with database.transaction(user_id) as session:
        user = await repository.user_by_id(session, user_id)
        action = await repository.action_by_id(session, user_id, action_id)
        if user is None or action is None:
            raise NotFoundError(f"no action {action_id} of this user")
        if not user.notices_enabled or action.state not in WAITING:
            return None
        raised = action.escalated_at is not None
        waiting = await repository.waiting_on_message(session, user_id, action.message_id, now=now)
        if raised:
            waiting = tuple(line for line in waiting if line.action_id == action_id)
        if not waiting:
            return None
        recent = await repository.mails_since(session, user_id, since=now - BURST_WINDOW)
        claimed = await repository.claim_action_notices(
            session,
            user_id,
            [line.action_id for line in waiting],
            mail_message_id=mail_message_id,
            now=now,
            kind=NoticeKind.ESCALATION if raised else NoticeKind.ACTION,
            refused=TOO_MANY if recent >= BURST else None,
        )
        summary = await repository.summary_of(session, user_id, action.message_id)
    if recent >= BURST:
        log.warning("notice.too_many", user_id=str(user_id), action_id=str(action_id))
        return None
    told = tuple(line for line in waiting if line.action_id in claimed)
    if not told:
        return None
    return _News(user, told, summary, is_raised=raised, is_last_for_now=recent == BURST - 1)


def _action_mail(news: _News, *, base_url: str, message_id: str) -> OutgoingNotice:
    letter, zone = news.actions[0].letter, zone_of(news.user.timezone)
    values = {
        "sender": wording.person(letter.sender_name, letter.sender_address),
        "subject": wording.titled(letter.subject),
        "summary": shortened(news.summary, wording.REASON_LIMIT),
        "actions": [_told(line, zone) for line in news.actions],
        "review": message_link(base_url, letter.message_id),
        "settings": settings_link(base_url),
        "is_last_for_now": news.is_last_for_now,
    }
    what = "Still waits for your decision" if news.is_raised else "Your decision, please"
    heading = f"{what}: “{harmless(wording.titled(letter.subject))}”"
    return notice_to(news.user, heading, render("action_notice", values), message_id)


def _told(line: ActionLine, zone: ZoneInfo) -> dict[str, Any]:
    is_letter = line.kind in LETTERS
    body = str(line.payload.get("body", "")).strip().splitlines() if is_letter else []
    return {
        "what": wording.what(line.kind, line.payload, wording.PROPOSED),
        "to": ", ".join(_addresses(line, "to")) if is_letter else "",
        "cc": ", ".join(_addresses(line, "cc")) if is_letter else "",
        "body": [shortened(text, QUOTED_WIDTH) for text in body[:QUOTED_LINES]],
        "is_cut": len(body) > QUOTED_LINES or any(len(text) > QUOTED_WIDTH for text in body),
        "risk": line.risk,
        "sure": wording.sure(line.confidence),
        "reasons": wording.why(line.reasons),
        "expires": moment_in_words(line.expires_at, zone),
    }


def _addresses(line: ActionLine, field: str) -> Sequence[str]:
    value = line.payload.get(field) or ()
    return [value] if isinstance(value, str) else [str(address) for address in value]


def notice_to(user: User, subject: str, body: Rendered, message_id: str) -> OutgoingNotice:
    return OutgoingNotice(to=user.email, subject=subject, text=body.text, html=body.html, message_id=message_id)


async def deliver(
    database: Database, sender: MailSender, clock: Callable[[], datetime], *, user_id: UUID, mail: OutgoingNotice
) -> None:
    error: str | None = None
    try:
        await sender.send(mail)
    except DeliveryError as failure:
        error = str(failure)
        log.warning("notice.failed", user_id=str(user_id), reason=error)
    async with database.transaction(user_id) as session:
        await repository.mark_notices(session, user_id, mail_message_id=mail.message_id, now=clock(), error=error)
    if error is None:
        log.info("notice.sent", user_id=str(user_id))

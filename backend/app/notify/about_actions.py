"""The one way of telling a person about an action: that it waits, did not go as it should, or was their reminder."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from app.db.models import ActionKind, ActionState, NoticeKind, User
from app.db.session import Database
from app.errors import NotFoundError
from app.notify import repository, wording
from app.notify.notices import BURST, BURST_WINDOW, TOO_MANY, deliver, notice_to, send_action_notice
from app.notify.render import message_link, render, settings_link
from app.notify.senders import MailSender, OutgoingNotice
from app.notify.strangers import harmless, shortened
from app.notify.values import ActionLine

log = structlog.get_logger(__name__)

OVER: Final = frozenset({ActionState.FAILED, ActionState.UNKNOWN, ActionState.DONE})
HEADINGS: Final = {
    ActionState.FAILED: "This could not be done",
    ActionState.UNKNOWN: "Please look: it is not known whether this happened",
    ActionState.DONE: "This could not be undone",
}
"""A done action is told about only when undoing it failed, or when it is the reminder itself."""
ADVICE: Final = {
    ActionState.FAILED: "You can try it again there, or leave it.",
    ActionState.UNKNOWN: "Look into your mailbox, then say there whether it happened. It is never simply tried again.",
    ActionState.DONE: "What is left of it you find there and in Gmail.",
}
REMINDED: Final = "Nobody has answered yet"
REMINDED_ADVICE: Final = "You asked to be reminded. The conversation is back in your inbox."


async def tell_about_action(
    *,
    database: Database,
    sender: MailSender,
    clock: Callable[[], datetime],
    new_message_id: Callable[[], str],
    base_url: str,
    user_id: UUID,
    action_id: UUID,
) -> None:
    """Tell what there is to tell, once. Raises NotFoundError."""
    async with database.transaction(user_id) as session:
        action = await repository.action_by_id(session, user_id, action_id)
    if action is None:
        raise NotFoundError(f"no action {action_id} of this user")
    if action.state not in OVER:
        await send_action_notice(
            database=database,
            sender=sender,
            clock=clock,
            new_message_id=new_message_id,
            base_url=base_url,
            user_id=user_id,
            action_id=action_id,
        )
        return
    mail_id = new_message_id()
    told = await _claim(database, user_id, action_id, mail_message_id=mail_id, now=clock())
    if told is not None:
        user, line = told
        mail = _mail(user, line, base_url=base_url, message_id=mail_id)
        await deliver(database, sender, clock, user_id=user_id, mail=mail)


async def _claim(
    database: Database, user_id: UUID, action_id: UUID, *, mail_message_id: str, now: datetime
) -> tuple[User, ActionLine] | None:
    async with database.transaction(user_id) as session:
        user = await repository.user_by_id(session, user_id)
        line = await repository.action_with_letter(session, user_id, action_id)
        if user is None or line is None or not user.notices_enabled or not _is_news(line):
            return None
        recent = await repository.mails_since(session, user_id, since=now - BURST_WINDOW)
        claimed = await repository.claim_action_notices(
            session,
            user_id,
            [action_id],
            mail_message_id=mail_message_id,
            now=now,
            kind=NoticeKind.ACTION if _is_reminder(line) else NoticeKind.TROUBLE,
            refused=TOO_MANY if recent >= BURST else None,
        )
    if recent >= BURST:
        log.warning("notice.too_many", user_id=str(user_id), action_id=str(action_id))
        return None
    return (user, line) if claimed else None


def _is_news(line: ActionLine) -> bool:
    return line.state in OVER and (bool(line.error) or _is_reminder(line))


def _is_reminder(line: ActionLine) -> bool:
    """Whether this is what the person asked to be told, and not that something went wrong."""
    return line.kind == ActionKind.REMIND and line.state == ActionState.DONE and not line.error


def _mail(user: User, line: ActionLine, *, base_url: str, message_id: str) -> OutgoingNotice:
    state = ActionState(line.state)
    heading, advice = (REMINDED, REMINDED_ADVICE) if _is_reminder(line) else (HEADINGS[state], ADVICE[state])
    values = {
        "heading": heading,
        "what": wording.what(line.kind, line.payload, wording.PROPOSED),
        "sender": wording.person(line.letter.sender_name, line.letter.sender_address),
        "subject": wording.titled(line.letter.subject),
        "error": shortened(line.error or "", 2 * wording.REASON_LIMIT),
        "advice": advice,
        "review": message_link(base_url, line.letter.message_id),
        "settings": settings_link(base_url),
    }
    subject = f"{heading}: “{harmless(wording.titled(line.letter.subject))}”"
    return notice_to(user, subject, render("trouble_notice", values), message_id)

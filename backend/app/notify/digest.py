"""The digest: once a day, what came, what was done unasked and why, what waits, what is due, and what went wrong.

A quiet day gets a short digest too. When silence can mean "nothing happened" or "nothing works any more", a person
who relies on us cannot tell them apart. Like a notice, a digest is claimed first and sent at most once.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import User
from app.db.session import SYSTEM, Database, enqueue
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.notify import repository, wording
from app.notify.day_repository import facts_of_day
from app.notify.days import day_in_words, due_day, due_days, moment_in_words, span_of, zone_of
from app.notify.render import message_link, page_link, render, settings_link
from app.notify.senders import DeliveryError, MailSender, OutgoingNotice
from app.notify.strangers import shortened
from app.notify.values import (
    ActionLine,
    DayFacts,
    DeadlineLine,
    ImportantLine,
    Letter,
    Listed,
    ModelCost,
    QuarantinedLine,
)

log = structlog.get_logger(__name__)

USERS_PER_PAGE: Final = 500
QUEUE: Final = "/queue"
HISTORY: Final = "/history"
PATTERNS: Final = "/settings/patterns"
SET_ASIDE: Final = "/history/set-aside"

Line = TypeVar("Line", ActionLine, DeadlineLine, ImportantLine, QuarantinedLine)


async def users_due_for_digest(
    session: AsyncSession, *, now: datetime, after: UUID | None = None, limit: int = USERS_PER_PAGE
) -> list[UUID]:
    """The next users, in the order of their ids, whose day is over and told to nobody; empty when there are no more.

    Needs a SYSTEM transaction. Ask again with the last id as `after`.
    """
    return await repository.users_without_digest(session, due_days(now), after=after, limit=limit)


async def enqueue_digests(database: Database, *, now: datetime) -> int:
    """Hand a job to the workers for everybody who is owed a digest; return how many.

    May run at any time and any number of times: whoever was told about that day is owed nothing.
    """
    total, after = 0, None
    while True:
        async with database.transaction(SYSTEM) as session:
            users = await users_due_for_digest(session, now=now, after=after)
            for user_id in users:
                enqueue(session, Job(TaskName.SEND_DAILY_DIGEST, (user_id,)))
        if not users:
            return total
        total, after = total + len(users), users[-1]


async def send_digest(
    *,
    database: Database,
    sender: MailSender,
    clock: Callable[[], datetime],
    new_message_id: Callable[[], str],
    base_url: str,
    user_id: UUID,
    day: date | None = None,
) -> None:
    """Tell the person about `day`, by default their last day whose digest is due; at most one mail for each day.

    Nothing for people who want none, or who had no mailbox connected on that day. Raises NotFoundError.
    """
    now, mail_message_id = clock(), new_message_id()
    async with database.transaction(user_id) as session:
        user = await repository.user_by_id(session, user_id)
        if user is None:
            raise NotFoundError(f"no user {user_id}")
        zone = zone_of(user.timezone)
        day = day or due_day(now, zone)
        span = span_of(day, zone)
        if not user.digest_enabled or not await repository.has_mailbox_before(session, user_id, moment=span.end):
            return
        facts = await facts_of_day(session, user_id, span, today=now.astimezone(zone).date(), now=now)
        if not await repository.claim_digest(
            session, user_id, day, mail_message_id=mail_message_id, counts=facts.counts, now=now
        ):
            return
    mail = _digest_mail(user, day, facts, zone=zone, base_url=base_url, message_id=mail_message_id)
    await _deliver(database, sender, clock, user_id=user_id, day=day, mail=mail)


async def _deliver(
    database: Database,
    sender: MailSender,
    clock: Callable[[], datetime],
    *,
    user_id: UUID,
    day: date,
    mail: OutgoingNotice,
) -> None:
    error: str | None = None
    try:
        await sender.send(mail)
    except DeliveryError as failure:
        error = str(failure)
        log.warning("digest.failed", user_id=str(user_id), reason=error)
    async with database.transaction(user_id) as session:
        await repository.mark_digest(session, user_id, day, now=clock(), error=error)
    if error is None:
        log.info("digest.sent", user_id=str(user_id))


def _digest_mail(
    user: User, day: date, facts: DayFacts, *, zone: ZoneInfo, base_url: str, message_id: str
) -> OutgoingNotice:
    values = {
        "day": day_in_words(day),
        "greeting": f"Hello {shortened(user.name, wording.NAME_LIMIT)}," if user.name.strip() else "Hello,",
        "is_quiet": facts.is_quiet,
        "incoming_total": sum(facts.incoming.values()),
        "incoming": [(wording.CATEGORIES.get(name, name), number) for name, number in facts.incoming.items()],
        "important": _section(facts.important, base_url, _important),
        "done_unasked": _section(facts.done_unasked, base_url, _done, more=HISTORY),
        "done_approved": facts.done_approved,
        "by_habit": facts.by_habit,
        "patterns": page_link(base_url, PATTERNS),
        "waiting": _section(facts.waiting, base_url, lambda line: _waiting(line, zone), more=QUEUE),
        "deadlines": _section(facts.deadlines, base_url, _deadline),
        "failed": _section(facts.failed, base_url, _failed, more=HISTORY),
        "quarantined": _section(facts.quarantined, base_url, _quarantined, more=SET_ASIDE),
        "undelivered": facts.undelivered,
        "broken_mailboxes": facts.broken_mailboxes,
        "mailboxes": [
            (box.address, moment_in_words(box.last_synced_at, zone) if box.last_synced_at else "never yet")
            for box in facts.mailboxes
        ],
        "cost": _cost(facts.cost),
        "queue": page_link(base_url, QUEUE),
        "settings": settings_link(base_url),
    }
    body = render("digest", values)
    return OutgoingNotice(
        to=user.email, subject=_subject(day, facts), text=body.text, html=body.html, message_id=message_id
    )


def _subject(day: date, facts: DayFacts) -> str:
    """Numbers only: what strangers wrote has no place in it."""
    broken = len(facts.broken_mailboxes)
    wrong = facts.failed.total + facts.quarantined.total
    parts = [
        wording.count(broken, "mailbox to reconnect", "mailboxes to reconnect") if broken else "",
        wording.count(facts.waiting.total, "waits for you", "wait for you") if facts.waiting.total else "",
        f"{wrong} went wrong" if wrong else "",
        wording.count(sum(facts.incoming.values()), "new message", "new messages") if facts.incoming else "",
    ]
    return f"{day:%A}: {', '.join(filter(None, parts)) or 'a quiet day'}"


def _section(
    listed: Listed[Line], base_url: str, extra: Callable[[Line], Mapping[str, object]], *, more: str | None = None
) -> dict[str, Any]:
    return {
        "total": listed.total,
        "rest": listed.rest,
        "more": page_link(base_url, more) if more else None,
        "lines": [{**_letter(line.letter, base_url), **extra(line)} for line in listed.shown],
    }


def _letter(letter: Letter, base_url: str) -> dict[str, object]:
    return {
        "sender": wording.person(letter.sender_name, letter.sender_address),
        "subject": wording.titled(letter.subject),
        "link": message_link(base_url, letter.message_id),
        "what": "",
        "detail": "",
        "urgent": False,
    }


def _important(line: ImportantLine) -> Mapping[str, object]:
    return {"detail": line.summary, "urgent": line.urgent}


def _deadline(line: DeadlineLine) -> Mapping[str, object]:
    return {"what": day_in_words(line.deadline), "detail": line.summary}


def _quarantined(line: QuarantinedLine) -> Mapping[str, object]:
    return {"detail": line.error or ""}


def _done(line: ActionLine) -> Mapping[str, object]:
    return {"what": wording.what(line.kind, line.payload, wording.DONE), "detail": _why(line)}


def _waiting(line: ActionLine, zone: ZoneInfo) -> Mapping[str, object]:
    return {
        "what": wording.what(line.kind, line.payload, wording.PROPOSED),
        "detail": f"{_why(line)} Dropped if undecided by {moment_in_words(line.expires_at, zone)}.".strip(),
        "urgent": line.risk == "high",
    }


def _failed(line: ActionLine) -> Mapping[str, object]:
    return {
        "what": wording.what(line.kind, line.payload, wording.PROPOSED),
        "detail": shortened(line.error or "The outcome is not known.", wording.REASON_LIMIT),
    }


def _why(line: ActionLine) -> str:
    return f"{_joined(line.reasons)} {wording.sure(line.confidence)}".strip()


def _joined(reasons: Iterable[str]) -> str:
    return " ".join(reason if reason.endswith((".", "!", "?")) else f"{reason}." for reason in wording.why([*reasons]))


def _cost(cost: ModelCost) -> str:
    if not cost.calls:
        return ""
    known = "" if cost.calls == cost.unpriced_calls else f", {wording.money(cost.microdollars)}"
    unknown = f" ({cost.unpriced_calls} of them at a price not known to us)" if cost.unpriced_calls else ""
    return f"{wording.count(cost.calls, 'model call', 'model calls')}{known}{unknown}"

"""What Gmail's notices do: each makes a mailbox due, and nothing else of it is believed."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import structlog
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from app.db.models import Mailbox
from app.db.session import SYSTEM, Database, enqueue
from app.jobs import Job, TaskName
from app.mail import push_repository

log = structlog.get_logger(__name__)

TOGETHER: Final = timedelta(seconds=30)
"""Notices within this time of one that waits for its sync need no sync of their own."""


class Outcome(StrEnum):
    """What became of a notice."""

    MARKED = "marked"
    """A sync of the mailbox was enqueued."""
    JOINED = "joined"
    """The sync that an earlier notice asked for has not ended, and will see it as well."""
    REPEATED = "repeated"
    """Published before one that was seen already: sent again, or overtaken."""
    UNKNOWN = "unknown"
    """About an address that no active mailbox has."""
    MALFORMED = "malformed"
    REFUSED = "refused"
    """Pushed by somebody who could not show to be Google."""


class _PubsubMessage(BaseModel):
    data: Annotated[str, Field(max_length=4096)]
    published_at: Annotated[AwareDatetime | None, Field(alias="publishTime")] = None


class _News(BaseModel):
    """Gmail's words. Its history id is left out: the stored cursor alone says where to read on."""

    address: Annotated[str, Field(alias="emailAddress", min_length=3, max_length=320, pattern="@")]


@dataclass(frozen=True, slots=True)
class Notification:
    address: str
    published_at: datetime | None


def read_notification(message: object) -> Notification | None:
    """A PubsubMessage as a value; None where it is none of Gmail's."""
    try:
        found = _PubsubMessage.model_validate(message)
        news = _News.model_validate(json.loads(base64.b64decode(found.data, validate=True)))
    except (ValidationError, ValueError, binascii.Error, RecursionError):
        return None
    return Notification(news.address.lower(), found.published_at)


async def take_notifications(database: Database, messages: Sequence[object], *, now: datetime) -> Counter[Outcome]:
    """Make the mailboxes due that the messages are about; what became of each is counted and returned."""
    read = [read_notification(message) for message in messages]
    found = [one for one in read if one is not None]
    outcomes = Counter({Outcome.MALFORMED: len(read) - len(found)})
    async with database.transaction(SYSTEM) as session:
        mailboxes = await push_repository.lock_mailboxes_at(session, {one.address for one in found})
        for one in found:
            theirs = [mailbox for mailbox in mailboxes if mailbox.address == one.address]
            results = [_mark(mailbox, one, now) for mailbox in theirs] or [Outcome.UNKNOWN]
            outcomes.update(results)
            for mailbox, result in zip(theirs, results, strict=False):
                if result is Outcome.MARKED and _may_be_read(mailbox, now):
                    enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))
        await push_repository.count(session, +outcomes, day=now.date())
    log.info("push.taken", **{outcome.value: number for outcome, number in (+outcomes).items()})
    return outcomes


async def count_refused(database: Database, *, now: datetime) -> None:
    async with database.transaction(SYSTEM) as session:
        await push_repository.count(session, {Outcome.REFUSED: 1}, day=now.date())


def _mark(mailbox: Mailbox, notification: Notification, now: datetime) -> Outcome:
    published_at = min(notification.published_at or now, now)
    if mailbox.push_published_at is not None and published_at <= mailbox.push_published_at:
        # What had happened by then was there to be seen when the later one was taken.
        return Outcome.REPEATED
    waits = _waits_for_sync(mailbox, now)
    mailbox.push_published_at, mailbox.pushed_at = published_at, now
    mailbox.push_count += 1
    if waits:
        return Outcome.JOINED
    mailbox.next_sync_at = now
    return Outcome.MARKED


def _waits_for_sync(mailbox: Mailbox, now: datetime) -> bool:
    """Whether the sync for an earlier notice is still to end; after a while its job may have been lost."""
    return (
        mailbox.pushed_at is not None
        and mailbox.next_sync_at <= mailbox.pushed_at
        and mailbox.next_sync_at > now - TOGETHER
    )


def _may_be_read(mailbox: Mailbox, now: datetime) -> bool:
    """Where Gmail has asked for patience, the mailbox is due when that is over."""
    return mailbox.not_before is None or mailbox.not_before <= now

"""Keeps Gmail's watch over a mailbox alive while push is switched on."""

import random
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.db.models import Mailbox
from app.errors import RetryableError
from app.mail.lease import Sync, save
from app.mail.polling import Polling
from app.mail.provider import MessageGoneError, ProviderRefusedError

log = structlog.get_logger(__name__)

RENEW_AFTER: Final = timedelta(days=6)
"""Gmail ends a watch after seven days."""
JITTER: Final = timedelta(hours=12)
"""Mailboxes that were connected together are not renewed together."""
TRY_AGAIN: Final = timedelta(hours=1)
"""A watch costs as much as fifty polls, so one that is refused is not asked for at each of them."""


async def keep_watch(run: Sync, mailbox: Mailbox, polling: Polling) -> None:
    """Begin, renew or end the watch if it is time; a failure is written down and polling goes on as before.

    Comes before the changes are read, so that nothing falls between the two.
    """
    now = run.clock()
    if not polling.topic:
        if mailbox.watch_topic is not None:
            await _end(run, mailbox)
        return
    if mailbox.watch_topic == polling.topic and mailbox.watch_renew_at is not None and mailbox.watch_renew_at > now:
        return
    try:
        expires_at = await run.provider.watch(polling.topic)
    except (ProviderRefusedError, MessageGoneError, RetryableError) as error:
        log.warning("watch.failed", mailbox_id=str(mailbox.id), error=type(error).__name__)
        await _write(run, mailbox, watch_topic=polling.topic, watch_renew_at=now + TRY_AGAIN, watch_error=str(error))
        return
    renew_at = renewal(now, expires_at)
    await _write(
        run,
        mailbox,
        watch_topic=polling.topic,
        watch_expires_at=expires_at,
        watch_renew_at=renew_at,
        watch_error=None,
    )
    log.info("watch.begun", mailbox_id=str(mailbox.id))


def renewal(now: datetime, expires_at: datetime) -> datetime:
    """About six days from now, and always well before the end."""
    spread = random.uniform(-1, 1) * JITTER  # noqa: S311 - spreads load, guards nothing
    return min(now + RENEW_AFTER + spread, now + (expires_at - now) * 0.95)


async def _end(run: Sync, mailbox: Mailbox) -> None:
    """Push was switched off. What Gmail does not hear ends by itself within a week."""
    try:
        await run.provider.stop_watch()
    except (ProviderRefusedError, MessageGoneError, RetryableError) as error:
        log.warning("watch.stop_failed", mailbox_id=str(mailbox.id), error=type(error).__name__)
    await _write(run, mailbox, watch_topic=None, watch_expires_at=None, watch_renew_at=None, watch_error=None)


async def _write(run: Sync, mailbox: Mailbox, **values: str | datetime | None) -> None:
    await save(run, **values)
    for name, value in values.items():
        setattr(mailbox, name, value)

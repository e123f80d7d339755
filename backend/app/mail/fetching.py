"""Fetches messages and stores them, a chunk at a time; one that fails gets a row of its own and stops no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.mail import failure_repository, message_repository
from app.mail.incoming import Incoming, incoming
from app.mail.lease import Sync, keep_lease
from app.mail.planning import Portion, chunks_of, planned
from app.mail.provider import (
    Listed,
    MessageGoneError,
    ProviderRefusedError,
    ProviderUnavailableError,
    RawMessage,
)
from app.mail.storing import store

log = structlog.get_logger(__name__)

PARSED_AT_ONCE: Final = 100_000
"""Bytes. What is larger is parsed in a thread: the event loop of hundreds of mailboxes must not wait for it."""
OUTAGE: Final = 5
"""So many failures, and nothing that arrived, are Gmail's trouble and not that of single messages."""
NO_MAIL: Final = frozenset({"DRAFT", "CHAT"})
REFUSED_BY_DATABASE: Final = "The database refused this message."


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that could not be fetched, and why, in words for the user."""

    provider_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that is not there any more, or was never mail."""

    provider_id: str


Outcome = Incoming | Failed | Gone
Also = Callable[[AsyncSession], Awaitable[None]]
"""What is written in the same transaction as a chunk."""


async def unknown(run: Sync, wanted: Sequence[Listed]) -> list[Listed]:
    """Those that are neither stored nor known to have failed."""
    if not wanted:
        return []
    by_id = {message.id: message for message in wanted}
    async with run.database.transaction(run.mailbox.user_id) as session:
        found = await message_repository.unknown_ids(session, run.mailbox.mailbox_id, list(by_id))
    return [by_id[one] for one in found]


async def fetch_new(run: Sync, wanted: Sequence[Listed]) -> None:
    """Fetch and store what has come; what is stored is left alone."""
    for chunk in chunks_of(planned(await unknown(run, wanted))):
        await fetch_chunk(run, chunk, is_news=True)


async def fetch_again(run: Sync) -> None:
    """Another try for what failed before, each message by itself."""
    async with run.database.transaction(run.mailbox.user_id) as session:
        due = await failure_repository.due(session, run.mailbox.mailbox_id, now=run.clock())
    for chunk in chunks_of([Portion("", (one,)) for one in due]):
        await fetch_chunk(run, chunk, is_news=True, failed_before=True)


async def fetch_chunk(
    run: Sync, chunk: Sequence[Portion], *, is_news: bool, failed_before: bool = False, also: Also | None = None
) -> None:
    """Fetch, then store what arrived and remember what did not, in one transaction together with `also`.

    Raises what concerns the whole mailbox (patience, a dead grant, an outage), after everything that did arrive is
    kept, so that trying again never starts from nothing.
    """
    answers = await asyncio.gather(*(_fetch(run, portion) for portion in chunk), return_exceptions=True)
    outcomes = [one for answer in answers if not isinstance(answer, BaseException) for one in answer]
    troubles = [answer for answer in answers if isinstance(answer, BaseException)]
    await _keep(run, outcomes, is_news=is_news, failed_before=failed_before, also=None if troubles else also)
    for trouble in troubles:
        raise trouble
    failures = sum(isinstance(one, Failed) for one in outcomes)
    if failures >= OUTAGE and failures == len(outcomes):
        raise ProviderUnavailableError("Gmail gives none of the messages it is asked for.")


async def _fetch(run: Sync, portion: Portion) -> list[Outcome]:
    if len(portion.ids) == 1:
        return [await _fetch_one(run, portion.ids[0])]
    try:
        thread = await run.provider.get_thread(portion.thread_id)
    except (MessageGoneError, ProviderUnavailableError, ProviderRefusedError):
        thread = ()  # one message that Gmail stumbles over must not take the others with it
    found = [await _read(raw) for raw in thread if raw.id in portion.ids]
    rest = set(portion.ids) - {raw.id for raw in thread}
    return found + [await _fetch_one(run, one) for one in portion.ids if one in rest]


async def _fetch_one(run: Sync, message_id: str) -> Outcome:
    try:
        return await _read(await run.provider.get_message(message_id))
    except MessageGoneError:
        log.info("sync.message_gone", provider_message_id=message_id)
        return Gone(message_id)
    except (ProviderUnavailableError, ProviderRefusedError) as error:
        log.warning("sync.message_failed", provider_message_id=message_id, kind=type(error).__name__)
        return Failed(message_id, str(error))


async def _read(raw: RawMessage) -> Outcome:
    if not NO_MAIL.isdisjoint(raw.label_ids):
        return Gone(raw.id)
    if raw.size <= PARSED_AT_ONCE:
        return incoming(raw)
    return await asyncio.to_thread(incoming, raw)


async def _keep(
    run: Sync, outcomes: Sequence[Outcome], *, is_news: bool, failed_before: bool, also: Also | None
) -> None:
    write = partial(_write, run, is_news=is_news, failed_before=failed_before)
    try:
        await write(outcomes, also=also)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        # The database refuses one of them: it must not take the others with it.
        log.exception("sync.chunk_refused")
        for one in outcomes:
            try:
                await write([one])
            except DBAPIError as refusal:
                if refusal.connection_invalidated or not isinstance(one, Incoming):
                    raise
                await write([Failed(one.provider_id, REFUSED_BY_DATABASE)])
        await write([], also=also)


async def _write(
    run: Sync, outcomes: Sequence[Outcome], *, is_news: bool, failed_before: bool, also: Also | None = None
) -> None:
    reasons = {one.provider_id: one.reason for one in outcomes if isinstance(one, Failed)}
    async with run.database.transaction(run.mailbox.user_id) as session:
        await store(session, run, [one for one in outcomes if isinstance(one, Incoming)], is_news=is_news)
        await failure_repository.remember(session, run.mailbox, reasons, now=run.clock())
        if failed_before:
            settled = [one.provider_id for one in outcomes if not isinstance(one, Failed)]
            await failure_repository.forget(session, run.mailbox.mailbox_id, settled)
        if also is not None:
            await also(session)
        await keep_lease(session, run)

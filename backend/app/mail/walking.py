"""Goes through the listing of a mailbox, newest first, and fetches what is not stored: resumable at any point."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Walk, WalkKind
from app.mail import message_repository, walk_repository
from app.mail.fetching import fetch_chunk, unknown
from app.mail.lease import Sync, keep_lease
from app.mail.planning import Portion, chunks_of, planned, units_of
from app.mail.provider import UNSEEN_LABELS, Listed, ProviderRefusedError, Range

BLOCK: Final = 5000
"""Messages listed at a time: enough to see threads as a whole, and to know what is still to come."""
SENT: Final = "SENT"
SENT_FIRST: Final = frozenset({WalkKind.FIRST, WalkKind.RESYNC})
"""Whom the user writes to is what all other mail is judged by."""

Between = Callable[[], Awaitable[bool]]
"""Called between chunks; False ends this part of the walk."""


@dataclass(frozen=True, slots=True)
class Block:
    messages: tuple[Listed, ...]
    page: str | None
    passed: int
    """Messages in the blocks before this one."""
    expected: int
    """Messages in all, as far as it is known."""
    next_page: str | None
    """Where the next block begins; None behind the last one."""

    @property
    def end(self) -> int:
        return self.passed + len(self.messages)


async def walk(run: Sync, way: Walk, between: Between) -> bool:
    """Go on from where the walk stands. Returns whether it has come to its end.

    When the person changes its bounds or stops it meanwhile, it has not: another task goes on as they want it.
    """
    if way.listed_at is not None:
        return True
    page, passed = way.page, way.passed
    while True:
        try:
            block = await _block(run, way, page, passed)
        except ProviderRefusedError:
            if page is None:
                raise
            # Page tokens do not live for ever. What is stored is not fetched again, so starting over costs little.
            page, passed = None, 0
            continue
        if not await _fetch_block(run, way, block, between):
            return False
        page, passed = block.next_page, block.end
        if page is None:
            return await _end(run, way, block)


async def _block(run: Sync, way: Walk, page: str | None, passed: int) -> Block:
    room = BLOCK if way.most is None else min(BLOCK, way.most - passed)
    messages, estimate, following = await _listed(run, Range(after=way.after, before=way.before), page, room)
    if way.most is not None and passed + len(messages) >= way.most:
        messages, following = messages[: way.most - passed], None
    end = passed + len(messages)
    expected = end if following is None else max(end, estimate)
    return Block(
        messages=tuple(messages),
        page=page,
        passed=passed,
        expected=expected if way.most is None else min(expected, way.most),
        next_page=following,
    )


async def _listed(run: Sync, wanted: Range, page: str | None, room: int) -> tuple[list[Listed], int, str | None]:
    messages: list[Listed] = []
    estimate = 0
    while len(messages) < room:
        listing = await run.provider.list_messages(wanted, page=page)
        messages += listing.messages
        estimate = max(estimate, listing.estimate)
        page = listing.next_page
        if page is None:
            break
    return messages, estimate, page


async def _fetch_block(run: Sync, way: Walk, block: Block, between: Between) -> bool:
    missing = await unknown(run, [*await _sent_first(run, way, block), *await _out_of_sight(run, way, block)])
    portions = planned(missing)
    ids = {message.id for message in block.messages}
    begun = await _save(
        run,
        way,
        page=block.page,
        passed=block.passed,
        expected=block.expected,
        done=block.end - sum(message.id in ids for message in missing),
        units_left=units_of(portions),
    )
    if not begun:
        return False
    for chunk in chunks_of(portions):
        await fetch_chunk(run, chunk, is_news=False, also=partial(_count, way, ids, chunk))
        if not await between() or not await _is_wanted(run, way):
            return False
    return True


async def _is_wanted(run: Sync, way: Walk) -> bool:
    async with run.database.transaction(run.mailbox.user_id) as session:
        return await walk_repository.is_as_read(session, way)


async def _sent_first(run: Sync, way: Walk, block: Block) -> Sequence[Listed]:
    if way.kind not in SENT_FIRST or block.passed > 0:
        return block.messages
    sent, _, _ = await _listed(run, Range(after=way.after, before=way.before, label=SENT), None, BLOCK)
    if way.most is not None:
        within = set(block.messages)
        sent = [message for message in sent if message in within]
    return [*sent, *block.messages]


async def _out_of_sight(run: Sync, way: Walk, block: Block) -> Sequence[Listed]:
    """Spam and rubbish of the gap: a history would have told of it, and the ordinary listing leaves it out."""
    if way.gap_since is None or block.passed > 0:
        return ()
    listed = [
        await _listed(run, Range(after=way.gap_since, before=way.before, label=label), None, BLOCK)
        for label in sorted(UNSEEN_LABELS)
    ]
    return [message for messages, _, _ in listed for message in messages]


async def _count(way: Walk, ids: Collection[str], chunk: Sequence[Portion], session: AsyncSession) -> None:
    fetched = [one for portion in chunk for one in portion.ids]
    await walk_repository.change_walk(
        session,
        way,
        done=Walk.done + sum(one in ids for one in fetched),
        missing=Walk.missing + len(fetched),
        units_left=Walk.units_left - units_of(chunk),
    )


async def _end(run: Sync, way: Walk, last: Block) -> bool:
    passed, reached = last.end, None
    if way.most is not None and passed >= way.most:
        async with run.database.transaction(run.mailbox.user_id) as session:
            ids = [message.id for message in last.messages]
            reached = await message_repository.oldest_of(session, run.mailbox.mailbox_id, ids)
    return await _save(
        run,
        way,
        passed=passed,
        expected=passed,
        done=passed,
        units_left=0,
        listed_at=run.clock(),
        reached=reached,
    )


async def _save(run: Sync, way: Walk, **values: Any) -> bool:
    """Whether the walk is still to be done as it was begun."""
    async with run.database.transaction(run.mailbox.user_id) as session:
        is_wanted = await walk_repository.change_walk(session, way, **values)
        await keep_lease(session, run)
    return is_wanted

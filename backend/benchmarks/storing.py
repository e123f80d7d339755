"""From the response in hand to the committed row: what a first sync does with a message once it has come."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from app.mail import gmail_answers as answers
from app.mail import repository
from app.mail.fetching import fetch_chunk
from app.mail.lease import LEASE, Sync
from app.mail.planning import chunks_of, planned
from app.mail.provider import Listed, MailProvider, RawMessage
from benchmarks.account import Account
from benchmarks.measure import timed
from benchmarks.stand import Stand


class Answered:
    """A provider that has every answer already, as the bytes that came over the wire."""

    def __init__(self, bodies: Mapping[str, bytes]) -> None:
        self._bodies = bodies

    async def get_message(self, message_id: str) -> RawMessage:
        return answers.read(answers.raw_message, json.loads(self._bodies[message_id]))


async def storing_cpu(stand: Stand, bodies: Mapping[str, bytes], *, rounds: int) -> float:
    """Seconds of processor time for all of them, the best of so many rounds, each into a new mailbox."""
    # Each message in a thread of its own: a call for each, which is the dearer way.
    portions = planned([Listed(one, one) for one in bodies])
    taken: list[float] = []
    for _ in range(rounds):
        run = await _opened(await stand.new_account(), cast("MailProvider", Answered(bodies)))

        async def store(run: Sync = run) -> None:
            for chunk in chunks_of(portions):
                await fetch_chunk(run, chunk, is_news=False)

        taken.append((await timed(store)).cpu)
    return min(taken)


async def _opened(account: Account, provider: MailProvider) -> Sync:
    ctx: Any = account.ctx
    async with ctx.database.transaction(account.ref.user_id) as session:
        leased = await repository.take_lease(session, account.ref.mailbox_id, now=ctx.clock(), lease=LEASE)
    if leased is None or leased.mailbox.lease_id is None:
        raise RuntimeError("a new mailbox was under somebody's lease")
    stop_at = ctx.clock() + timedelta(minutes=4)
    return Sync(
        ctx.database, provider, ctx.clock, ctx.is_own_mail, lambda: 0, account.ref, leased.mailbox.lease_id, stop_at
    )

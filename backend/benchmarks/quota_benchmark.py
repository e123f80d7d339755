"""With the quota on: how much of what Gmail allows one user is used, by two processes together."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any, Final, cast

from app.db.models import utc_now
from app.mail.gmail import CONCURRENT_REQUESTS, GmailMailbox
from app.mail.provider import ProviderBusyError, Range
from app.resources import open_resources
from benchmarks.account import Account, connect
from benchmarks.figures import Figure, Result
from benchmarks.stand import Stand

UNITS: Final = 6000
PROCESSES: Final = 2
SECONDS: Final = 122.0


async def quota_on(stand: Stand) -> Result:
    gmail, shared = await stand.gmail(), await stand.resources()
    changes = {"database_url": stand.new_database(), "user_units_per_minute": UNITS}
    settings = shared.settings.model_copy(update=changes)
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(open_resources(settings)) for _ in range(PROCESSES)]
        account = await connect(processes[0], gmail.refresh_token)
        ids = await _ids(await stand.synced_account())
        await account.units_used()
        await _limit(account, enabled=True)
        try:
            end = asyncio.get_running_loop().time() + SECONDS
            mailboxes = [await one.open_mailbox(account.ref.user_id, account.ref.mailbox_id) for one in processes]
            readers = [_read(each, cycle(ids), end) for each in mailboxes for _ in range(CONCURRENT_REQUESTS)]
            await asyncio.gather(*readers)
            refused = await _refused(account)
            units = await account.units_used()
        finally:
            await _limit(account, enabled=False)
    return Result(
        title="With the quota on",
        measured=f"{PROCESSES} sets of resources, as two processes have them, read one mailbox for {SECONDS:.0f} s "
        f"against a simulated Gmail that allows {UNITS:,} units in any minute. One run.",
        floor="all that is allowed",
        figures=(
            Figure("share of the allowed rate", 100 * units / (UNITS * SECONDS / 60), "%", 100),
            Figure("refused by Gmail", refused, "requests"),
        ),
    )


async def _ids(account: Account) -> tuple[str, ...]:
    mailbox = await account.ctx.open_mailbox(account.ref.user_id, account.ref.mailbox_id)
    listing = await mailbox.list_messages(Range(), page=None)
    return tuple(listed.id for listed in listing.messages)


async def _read(gmail: GmailMailbox, ids: Iterator[str], end: float) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < end:
        try:
            await gmail.get_message(next(ids))
        except ProviderBusyError as busy:
            if busy.not_before is None:
                raise
            wait = (busy.not_before - utc_now()).total_seconds()
            await asyncio.sleep(min(max(wait, 0), max(end - loop.time(), 0)))


async def _limit(account: Account, *, enabled: bool) -> None:
    url = f"{account.ctx.settings.gmail_api_url}/_simulator/quota"
    answer = await account.ctx.http.put(url, json={"enabled": enabled, "units_per_minute": UNITS})
    answer.raise_for_status()


async def _refused(account: Account) -> int:
    url = f"{account.ctx.settings.gmail_api_url}/_simulator/usage"
    usage = cast("dict[str, Any]", (await account.ctx.http.get(url)).raise_for_status().json())
    return sum(sum(used["refused"].values()) for used in usage["mailboxes"].values())

"""A first sync of a whole mailbox, over HTTP into PostgreSQL, with a job published for every message."""

import asyncio
from typing import Any, Final

from sqlalchemy import func, select

from app.db.models import Message
from app.mail.gmail import CONCURRENT_REQUESTS, MESSAGE_FIELDS, PAGE_SIZE
from benchmarks.account import Account
from benchmarks.figures import Figure, Result
from benchmarks.measure import ROUNDS, compare
from benchmarks.stand import Stand
from benchmarks.storing import storing_cpu

MILLISECONDS: Final = 1000
LISTED: Final = {"maxResults": str(PAGE_SIZE), "q": "-in:chats -in:draft"}
FETCHED: Final = {"format": "full", "fields": MESSAGE_FIELDS}


async def first_sync(stand: Stand) -> Result:
    first = await stand.synced_account()  # which warms both sides up as well
    authorization = await first.authorization()
    accounts = [first]

    async def connect_another() -> None:
        accounts.append(await stand.new_account())

    async def sync_it() -> None:
        await accounts[-1].sync()

    taken = await compare(sync_it, lambda: download(first, authorization), before=connect_another)
    units, floor_units, count = await _units(await stand.new_account(), authorization)
    stored = await storing_cpu(stand, await _bodies(first, authorization), rounds=ROUNDS)
    for account in accounts:
        await _must_hold(account, count)
    return Result(
        title="First sync",
        measured=f"{count:,} messages (the sample mailbox again and again, with ids of their own): listed, fetched, "
        f"parsed, stored, and a job published for each. Best of {ROUNDS}.",
        floor=f"a bare httpx client that lists and downloads the same, {CONCURRENT_REQUESTS} at once, keeping nothing",
        figures=(
            Figure("speed", count / taken.ours.wall, "messages/s", count / taken.floor.wall),
            Figure(
                "processor time of the worker",
                taken.ours.cpu / count * MILLISECONDS,
                "ms/message",
                taken.floor.cpu / count * MILLISECONDS,
            ),
            Figure(
                "of it, from a response to its committed row",
                stored / count * MILLISECONDS,
                "ms/message",
                taken.floor.cpu / count * MILLISECONDS,
            ),
            Figure("Gmail quota", units / count, "units/message", floor_units / count),
        ),
    )


async def download(account: Account, authorization: dict[str, str]) -> int:
    """The floor: how many messages have come over the wire."""
    slots = asyncio.Semaphore(CONCURRENT_REQUESTS)

    async def fetch(message_id: str) -> None:
        async with slots:
            answer = await account.ctx.http.get(
                account.url(f"/messages/{message_id}"), params=FETCHED, headers=authorization
            )
        answer.raise_for_status()

    count, page = 0, None
    while True:
        listing = await _list(account, authorization, page)
        ids = [str(message["id"]) for message in listing["messages"]]
        await asyncio.gather(*(fetch(one) for one in ids))
        count += len(ids)
        page = listing.get("nextPageToken")
        if page is None:
            return count


async def _bodies(account: Account, authorization: dict[str, str]) -> dict[str, bytes]:
    """The answer for every message, by its id."""
    found: dict[str, bytes] = {}
    page = None
    while True:
        listing = await _list(account, authorization, page)
        for message in listing["messages"]:
            path = account.url(f"/messages/{message['id']}")
            answer = await account.ctx.http.get(path, params=FETCHED, headers=authorization)
            found[str(message["id"])] = answer.raise_for_status().content
        page = listing.get("nextPageToken")
        if page is None:
            return found


async def _list(account: Account, authorization: dict[str, str], page: str | None) -> dict[str, Any]:
    params = LISTED | ({"pageToken": page} if page else {})
    answer = await account.ctx.http.get(account.url("/messages"), params=params, headers=authorization)
    return answer.raise_for_status().json()


async def _units(account: Account, authorization: dict[str, str]) -> tuple[int, int, int]:
    """Units of both, and how many messages there are."""
    await account.units_used()
    await account.sync()
    ours = await account.units_used()
    count = await download(account, authorization)
    return ours, await account.units_used(), count


async def _must_hold(account: Account, expected: int) -> None:
    """A sync that loses mail would be fast."""
    async with account.ctx.database.transaction(account.ref.user_id) as session:
        found = await session.scalar(select(func.count()).select_from(Message))
    if found != expected:
        raise RuntimeError(f"{found} messages were stored, {expected} were there")

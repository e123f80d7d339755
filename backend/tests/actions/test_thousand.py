"""A thousand approvals of a hundred actions: two API servers, both doors, two workers, each in a thread of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from queue import SimpleQueue
from uuid import UUID

import httpx
import pytest

from app.actions.execute import execute_action
from app.actions.kinds import ArchivePayload
from app.db.models import Action, ActionState
from app.db.session import Database
from app.jobs import Job, TaskName
from app.mail.gmail import gmail_client
from app.mail.provider import MailProvider
from app.simulator.model import EffectKind
from tests.actions.mailroom import Mailroom, ask
from tests.doors.house import open_house

ACTIONS = 100
CLICKS = 10
"""On each action: by page and by program in turn, half of them at each of two servers."""
AT_ONCE = 8
WORKERS = 2


@dataclass
class Broker:
    """Delivers every job twice, as a broker may."""

    published: list[Job] = field(default_factory=list[Job])
    waiting: SimpleQueue[Job | None] = field(default_factory=SimpleQueue[Job | None])

    async def publish(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self.published.append(job)
            self.waiting.put(job)
            self.waiting.put(job)

    def close(self) -> None:
        for _ in range(WORKERS):
            self.waiting.put(None)


async def click(url: str, room: Mailroom, broker: Broker, actions: Sequence[Action]) -> set[HTTPStatus]:
    """One API server, and a person with several tabs and a program of theirs."""
    answers: set[HTTPStatus] = set()
    database = Database(url, broker.publish)
    async with open_house(database, room.user) as house:
        browser, csrf = await house.signed_in()

        async def tab(clicks: Sequence[Action], *, by_page: bool) -> None:
            for action in clicks:
                answer = await approve(browser, csrf, action, by_page=by_page)
                answers.add(HTTPStatus(answer.status_code))

        await asyncio.gather(*(tab(actions[at::AT_ONCE], by_page=at % 2 == 0) for at in range(AT_ONCE)))
    await database.close()
    return answers


async def approve(browser: httpx.AsyncClient, csrf: str, action: Action, *, by_page: bool) -> httpx.Response:
    seen = {"expected_hash": action.content_hash.hex()}
    if by_page:
        return await browser.post(f"/actions/{action.id}/approve", data={"csrf_token": csrf, **seen})
    return await browser.post(f"/api/actions/{action.id}/approve", json=seen, headers={"X-CSRF-Token": csrf})


async def work(url: str, room: Mailroom, broker: Broker) -> None:
    """One worker with connections of its own."""
    database = Database(url, broker.publish)
    async with gmail_client() as http:

        async def open_mailbox(user_id: UUID, mailbox_id: UUID) -> MailProvider:
            assert (user_id, mailbox_id) == (room.user.id, room.mailbox.id)
            return room.open_gmail(database, http)

        while job := await asyncio.to_thread(broker.waiting.get):
            user_id, action_id = job.ids
            await execute_action(
                database=database,
                open_mailbox=open_mailbox,
                clock=room.clock,
                user_id=user_id,
                action_id=action_id,
                one_click=room.one_click,
            )
    await database.close()


# FastAPI silences this warning of pydantic's while it builds its routes, but Python silences for all threads or none.
@pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning")
async def test_a_thousand_approvals_of_a_hundred_actions_do_a_hundred(room: Mailroom, database_url: str) -> None:
    actions = [await room.propose_one() for _ in range(ACTIONS // 2)]
    actions += [await room.propose_one(ArchivePayload(), ask()) for _ in range(ACTIONS // 2)]
    broker = Broker()
    wanted = actions * (CLICKS // 2)
    workers = [asyncio.to_thread(asyncio.run, work(database_url, room, broker)) for _ in range(WORKERS)]
    working = asyncio.gather(*workers)
    try:
        answers = await asyncio.gather(
            *(asyncio.to_thread(asyncio.run, click(database_url, room, broker, wanted)) for _ in range(2))
        )
    finally:
        broker.close()
        await working
    assert 2 * len(wanted) == ACTIONS * CLICKS
    assert answers == [{HTTPStatus.OK, HTTPStatus.SEE_OTHER}] * 2
    once = sorted((TaskName.EXECUTE_ACTION, action.id) for action in actions)
    assert sorted((job.task, job.ids[1]) for job in broker.published) == once
    assert {(await room.row(action)).state for action in actions} == {ActionState.DONE}
    assert len({mail["X-GetAnswers-Action"] for mail in room.sent()}) == len(room.sent()) == ACTIONS // 2
    archived = [effect.message_ids for effect in room.effects(EffectKind.LABELS_CHANGED) if "INBOX" in effect.removed]
    assert len(set(archived)) == len(archived) == ACTIONS // 2

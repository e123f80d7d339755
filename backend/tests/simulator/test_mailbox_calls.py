"""History as a client follows it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.simulator.mailbox_calls import WATCH_LIFETIME
from app.simulator.model import HistoryType
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail


async def history(gmail: httpx.AsyncClient, start: int, **query: Any) -> dict[str, Any]:
    response = await gmail.get("history", params={"startHistoryId": start, **query})
    assert response.status_code == 200, response.text
    return response.json()


async def test_each_kind_of_change_is_told_once_and_in_order(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    start = alice.history_id
    message = simulator.deliver(ALICE, a_mail())
    await gmail.post(f"messages/{message.id}/modify", json={"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]})
    await gmail.delete(f"messages/{message.id}")
    answer = await history(gmail, start)
    records = answer["history"]
    assert [next(key for key in record if key not in {"id", "messages"}) for record in records] == [
        "messagesAdded",
        "labelsAdded",
        "labelsRemoved",
        "messagesDeleted",
    ]
    assert records[1]["labelsAdded"] == [
        {
            "message": {"id": message.id, "threadId": message.thread_id, "labelIds": ["INBOX", "STARRED", "UNREAD"]},
            "labelIds": ["STARRED"],
        }
    ]
    ids = [int(record["id"]) for record in records]
    assert ids == sorted(set(ids))
    assert answer["historyId"] == records[-1]["id"] == str(alice.history_id)
    assert "history" not in await history(gmail, ids[-1])
    assert [record["id"] for record in (await history(gmail, ids[1]))["history"]] == [str(id_) for id_ in ids[2:]]


async def test_pages_of_history_join_without_gap_or_repetition(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    start = alice.history_id
    expected = [simulator.deliver(ALICE, a_mail(f"Mail {number}")).id for number in range(5)]
    seen: list[str] = []
    token: str | None = ""
    while token is not None:
        page = await history(gmail, start, maxResults=2, pageToken=token)
        seen += [record["messagesAdded"][0]["message"]["id"] for record in page["history"]]
        token = page.get("nextPageToken")
    assert seen == expected


async def test_types_and_label_narrow_the_history(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    start = alice.history_id
    simulator.deliver(ALICE, a_mail("inbox"))
    archived = simulator.deliver(ALICE, a_mail("archive"), label_ids=[])
    alice.relabel(archived.id, add=["STARRED"])
    added = await history(gmail, start, historyTypes=HistoryType.MESSAGE_ADDED.value)
    assert len(added["history"]) == 2
    starred = await history(gmail, start, labelId="STARRED")
    assert [set(record) for record in starred["history"]] == [{"id", "messages", "labelsAdded"}]


@pytest.mark.parametrize(("offset", "status"), [(-1, 404), (0, 200), (1, 200), (10_000, 404)])
async def test_a_cursor_outside_the_kept_history_is_404(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox, offset: int, status: int
) -> None:
    simulator.deliver(ALICE, a_mail("forgotten"))
    forgotten = alice.history_id
    alice.expire_history(before=forgotten)
    simulator.deliver(ALICE, a_mail("kept"))
    response = await gmail.get("history", params={"startHistoryId": forgotten + offset})
    assert response.status_code == status
    if status == 404:
        assert response.json()["error"]["errors"][0]["reason"] == "notFound"
    else:
        assert len(response.json()["history"]) == 1


@pytest.mark.parametrize("start", ["", "x", "-1", str(2**64)])
async def test_a_cursor_that_is_no_number_is_400(gmail: httpx.AsyncClient, start: str) -> None:
    assert (await gmail.get("history", params={"startHistoryId": start})).status_code == 400


async def test_history_ids_may_be_larger_than_a_signed_64_bit_number(url: str, simulator: Simulator) -> None:
    start = 2**63 + 5
    simulator.create_mailbox("late@example.org", first_history_id=start)
    simulator.deliver("late@example.org", a_mail())
    grant = simulator.grants.grant_of("late@example.org")
    assert grant
    headers = {"Authorization": f"Bearer {simulator.grants.new_access_token(grant, simulator.clock())}"}
    async with httpx.AsyncClient(base_url=f"{url}/gmail/v1/users/me/", headers=headers) as client:
        answer = await history(client, start)
    assert int(answer["historyId"]) > start
    assert len(answer["history"]) == 1


async def test_trash_is_a_label_change_and_no_deletion(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    message = simulator.deliver(ALICE, a_mail())
    start = alice.history_id
    await gmail.post(f"messages/{message.id}/trash")
    keys = {key for record in (await history(gmail, start))["history"] for key in record}
    assert keys == {"id", "messages", "labelsAdded", "labelsRemoved"}
    assert (await gmail.get(f"messages/{message.id}")).json()["labelIds"] == ["TRASH", "UNREAD"]


async def test_watch_lasts_seven_days_and_needs_a_topic(gmail: httpx.AsyncClient, alice: Mailbox) -> None:
    answer = (await gmail.post("watch", json={"topicName": "projects/p/topics/t"})).json()
    expiration = datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)
    assert abs(expiration - datetime.now(UTC) - WATCH_LIFETIME) < timedelta(minutes=1)
    assert (await gmail.post("watch", json={})).status_code == 400
    await gmail.post("stop")
    assert alice.watch is None

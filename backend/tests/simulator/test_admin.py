import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.simulator.payload import Style
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE, BOB
from tests.simulator.mails import MIXED_MAIL, a_mail, encoded


async def test_a_mailbox_is_made_once_and_keeps_its_token(admin: httpx.AsyncClient) -> None:
    body = {"address": "Carol@Example.org", "aliases": ["c@example.org"], "first_history_id": 2**63}
    first = (await admin.post("mailboxes", json=body)).json()
    again = (await admin.post("mailboxes", json={"address": "carol@example.org"})).json()
    assert first == again
    assert (first["address"], first["history_id"]) == ("carol@example.org", str(2**63))
    listed = (await admin.get("mailboxes")).json()["mailboxes"]
    assert [mailbox["address"] for mailbox in listed] == [ALICE, "carol@example.org"]


@pytest.mark.parametrize(
    "request_",
    [
        {"content": MIXED_MAIL, "headers": {"Content-Type": "message/rfc822"}},
        {"json": {"raw": encoded(MIXED_MAIL), "label_ids": ["INBOX", "UNREAD"]}},
        {"json": {"raw": base64.b64encode(MIXED_MAIL).decode()}},
    ],
)
async def test_deliver(admin: httpx.AsyncClient, alice: Mailbox, request_: dict[str, Any]) -> None:
    delivered = (await admin.post(f"mailboxes/{ALICE}/deliver", **request_)).json()
    assert alice.messages[delivered["id"]].raw == MIXED_MAIL
    assert alice.messages[delivered["id"]].label_ids == {"INBOX", "UNREAD"}


async def test_load_and_contents(admin: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(a_mail(message_id="<1@example.com>"))
    loaded = (await admin.post(f"mailboxes/{ALICE}/load", json={"path": str(tmp_path)})).json()
    contents = (await admin.get(f"mailboxes/{ALICE}/contents")).json()
    (message,) = contents["messages"]
    assert [message["id"]] == loaded["ids"]
    assert (message["threadId"], message["messageId"]) == (message["id"], "<1@example.com>")
    assert base64.b64decode(message["raw"]) == a_mail(message_id="<1@example.com>")


async def test_effects_tell_what_clients_did_and_nothing_else(
    admin: httpx.AsyncClient, gmail: httpx.AsyncClient, simulator: Simulator
) -> None:
    message = simulator.deliver(ALICE, a_mail())
    await gmail.post(f"messages/{message.id}/modify", json={"removeLabelIds": ["INBOX"]})
    await gmail.post("messages/send", json={"raw": encoded(a_mail("Hello", to=BOB, more="X-GetAnswers-Action: 9"))})
    changed, sent = (await admin.get("effects")).json()["effects"]
    assert (changed["kind"], changed["removed"], changed["message_ids"]) == ("labels_changed", ["INBOX"], [message.id])
    assert sent["facts"]["to"] == [BOB]
    assert sent["facts"]["x_headers"] == {"x-getanswers-action": "9"}
    assert b"Subject: Hello" in base64.b64decode(sent["raw"])
    assert (await admin.get("effects", params={"kind": "sent"})).json()["effects"] == [sent]
    assert (await admin.get("effects", params={"mailbox": BOB})).json()["effects"] == []


async def test_history_and_grants_can_be_ended(
    admin: httpx.AsyncClient, gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    simulator.deliver(ALICE, a_mail())
    assert (await gmail.get("history?startHistoryId=1000")).status_code == 200
    answer = (await admin.post(f"mailboxes/{ALICE}/expire-history")).json()
    assert answer == {"oldest_cursor": str(alice.history_id)}
    assert (await gmail.get("history?startHistoryId=1000")).status_code == 404
    assert (await admin.post(f"mailboxes/{ALICE}/expire-access-tokens")).json() == {"expired": 1}
    assert (await gmail.get("profile")).status_code == 401
    assert (await admin.post(f"mailboxes/{ALICE}/revoke")).json() == {"revoked": 1}


async def test_faults_are_planned_listed_and_cleared(admin: httpx.AsyncClient, gmail: httpx.AsyncClient) -> None:
    body = {"kind": "error", "method": "getProfile", "status": 429, "reason": "rateLimitExceeded", "delay": 1.5}
    planned = (await admin.post("faults", json=body)).json()
    assert planned["delay"] == 1.5
    assert (await gmail.get("profile")).status_code == 429
    assert [fault["hits"] for fault in (await admin.get("faults")).json()["faults"]] == [1]
    await admin.delete("faults")
    assert (await admin.get("faults")).json() == {"faults": []}


async def test_switches(admin: httpx.AsyncClient, simulator: Simulator) -> None:
    assert (await admin.put("switches", json={"replace_message_id": False})).json() == {"replace_message_id": False}
    assert simulator.switches.replace_message_id is False
    await admin.put("switches", json={"payload_style": {"decodes_headers": False}})
    assert simulator.switches.payload_style == Style(decodes_headers=False)


@pytest.mark.parametrize(
    ("path", "body", "status", "text"),
    [
        ("mailboxes", {"address": "nobody"}, 400, "address"),
        ("mailboxes", {"adress": ALICE}, 400, "adress"),
        (f"mailboxes/{BOB}/deliver", {"raw": "YQ=="}, 404, BOB),
        (f"mailboxes/{ALICE}/deliver", {"raw": "*"}, 400, "base64"),
        (f"mailboxes/{ALICE}/deliver", {"raw": "YQ==", "thread_id": "9"}, 404, "no thread 9"),
        (f"mailboxes/{ALICE}/load", {"path": "/nowhere/at.all"}, 400, "/nowhere/at.all"),
        ("faults", {"kind": "explosion"}, 400, "kind"),
    ],
)
async def test_mistakes_are_explained(
    admin: httpx.AsyncClient, path: str, body: dict[str, Any], status: int, text: str
) -> None:
    response = await admin.post(path, json=body)
    assert (response.status_code, text in response.json()["error"]) == (status, True), response.text


async def test_the_status_page_names_the_mailboxes(url: str) -> None:
    async with httpx.AsyncClient(verify=False) as client:
        assert f"{ALICE}: 0 messages" in (await client.get(url)).text

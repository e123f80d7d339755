from email import message_from_bytes

import httpx

from app.simulator.model import EffectKind
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE, BOB
from tests.simulator.mails import a_mail, encoded


async def test_sending_a_draft_consumes_it_and_keeps_its_thread(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    question = simulator.deliver(ALICE, a_mail("Lunch", message_id="<1@example.com>"))
    reply = a_mail("Re: Lunch", sender=ALICE, to=BOB, answers="<1@example.com>", more="X-GetAnswers-Action: 7")
    draft = (
        await gmail.post("drafts", json={"message": {"raw": encoded(reply), "threadId": question.thread_id}})
    ).json()
    assert draft["message"]["threadId"] == question.thread_id
    assert draft["message"]["labelIds"] == ["DRAFT"]
    sent = (await gmail.post("drafts/send", json={"id": draft["id"]})).json()
    assert sent["threadId"] == question.thread_id
    assert sent["id"] != draft["message"]["id"]
    assert (await gmail.get(f"drafts/{draft['id']}")).status_code == 404
    assert (await gmail.post("drafts/send", json={"id": draft["id"]})).status_code == 404
    assert [effect.kind for effect in simulator.effects] == [EffectKind.DRAFT_CREATED, EffectKind.SENT]
    assert simulator.effects[-1].draft_id == draft["id"]
    assert simulator.effects[-1].facts["x_headers"] == {"x-getanswers-action": "7"}
    assert set(alice.messages) == {question.id, sent["id"]}


async def test_a_lone_draft_keeps_its_thread_when_updated_and_sent(gmail: httpx.AsyncClient, alice: Mailbox) -> None:
    body = {"message": {"raw": encoded(a_mail("One", to=BOB))}}
    draft = (await gmail.post("drafts", json=body)).json()
    updated = (
        await gmail.put(f"drafts/{draft['id']}", json={"message": {"raw": encoded(a_mail("Two", to=BOB))}})
    ).json()
    assert updated["id"] == draft["id"]
    assert updated["message"]["id"] != draft["message"]["id"]
    sent = (await gmail.post("drafts/send", json={"id": draft["id"]})).json()
    assert sent["threadId"] == draft["message"]["threadId"]
    assert message_from_bytes(alice.messages[sent["id"]].raw)["Subject"] == "Two"


async def test_a_draft_without_recipient_is_kept_and_not_sent(gmail: httpx.AsyncClient, alice: Mailbox) -> None:
    draft = (await gmail.post("drafts", json={"message": {"raw": encoded(b"Subject: x\r\n\r\ny")}})).json()
    response = await gmail.post("drafts/send", json={"id": draft["id"]})
    assert response.json()["error"]["message"] == "Recipient address required"
    assert draft["id"] in alice.drafts


async def test_a_draft_for_an_unknown_thread_is_refused(gmail: httpx.AsyncClient, alice: Mailbox) -> None:
    body = {"message": {"raw": encoded(a_mail(to=BOB)), "threadId": "1234"}}
    assert (await gmail.post("drafts", json=body)).status_code == 404
    assert alice.messages == {}


async def test_drafts_are_listed_by_themselves(gmail: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.deliver(ALICE, a_mail())
    assert "drafts" not in (await gmail.get("drafts")).json()
    draft = (await gmail.post("drafts", json={"message": {"raw": encoded(a_mail(to=BOB))}})).json()
    listed = (await gmail.get("drafts")).json()["drafts"]
    assert [(found["id"], found["message"]["id"]) for found in listed] == [(draft["id"], draft["message"]["id"])]

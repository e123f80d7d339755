import base64
from email import message_from_bytes

import httpx
import pytest

from app.simulator.model import SENT, UNREAD
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE, BOB
from tests.simulator.mails import MIXED_MAIL, a_mail, encoded


async def test_pages_show_every_message_once_even_while_mail_arrives(
    gmail: httpx.AsyncClient, simulator: Simulator
) -> None:
    expected = {simulator.deliver(ALICE, a_mail(f"Mail {number}")).id for number in range(7)}
    seen: list[str] = []
    token: str | None = ""
    while token is not None:
        page = (await gmail.get("messages", params={"maxResults": 3, "pageToken": token})).json()
        seen += [message["id"] for message in page["messages"]]
        token = page.get("nextPageToken")
        simulator.deliver(ALICE, a_mail("Later"))
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


async def test_spam_and_trash_are_listed_only_when_asked_for(gmail: httpx.AsyncClient, simulator: Simulator) -> None:
    seen = simulator.deliver(ALICE, a_mail("one")).id
    spam = simulator.deliver(ALICE, a_mail("two"), label_ids=["SPAM"]).id
    for query, expected in (
        ({}, {seen}),
        ({"includeSpamTrash": "true"}, {seen, spam}),
        ({"q": "in:spam"}, {spam}),
        ({"q": "in:anywhere"}, {seen, spam}),
        ({"labelIds": "SPAM"}, {spam}),
    ):
        found = (await gmail.get("messages", params=query)).json()
        assert {message["id"] for message in found["messages"]} == expected


async def test_an_empty_mailbox_has_no_messages_key(gmail: httpx.AsyncClient) -> None:
    assert (await gmail.get("messages")).json() == {"resultSizeEstimate": 0}
    assert "history" not in (await gmail.get("history?startHistoryId=1000")).json()


async def test_raw_gives_back_the_very_bytes(gmail: httpx.AsyncClient, simulator: Simulator) -> None:
    message = simulator.deliver(ALICE, MIXED_MAIL)
    answer = (await gmail.get(f"messages/{message.id}", params={"format": "raw"})).json()
    assert base64.urlsafe_b64decode(answer["raw"]) == MIXED_MAIL
    assert answer["sizeEstimate"] == len(MIXED_MAIL)


async def test_a_sent_mail_is_completed_and_reaches_local_recipients_without_bcc(
    gmail: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.create_mailbox(BOB)
    simulator.create_mailbox("carol@example.org")
    raw = a_mail(sender="", to=f'"x@example.net, y" <{BOB}>', more="Bcc: carol@example.org", date="")
    sent = (await gmail.post("messages/send", json={"raw": encoded(raw)})).json()
    assert sent["labelIds"] == [SENT]
    own = message_from_bytes(simulator.mailbox(ALICE).messages[sent["id"]].raw)
    assert (own["From"], own["Bcc"]) == (ALICE, "carol@example.org")
    assert own["Date"]
    for address in (BOB, "carol@example.org"):
        (received,) = simulator.mailbox(address).messages.values()
        got = message_from_bytes(received.raw)
        assert got["Bcc"] is None
        assert got["Message-ID"] == own["Message-ID"]
        assert received.label_ids == {"INBOX", UNREAD}


@pytest.mark.parametrize("replaces", [True, False])
async def test_the_message_id_may_be_replaced_on_sending(
    gmail: httpx.AsyncClient, simulator: Simulator, *, replaces: bool
) -> None:
    simulator.switches.replace_message_id = replaces
    given = "<mine@example.org>"
    await gmail.post("messages/send", json={"raw": encoded(a_mail(to=BOB, message_id=given))})
    effect = simulator.effects[-1]
    assert effect.facts["given_message_id"] == given
    assert (effect.facts["message_id"] != given) == replaces


async def test_a_foreign_sender_is_replaced_by_the_own_address(gmail: httpx.AsyncClient, simulator: Simulator) -> None:
    await gmail.post("messages/send", json={"raw": encoded(a_mail(sender="ceo@example.net", to=BOB))})
    assert message_from_bytes(simulator.effects[-1].raw).get_all("From") == [ALICE]


async def test_mail_to_oneself_is_one_message(gmail: httpx.AsyncClient, alice: Mailbox) -> None:
    sent = (await gmail.post("messages/send", json={"raw": encoded(a_mail(to=ALICE))})).json()
    assert sent["labelIds"] == ["INBOX", SENT, UNREAD]
    assert len(alice.messages) == 1


async def test_the_same_label_change_again_changes_nothing(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    message = simulator.deliver(ALICE, a_mail())
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]}
    await gmail.post(f"messages/{message.id}/modify", json=body)
    history_id = alice.history_id
    await gmail.post(f"messages/{message.id}/modify", json=body)
    assert alice.history_id == history_id
    first, second = simulator.effects
    assert (first.added, first.removed) == (("STARRED",), ("INBOX",))
    assert (second.added, second.removed) == ((), ())


@pytest.mark.parametrize("label", ["SENT", "DRAFT", "Label_77"])
async def test_some_labels_cannot_be_set(gmail: httpx.AsyncClient, simulator: Simulator, label: str) -> None:
    message = simulator.deliver(ALICE, a_mail())
    response = await gmail.post(f"messages/{message.id}/modify", json={"addLabelIds": [label]})
    assert response.json()["error"]["message"] == f"Invalid label: {label}"
    assert simulator.effects == []


async def test_imported_mail_is_dated_by_its_header_and_inserted_mail_by_its_arrival(
    gmail: httpx.AsyncClient, alice: Mailbox
) -> None:
    raw = encoded(a_mail(date="Mon, 02 Nov 2020 10:00:00 +0000"))
    imported = (await gmail.post("messages/import", json={"raw": raw})).json()["id"]
    inserted = (await gmail.post("messages", json={"raw": raw})).json()["id"]
    assert alice.messages[imported].internal_date_ms == 1604311200000
    assert alice.messages[inserted].internal_date_ms > 1604311200000

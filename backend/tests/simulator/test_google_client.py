"""Google's own client library works against the simulator with nothing changed but the address."""

import asyncio
import base64
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient import discovery
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE, BOB
from tests.simulator.mails import MIXED_MAIL, a_mail, encoded

LIBRARY: Any = discovery  # it has no types


@pytest.fixture
def credentials(url: str, simulator: Simulator) -> Credentials:
    """They fetch their first access token by themselves."""
    return Credentials(
        None,
        refresh_token=simulator.create_mailbox(ALICE),
        token_uri=f"{url}/token",
        client_id="client",
        client_secret="secret",
    )


@pytest.fixture
def service(url: str, credentials: Credentials) -> Iterator[Any]:
    """The service as its documentation builds it."""
    found: Any = LIBRARY.build(
        "gmail",
        "v1",
        credentials=credentials,
        client_options={"api_endpoint": url},
        cache_discovery=False,
        static_discovery=True,
    )
    yield found
    found.close()


@pytest.fixture
def rooted_service(url: str, credentials: Credentials) -> Iterator[Any]:
    """The library takes the address of uploads and batches from the description, whatever the endpoint is set to."""
    description = json.loads(files("googleapiclient.discovery_cache.documents").joinpath("gmail.v1.json").read_text())
    found: Any = LIBRARY.build_from_document(description | {"rootUrl": f"{url}/"}, credentials=credentials)
    yield found
    found.close()


def status_of(error: BaseException) -> tuple[int, str]:
    found: Any = error
    return found.status_code, found.reason


async def run(request: Any) -> Any:
    """Google's client blocks, and the simulator runs in this very loop."""
    return await asyncio.to_thread(request.execute)


async def test_list_get_and_page(service: Any, simulator: Simulator) -> None:
    expected = {simulator.deliver(ALICE, a_mail(f"Mail {number}")).id for number in range(3)}
    messages = service.users().messages()
    request = messages.list(userId="me", maxResults=2)
    seen: set[str] = set()
    while request is not None:
        answer = await run(request)
        seen |= {message["id"] for message in answer["messages"]}
        request = messages.list_next(request, answer)
    assert seen == expected


async def test_full_message_and_its_attachment(service: Any, simulator: Simulator) -> None:
    delivered = simulator.deliver(ALICE, MIXED_MAIL)
    messages = service.users().messages()
    message = await run(messages.get(userId="me", id=delivered.id))
    assert {h["name"]: h["value"] for h in message["payload"]["headers"]}["Subject"] == "Grüße"
    attachment_id = message["payload"]["parts"][1]["body"]["attachmentId"]
    attachment = await run(messages.attachments().get(userId="me", messageId=delivered.id, id=attachment_id))
    assert base64.urlsafe_b64decode(attachment["data"]) == b"%PDF-1.4"


async def test_modify_history_and_labels(service: Any, simulator: Simulator, alice: Mailbox) -> None:
    delivered = simulator.deliver(ALICE, a_mail())
    start = (await run(service.users().getProfile(userId="me")))["historyId"]
    label = await run(service.users().labels().create(userId="me", body={"name": "GetAnswers/Done"}))
    body = {"addLabelIds": [label["id"]], "removeLabelIds": ["INBOX"]}
    await run(service.users().messages().modify(userId="me", id=delivered.id, body=body))
    history = await run(service.users().history().list(userId="me", startHistoryId=start))
    assert history["history"][0]["labelsAdded"][0]["labelIds"] == [label["id"]]
    assert alice.messages[delivered.id].label_ids == {"UNREAD", label["id"]}
    await run(service.users().labels().delete(userId="me", id=label["id"]))


async def test_draft_and_send(service: Any, simulator: Simulator) -> None:
    drafts = service.users().drafts()
    draft = await run(drafts.create(userId="me", body={"message": {"raw": encoded(a_mail(to=BOB))}}))
    sent = await run(drafts.send(userId="me", body={"id": draft["id"]}))
    assert sent["labelIds"] == ["SENT"]
    with pytest.raises(HttpError) as gone:
        await run(drafts.get(userId="me", id=draft["id"]))
    assert status_of(gone.value) == (404, "Requested entity was not found.")


async def test_upload(rooted_service: Any, simulator: Simulator) -> None:
    upload = MediaInMemoryUpload(a_mail("Uploaded", to=BOB), mimetype="message/rfc822")
    bodies: tuple[Any, ...] = (None, {})
    for body in bodies:
        await run(rooted_service.users().messages().send(userId="me", media_body=upload, body=body))
    assert [effect.facts["subject"] for effect in simulator.effects] == ["Uploaded", "Uploaded"]


async def test_answers_without_a_body(service: Any, simulator: Simulator, alice: Mailbox) -> None:
    delivered = simulator.deliver(ALICE, a_mail())
    body = {"ids": [delivered.id], "addLabelIds": ["STARRED"]}
    await run(service.users().messages().batchModify(userId="me", body=body))
    assert "STARRED" in alice.messages[delivered.id].label_ids
    await run(service.users().stop(userId="me"))
    await run(service.users().messages().delete(userId="me", id=delivered.id))
    assert alice.messages == {}


async def test_batch(rooted_service: Any, simulator: Simulator) -> None:
    ids = [simulator.deliver(ALICE, a_mail(f"Mail {number}")).id for number in range(3)]
    answers: dict[str, Any] = {}

    def keep(request_id: str, response: Any, exception: Exception | None) -> None:
        answers[request_id] = exception or response["id"]

    messages = rooted_service.users().messages()
    # A batch that has to fetch a token first leaves that connection open, a fault of the library.
    await run(rooted_service.users().getProfile(userId="me"))
    batch = rooted_service.new_batch_http_request(callback=keep)
    for message_id in [*ids, "none"]:
        batch.add(messages.get(userId="me", id=message_id, format="minimal"), request_id=message_id)
    await run(batch)
    assert [answers[message_id] for message_id in ids] == ids
    assert isinstance(answers["none"], HttpError)


class Mirror:
    """A mailbox as a client keeps it that knows Google's documentation and nothing of ours."""

    def __init__(self, service: Any) -> None:
        self._service, self._messages = service, service.users().messages()
        self.held: dict[str, tuple[bytes, set[str]]] = {}
        self.cursor = ""

    def full(self) -> None:
        self.cursor = self._service.users().getProfile(userId="me").execute()["historyId"]
        request = self._messages.list(userId="me", maxResults=7)
        while request is not None:
            answer = request.execute()
            self._fetch([message["id"] for message in answer.get("messages", ())])
            request = self._messages.list_next(request, answer)

    def increment(self) -> None:
        history = self._service.users().history()
        request = history.list(userId="me", startHistoryId=self.cursor, maxResults=2)
        while request is not None:
            answer = request.execute()
            for record in answer.get("history", ()):
                self._follow(record)
            self.cursor = answer["historyId"]
            request = history.list_next(request, answer)

    def _follow(self, record: dict[str, Any]) -> None:
        self._fetch([change["message"]["id"] for change in record.get("messagesAdded", ())])
        for change in (*record.get("labelsAdded", ()), *record.get("labelsRemoved", ())):
            raw, _ = self.held[change["message"]["id"]]
            self.held[change["message"]["id"]] = raw, set(change["message"].get("labelIds", ()))
        for change in record.get("messagesDeleted", ()):
            self.held.pop(change["message"]["id"], None)

    def _fetch(self, ids: list[str]) -> None:
        batch = self._service.new_batch_http_request(callback=self._keep)
        for one in ids:
            batch.add(self._messages.get(userId="me", id=one, format="raw"), request_id=one)
        if ids:
            batch.execute()

    def _keep(self, request_id: str, response: dict[str, Any], exception: Exception | None) -> None:
        assert exception is None, exception
        self.held[request_id] = base64.urlsafe_b64decode(response["raw"]), set(response.get("labelIds", ()))


async def test_a_whole_mailbox_is_mirrored_with_batches_and_followed_by_its_history(
    rooted_service: Any, simulator: Simulator, alice: Mailbox
) -> None:
    mirror = Mirror(rooted_service)
    ids = [simulator.deliver(ALICE, a_mail(f"Mail {number}")).id for number in range(20)]
    await asyncio.to_thread(mirror.full)
    assert mirror.held == _contents(alice)
    assert len(mirror.held) == 20
    for number in range(5):
        simulator.deliver(ALICE, a_mail(f"Later {number}"))
    alice.remove(ids[3])
    body = {"ids": ids[5:9], "addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    await run(rooted_service.users().messages().batchModify(userId="me", body=body))
    await asyncio.to_thread(mirror.increment)
    assert mirror.held == _contents(alice)
    assert len(mirror.held) == 24


def _contents(mailbox: Mailbox) -> dict[str, tuple[bytes, set[str]]]:
    return {one.id: (one.raw, set(one.label_ids)) for one in mailbox.messages.values()}


async def test_an_expired_access_token_is_refreshed_and_a_revoked_grant_is_not(
    service: Any, simulator: Simulator
) -> None:
    await run(service.users().getProfile(userId="me"))
    assert simulator.grants.expire_access_tokens() == 1
    assert (await run(service.users().getProfile(userId="me")))["emailAddress"] == ALICE
    simulator.grants.revoke_mailbox(ALICE)
    with pytest.raises(Exception, match="invalid_grant"):
        await run(service.users().getProfile(userId="me"))

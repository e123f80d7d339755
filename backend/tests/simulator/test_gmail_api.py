"""Every method over HTTP, its answers held against Google's schemas."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.simulator.grants import FULL_SCOPE
from app.simulator.methods import METHODS
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.discovery import validate_request, validate_response
from tests.simulator.mails import MIXED_MAIL, a_mail, encoded

Answer = tuple[str, Any]


class Recorder:
    """Calls methods and keeps what they answered."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.answers: list[Answer] = []

    async def call(self, method: str, verb: str, path: str, body: Any = None, **query: Any) -> Any:
        if body is not None:
            validate_request(method, body)
        response = await self._client.request(verb, path, json=body, params=query)
        assert response.is_success, response.text
        answer = response.json() if response.content else None
        self.answers.append((method, answer))
        return answer


@pytest.fixture
async def recorder(gmail: httpx.AsyncClient) -> AsyncIterator[Recorder]:
    """Checks at the end of the test that every answer fits its schema."""
    found = Recorder(gmail)
    yield found
    for method, answer in found.answers:
        validate_response(method, answer)


async def test_every_method_answers_what_google_describes(recorder: Recorder) -> None:
    raw = encoded(MIXED_MAIL)
    one = (await recorder.call("messages.insert", "POST", "messages", {"raw": raw, "labelIds": ["INBOX"]}))["id"]
    await recorder.call("messages.import", "POST", "messages/import", {"raw": encoded(a_mail())})
    two = (await recorder.call("messages.send", "POST", "messages/send", {"raw": encoded(a_mail(to=ALICE))}))["id"]
    await _read_everything(recorder, one)
    await _write_labels(recorder, one)
    await _write_messages(recorder, one, two)
    await _write_threads(recorder)
    await _write_drafts(recorder)
    await recorder.call("history.list", "GET", "history", startHistoryId="1000")
    await recorder.call(
        "history.list", "GET", "history", startHistoryId="1000", historyTypes="labelRemoved", maxResults=1
    )
    assert {method for method, _ in recorder.answers} == {method.name for method in METHODS}


async def _read_everything(recorder: Recorder, one: str) -> None:
    await recorder.call("getProfile", "GET", "profile")
    await recorder.call("watch", "POST", "watch", {"topicName": "projects/p/topics/t", "labelIds": ["INBOX"]})
    await recorder.call("stop", "POST", "stop")
    await recorder.call("settings.sendAs.list", "GET", "settings/sendAs")
    await recorder.call("messages.list", "GET", "messages", maxResults=1)
    for form in ("minimal", "metadata", "raw"):
        await recorder.call("messages.get", "GET", f"messages/{one}", format=form)
    full = await recorder.call("messages.get", "GET", f"messages/{one}")
    attachment = full["payload"]["parts"][1]["body"]["attachmentId"]
    await recorder.call("messages.attachments.get", "GET", f"messages/{one}/attachments/{attachment}")
    await recorder.call("threads.list", "GET", "threads")
    for form in ("minimal", "metadata", "full"):
        await recorder.call("threads.get", "GET", f"threads/{one}", format=form)


async def _write_labels(recorder: Recorder, one: str) -> None:
    colors = {"textColor": "#000000", "backgroundColor": "#ffffff"}
    body = {"name": "GetAnswers", "labelListVisibility": "labelShow", "messageListVisibility": "show"}
    label = await recorder.call("labels.create", "POST", "labels", body | {"color": colors})
    await recorder.call("labels.list", "GET", "labels")
    await recorder.call("labels.get", "GET", f"labels/{label['id']}")
    await recorder.call("labels.get", "GET", "labels/INBOX")
    await recorder.call("labels.patch", "PATCH", f"labels/{label['id']}", {"labelListVisibility": "labelHide"})
    renamed = body | {"id": label["id"], "name": "Other"}
    await recorder.call("labels.update", "PUT", f"labels/{label['id']}", renamed)
    await recorder.call("messages.modify", "POST", f"messages/{one}/modify", {"addLabelIds": [label["id"]]})
    await recorder.call("labels.delete", "DELETE", f"labels/{label['id']}")


async def _write_messages(recorder: Recorder, one: str, two: str) -> None:
    await recorder.call(
        "messages.batchModify", "POST", "messages/batchModify", {"ids": [one], "addLabelIds": ["STARRED"]}
    )
    await recorder.call("messages.trash", "POST", f"messages/{one}/trash")
    await recorder.call("messages.untrash", "POST", f"messages/{one}/untrash")
    await recorder.call("messages.delete", "DELETE", f"messages/{one}")
    await recorder.call("messages.batchDelete", "POST", "messages/batchDelete", {"ids": [one, two]})


async def _write_threads(recorder: Recorder) -> None:
    thread = (await recorder.call("threads.list", "GET", "threads"))["threads"][0]["id"]
    await recorder.call("threads.modify", "POST", f"threads/{thread}/modify", {"removeLabelIds": ["UNREAD"]})
    await recorder.call("threads.trash", "POST", f"threads/{thread}/trash")
    await recorder.call("threads.untrash", "POST", f"threads/{thread}/untrash")
    await recorder.call("threads.delete", "DELETE", f"threads/{thread}")


async def _write_drafts(recorder: Recorder) -> None:
    message = {"raw": encoded(a_mail(to="bob@example.com"))}
    draft = (await recorder.call("drafts.create", "POST", "drafts", {"message": message}))["id"]
    await recorder.call("drafts.list", "GET", "drafts")
    await recorder.call("drafts.get", "GET", f"drafts/{draft}")
    await recorder.call("drafts.update", "PUT", f"drafts/{draft}", {"message": message})
    await recorder.call("drafts.send", "POST", "drafts/send", {"id": draft})
    other = (await recorder.call("drafts.create", "POST", "drafts", {"message": message}))["id"]
    await recorder.call("drafts.delete", "DELETE", f"drafts/{other}")


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    error = response.json()["error"]
    assert set(error) == {"code", "message", "errors", "status"}
    assert error["code"] == response.status_code
    assert error["errors"][0]["message"] == error["message"]
    return response.status_code, error["errors"][0]["reason"], error["status"]


@pytest.mark.parametrize(
    ("verb", "path", "body", "expected"),
    [
        ("GET", "messages/none", None, (404, "notFound", "NOT_FOUND")),
        ("GET", "threads/none", None, (404, "notFound", "NOT_FOUND")),
        ("GET", "drafts/none", None, (404, "notFound", "NOT_FOUND")),
        ("POST", "drafts/send", {"id": "r1"}, (404, "notFound", "NOT_FOUND")),
        ("GET", "labels/Label_9", None, (404, "notFound", "NOT_FOUND")),
        ("POST", "messages/send", {}, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("POST", "messages/send", {"raw": "*"}, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("POST", "messages/send", {"raw": "YQ=="}, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("POST", "messages/send", {"row": "YQ=="}, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("POST", "messages/send", ["raw"], (400, "parseError", "INVALID_ARGUMENT")),
        ("POST", "labels", {"name": "inbox"}, (409, "aborted", "ABORTED")),
        ("POST", "labels", {"name": " "}, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("DELETE", "labels/INBOX", None, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("GET", "messages?maxResult=1", None, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("GET", "messages?labelIds=Label_9", None, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("GET", "messages?pageToken=%C3%A4", None, (400, "invalidArgument", "INVALID_ARGUMENT")),
        ("GET", "messages?fields=messages(ident)", None, (400, "invalidParameter", "INVALID_ARGUMENT")),
        ("GET", "nothing", None, (404, "notFound", "NOT_FOUND")),
    ],
)
async def test_refusals(
    gmail: httpx.AsyncClient, verb: str, path: str, body: Any, expected: tuple[int, str, str]
) -> None:
    assert error_of(await gmail.request(verb, path, json=body)) == expected


async def test_somebody_elses_mailbox_is_refused(url: str, token: str, simulator: Simulator) -> None:
    simulator.create_mailbox("carol@example.org")
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{url}/gmail/v1/users/", headers=headers) as client:
        assert (await client.get(f"{ALICE.upper()}/profile")).status_code == 200
        assert error_of(await client.get("carol@example.org/profile")) == (403, "forbidden", "PERMISSION_DENIED")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer unknown", "Basic eDp5"])
async def test_no_valid_token_is_401(url: str, header: str) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{url}/gmail/v1/users/me/profile", headers={"Authorization": header})
    assert error_of(response) == (401, "authError", "UNAUTHENTICATED")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_call_beyond_the_granted_scopes_is_refused_for_good(url: str, simulator: Simulator) -> None:
    grant = simulator.grants.new_grant(ALICE, ("https://www.googleapis.com/auth/gmail.readonly",))
    headers = {"Authorization": f"Bearer {simulator.grants.new_access_token(grant, simulator.clock())}"}
    async with httpx.AsyncClient(base_url=f"{url}/gmail/v1/users/me/", headers=headers) as client:
        assert (await client.get("messages")).status_code == 200
        response = await client.post("labels", json={"name": "x"})
    assert error_of(response) == (403, "insufficientPermissions", "PERMISSION_DENIED")


def test_only_the_full_scope_may_delete_for_ever() -> None:
    deleting = {method.name for method in METHODS if method.scopes == frozenset({FULL_SCOPE})}
    assert deleting == {"messages.delete", "messages.batchDelete", "threads.delete"}


async def test_fields_narrow_the_answer(gmail: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.deliver(ALICE, a_mail())
    response = await gmail.get("messages", params={"fields": "messages/id,nextPageToken"})
    assert [set(message) for message in response.json()["messages"]] == [{"id"}]
    assert set(response.json()) == {"messages"}


async def test_gzip_needs_the_user_agent_to_say_so_too(gmail: httpx.AsyncClient) -> None:
    plain = await gmail.get("labels", headers={"Accept-Encoding": "gzip"})
    packed = await gmail.get("labels", headers={"Accept-Encoding": "gzip", "User-Agent": "test (gzip)"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()


@pytest.mark.parametrize("upload_type", ["media", "multipart"])
async def test_a_mail_can_be_uploaded(
    url: str, token: str, simulator: Simulator, alice: Mailbox, upload_type: str
) -> None:
    mail = a_mail(to="bob@example.com")
    content, kind = mail, "message/rfc822"
    if upload_type == "multipart":
        kind = "multipart/related; boundary=cut"
        content = (
            b"--cut\r\nContent-Type: application/json\r\n\r\n{}\r\n--cut\r\nContent-Type: message/rfc822\r\n\r\n"
            + mail
            + b"\r\n--cut--"
        )
    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{url}/upload/gmail/v1/users/me/messages?uploadType={upload_type}",
            content=content,
            headers={"Authorization": f"Bearer {token}", "Content-Type": kind},
        )
    assert alice.messages[response.json()["id"]].raw == mail

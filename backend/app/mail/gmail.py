"""The Gmail adapter: the provider's words in, the system's words out."""

import asyncio
import base64
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

import httpx

from app.mail import gmail_answers as answers
from app.mail.gmail_errors import error_of
from app.mail.grant import Grant
from app.mail.provider import (
    Changes,
    CursorExpiredError,
    Listing,
    MessageGoneError,
    OutgoingMail,
    Profile,
    ProviderBusyError,
    ProviderRefusedError,
    ProviderUnavailableError,
    Range,
    RawMessage,
    SendAs,
    ThreadHeader,
)
from app.mail.quota import Budget

READ_ATTEMPTS: Final = 4
FIRST_PAUSE_SECONDS: Final = 0.25
PAGE_SIZE: Final = 500
"""A page costs the same whatever its size."""
HISTORY_PAGE_SIZE: Final = 500
DRAFT_PAGE_SIZE: Final = 500
NEWEST_FOUND: Final = 10
CONCURRENT_REQUESTS: Final = 3
"""Of a sync, which runs in one process at a time. Gmail caps all clients of a user, undocumented, at about ten."""
ONE_AT_A_TIME: Final = 1
"""For what the person waits for: so a mailbox has four requests under way, over all processes. It is five while its two
lanes of actions are worked on by two processes."""
MESSAGE_FIELDS: Final = "id,threadId,labelIds,internalDate,sizeEstimate,payload"
WATCHED_LABELS: Final = ("INBOX", "SENT")
UNAUTHORIZED: Final = 401
GZIP_USER_AGENT: Final = "GetAnswers (gzip)"
"""Gmail compresses only when the user agent says gzip as well."""


def gmail_client() -> httpx.AsyncClient:
    """One HTTP client for all mailboxes of a process; made inside its event loop."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(30, connect=10),
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
        headers={"User-Agent": GZIP_USER_AGENT, "Accept-Encoding": "gzip"},
        follow_redirects=False,
    )


class GmailMailbox:
    """One mailbox over HTTP (a MailProvider). Reads and label changes are retried, drafts and sends never."""

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        api_url: str,
        grant: Grant,
        budget: Budget,
        clock: Callable[[], datetime],
        concurrent_requests: int = CONCURRENT_REQUESTS,
    ) -> None:
        self._http = http
        self._base = f"{api_url.rstrip('/')}/gmail/v1/users/me"
        self._grant = grant
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrent_requests)
        self.budget = budget

    async def profile(self) -> Profile:
        return answers.read(answers.profile, await self._call("getProfile", "GET", "/profile"))

    async def list_messages(self, wanted: Range, *, page: str | None) -> Listing:
        query: dict[str, Any] = {"maxResults": PAGE_SIZE, "q": _search(wanted)}
        if wanted.label is not None:
            query["labelIds"] = wanted.label
        if page is not None:
            query["pageToken"] = page
        body = await self._call("messages.list", "GET", "/messages", params=query)
        return answers.read(answers.listing, body)

    async def changes(self, cursor: int, *, page: str | None) -> Changes:
        query: dict[str, Any] = {"startHistoryId": str(cursor), "maxResults": HISTORY_PAGE_SIZE}
        if page is not None:
            query["pageToken"] = page
        try:
            body = await self._call("history.list", "GET", "/history", params=query)
        except MessageGoneError as error:
            raise CursorExpiredError("Gmail has forgotten the place where the last sync ended.") from error
        return answers.read(answers.changes_of, body)

    async def get_message(self, message_id: str) -> RawMessage:
        query = {"format": "full", "fields": MESSAGE_FIELDS}
        return answers.read(
            answers.raw_message, await self._call("messages.get", "GET", f"/messages/{message_id}", params=query)
        )

    async def get_thread(self, thread_id: str) -> tuple[RawMessage, ...]:
        query = {"format": "full", "fields": f"messages({MESSAGE_FIELDS})"}
        return answers.read(
            answers.raw_thread, await self._call("threads.get", "GET", f"/threads/{thread_id}", params=query)
        )

    async def raw_message(self, message_id: str) -> bytes:
        query = {"format": "raw", "fields": "id,raw"}
        body = await self._call("messages.get", "GET", f"/messages/{message_id}", params=query)
        try:
            return base64.urlsafe_b64decode(str(body["raw"]))
        except (KeyError, ValueError) as error:
            raise ProviderUnavailableError("Gmail gave a broken answer.") from error

    async def send_as(self) -> tuple[SendAs, ...]:
        body = await self._call("settings.sendAs.list", "GET", "/settings/sendAs")
        return tuple(_send_as(each) for each in body.get("sendAs", ()))

    async def labels_of(self, message_id: str) -> tuple[str, ...]:
        query = {"format": "minimal", "fields": "id,labelIds"}
        body = await self._call("messages.get", "GET", f"/messages/{message_id}", params=query)
        return tuple(body.get("labelIds", ()))

    async def modify(self, message_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        change = {"addLabelIds": list(add), "removeLabelIds": list(remove)}
        await self._call("messages.modify", "POST", f"/messages/{message_id}/modify", json=change)

    async def ensure_label(self, name: str) -> str:
        found = await self._label_id(name)
        if found is not None:
            return found
        wanted = {"name": name, "labelListVisibility": "labelShow", "messageListVisibility": "show"}
        try:
            body = await self._call("labels.create", "POST", "/labels", json=wanted, attempts=1)
        except (ProviderRefusedError, ProviderUnavailableError):
            # Made by another worker at this moment, or made although the answer was lost.
            found = await self._label_id(name)
            if found is None:
                raise
            return found
        return _id_of(body)

    async def _label_id(self, name: str) -> str | None:
        body = await self._call("labels.list", "GET", "/labels")
        wanted = name.casefold()
        return next((str(label["id"]) for label in body.get("labels", ()) if label["name"].casefold() == wanted), None)

    async def create_draft(self, mail: OutgoingMail) -> str:
        message: dict[str, Any] = {"raw": base64.urlsafe_b64encode(mail.raw).decode()}
        if mail.thread_id is not None:
            message["threadId"] = mail.thread_id
        body = await self._call("drafts.create", "POST", "/drafts", json={"message": message}, attempts=1)
        return _id_of(body)

    async def send_draft(self, draft_id: str) -> str:
        body = await self._call("drafts.send", "POST", "/drafts/send", json={"id": draft_id}, attempts=1)
        return _id_of(body)

    async def draft_of(self, message_id: str) -> str | None:
        query: dict[str, Any] = {"maxResults": DRAFT_PAGE_SIZE}
        while True:
            body = await self._call("drafts.list", "GET", "/drafts", params=query)
            for draft in body.get("drafts", ()):
                if str((draft.get("message") or {}).get("id")) == message_id:
                    return _id_of(draft)
            if "nextPageToken" not in body:
                return None
            query["pageToken"] = body["nextPageToken"]

    async def draft_raw(self, draft_id: str) -> bytes:
        body = await self._call("drafts.get", "GET", f"/drafts/{draft_id}", params={"format": "raw"})
        raw = str((body.get("message") or {}).get("raw", ""))
        try:
            return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        except ValueError as error:
            raise ProviderUnavailableError("Gmail gave a broken answer.") from error

    async def delete_draft(self, draft_id: str) -> None:
        await self._call("drafts.delete", "DELETE", f"/drafts/{draft_id}")

    async def threads_to(self, address: str) -> tuple[str, ...]:
        query: dict[str, Any] = {"maxResults": NEWEST_FOUND, "q": f"to:{address}"}
        body = await self._call("messages.list", "GET", "/messages", params=query)
        return tuple(dict.fromkeys(each.thread_id for each in answers.read(answers.listing, body).messages))

    async def thread_headers(self, thread_id: str) -> tuple[ThreadHeader, ...]:
        body = await self._call("threads.get", "GET", f"/threads/{thread_id}", params={"format": "metadata"})
        return answers.read(answers.thread_headers, body)

    async def watch(self, topic: str) -> datetime:
        wanted = {"topicName": topic, "labelIds": list(WATCHED_LABELS), "labelFilterBehavior": "include"}
        body = await self._call("watch", "POST", "/watch", json=wanted)
        try:
            return datetime.fromtimestamp(int(body["expiration"]) / 1000, UTC)
        except (KeyError, ValueError, OverflowError) as error:
            raise ProviderUnavailableError("Gmail gave a broken answer.") from error

    async def stop_watch(self) -> None:
        await self._call("stop", "POST", "/stop")

    async def _call(
        self,
        method: str,
        verb: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        attempts: int = READ_ATTEMPTS,
    ) -> dict[str, Any]:
        """One request; `attempts` counts the tries after an answer that leaves the outcome unknown."""
        for attempt in range(1, attempts + 1):
            try:
                async with self._slots:
                    await self.budget.spend(method)  # last, for what is booked must not lie about
                    response = await self._send(verb, self._base + path, params, json)
                return await self._body(response)
            except ProviderUnavailableError:
                if attempt == attempts:
                    raise
                # Full jitter, so that workers that failed together do not come back together.
                await asyncio.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311
        raise AssertionError("attempts is at least 1")

    async def _send(
        self, verb: str, url: str, params: Mapping[str, Any] | None, json: Mapping[str, Any] | None
    ) -> httpx.Response:
        """Sends; a 401 was not accepted, so it is repeated once with a new token, whatever the method."""
        token = await self._grant.access_token()
        response = await self._request(verb, url, params, json, token)
        if response.status_code == UNAUTHORIZED:
            token = await self._grant.access_token(refused=token)
            response = await self._request(verb, url, params, json, token)
        return response

    async def _request(
        self, verb: str, url: str, params: Mapping[str, Any] | None, json: Mapping[str, Any] | None, token: str
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return await self._http.request(verb, url, params=params, json=json, headers=headers)
        except httpx.HTTPError as error:
            raise ProviderUnavailableError(f"Gmail does not answer ({type(error).__name__}).") from error

    async def _body(self, response: httpx.Response) -> dict[str, Any]:
        if not response.is_success:
            error = error_of(response, clock=self._clock)
            if isinstance(error, ProviderBusyError):
                await self.budget.hold_back(error)
            raise error
        if not response.content:
            return {}
        try:
            body = response.json()
        except ValueError as error:
            raise ProviderUnavailableError("Gmail gave a broken answer.") from error
        if not isinstance(body, dict):
            raise ProviderUnavailableError("Gmail gave a broken answer.")
        return cast("dict[str, Any]", body)


def _id_of(body: Mapping[str, Any]) -> str:
    if "id" not in body:
        raise ProviderUnavailableError("Gmail gave a broken answer.")
    return str(body["id"])


def _search(wanted: Range) -> str:
    words = ["-in:chats", "-in:draft"]
    if wanted.after is not None:
        words.append(f"after:{int(wanted.after.timestamp())}")
    if wanted.before is not None:
        words.append(f"before:{int(wanted.before.timestamp())}")
    return " ".join(words)


def _send_as(listed: Mapping[str, Any]) -> SendAs:
    return SendAs(
        address=str(listed.get("sendAsEmail", "")).lower(),
        name=str(listed.get("displayName", "")),
        signature_html=str(listed.get("signature", "")),
        default=bool(listed.get("isDefault")),
        # The primary address has no status: it is the account itself.
        verified=bool(listed.get("isPrimary")) or listed.get("verificationStatus") == "accepted",
    )

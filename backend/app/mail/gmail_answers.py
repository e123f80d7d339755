"""Gmail's JSON as the system's values; an answer that is not as Gmail documents it is a broken one."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from app.mail.provider import (
    Changes,
    LabelChange,
    Listed,
    Listing,
    Profile,
    ProviderUnavailableError,
    RawMessage,
    ThreadHeader,
)

NO_MAIL: Final = frozenset({"DRAFT", "CHAT"})

T = TypeVar("T")


def read(reader: Callable[[Mapping[str, Any]], T], body: Mapping[str, Any]) -> T:
    """What the reader makes of an answer; one that is not as Gmail documents it is broken."""
    try:
        return reader(body)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ProviderUnavailableError("Gmail gave a broken answer.") from error


def profile(body: Mapping[str, Any]) -> Profile:
    return Profile(
        address=str(body["emailAddress"]).lower(),
        cursor=int(body["historyId"]),
        messages_total=int(body.get("messagesTotal", 0)),
    )


def listing(body: Mapping[str, Any]) -> Listing:
    return Listing(
        messages=tuple(
            Listed(str(message["id"]), str(message.get("threadId") or message["id"]))
            for message in body.get("messages", ())
        ),
        next_page=body.get("nextPageToken"),
        estimate=int(body.get("resultSizeEstimate", 0)),
    )


def raw_thread(body: Mapping[str, Any]) -> tuple[RawMessage, ...]:
    return tuple(raw_message(message) for message in body.get("messages", ()))


def raw_message(body: Mapping[str, Any]) -> RawMessage:
    return RawMessage(
        id=str(body["id"]),
        thread_id=str(body.get("threadId") or body["id"]),
        label_ids=tuple(body.get("labelIds", ())),
        internal_date=datetime.fromtimestamp(int(body.get("internalDate", 0)) / 1000, UTC),
        size=int(body.get("sizeEstimate", 0)),
        payload=body.get("payload") or {},
    )


def thread_headers(body: Mapping[str, Any]) -> tuple[ThreadHeader, ...]:
    return tuple(_thread_header(message) for message in body.get("messages", ()))


def _thread_header(message: Mapping[str, Any]) -> ThreadHeader:
    listed = (message.get("payload") or {}).get("headers", ())
    return ThreadHeader(
        id=str(message["id"]),
        label_ids=tuple(message.get("labelIds", ())),
        headers={str(header["name"]).lower(): str(header["value"]) for header in listed},
    )


def changes_of(body: Mapping[str, Any]) -> Changes:
    """Flatten the history records of one page, in their order."""
    added: dict[str, None] = {}
    deleted: dict[str, None] = {}
    relabelled: list[LabelChange] = []
    reached = 0
    for record in body.get("history", ()):
        reached = int(record["id"])
        added.update(
            (str(entry["message"]["id"]), None)
            for entry in record.get("messagesAdded", ())
            if not NO_MAIL & set(entry["message"].get("labelIds", ()))
        )
        deleted.update((str(entry["message"]["id"]), None) for entry in record.get("messagesDeleted", ()))
        relabelled += [
            LabelChange(str(entry["message"]["id"]), tuple(entry.get("labelIds", ())), (), reached)
            for entry in record.get("labelsAdded", ())
        ]
        relabelled += [
            LabelChange(str(entry["message"]["id"]), (), tuple(entry.get("labelIds", ())), reached)
            for entry in record.get("labelsRemoved", ())
        ]
    return Changes(
        added=tuple(added),
        deleted=tuple(deleted),
        relabelled=tuple(relabelled),
        cursor=int(body["historyId"]),
        next_page=body.get("nextPageToken"),
        reached=reached,
    )

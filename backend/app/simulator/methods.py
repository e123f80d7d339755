"""The table of API methods: path, HTTP verb, handler, scopes, and the parameters each one takes."""

from dataclasses import dataclass
from typing import Final

from app.simulator import draft_calls, label_calls, mailbox_calls, message_calls, thread_calls
from app.simulator.call import Handler
from app.simulator.grants import FULL_SCOPE

_SCOPE = "https://www.googleapis.com/auth/gmail."
MODIFY: Final = frozenset({FULL_SCOPE, f"{_SCOPE}modify"})
READ: Final = MODIFY | {f"{_SCOPE}readonly"}
METADATA: Final = READ | {f"{_SCOPE}metadata"}
LABELS: Final = MODIFY | {f"{_SCOPE}labels"}
COMPOSE: Final = MODIFY | {f"{_SCOPE}compose"}
SEND: Final = COMPOSE | {f"{_SCOPE}send"}
INSERT: Final = MODIFY | {f"{_SCOPE}insert"}
FULL: Final = frozenset({FULL_SCOPE})

_NONE: Final = frozenset[str]()
_PAGED: Final = frozenset({"maxResults", "pageToken"})
_SEARCH: Final = _PAGED | {"q", "includeSpamTrash"}
_SHOW: Final = frozenset({"format", "metadataHeaders"})
_MODIFY_BODY: Final = frozenset(
    {"addLabelIds", "removeLabelIds", "addClassificationLabels", "removeClassificationLabelIds"}
)
_MESSAGE_BODY: Final = frozenset(
    "id threadId labelIds snippet historyId internalDate payload sizeEstimate raw classificationLabelValues".split()  # noqa: SIM905 - names read best as words
)
_DRAFT_BODY: Final = frozenset({"id", "message"})
_LABEL_BODY: Final = frozenset(
    """
    id name messageListVisibility labelListVisibility type messagesTotal messagesUnread threadsTotal threadsUnread color
    """.split()  # noqa: SIM905 - names read best as words
)
_WATCH_BODY: Final = frozenset({"topicName", "labelIds", "labelFilterAction", "labelFilterBehavior"})


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    """As in `app.mail.quota.UNIT_COSTS`."""
    verb: str
    path: str
    """Below `/gmail/v1/users/{userId}`."""
    handler: Handler
    scopes: frozenset[str]
    query: frozenset[str] = _NONE
    body: frozenset[str] | None = None
    """Names the body may have; None where there is no body."""
    takes_media: bool = False


# Fixed paths stand before the ones with an id in the same place.
METHODS: Final = (
    Method("getProfile", "GET", "/profile", mailbox_calls.get_profile, METADATA | COMPOSE),
    Method("watch", "POST", "/watch", mailbox_calls.watch, METADATA, body=_WATCH_BODY),
    Method("stop", "POST", "/stop", mailbox_calls.stop, METADATA),
    Method(
        "history.list",
        "GET",
        "/history",
        mailbox_calls.list_history,
        METADATA,
        _PAGED | {"startHistoryId", "labelId", "historyTypes"},
    ),
    Method("labels.list", "GET", "/labels", label_calls.list_labels, METADATA | LABELS),
    Method("labels.create", "POST", "/labels", label_calls.create_label, LABELS, body=_LABEL_BODY),
    Method("labels.get", "GET", "/labels/{id}", label_calls.get_label, METADATA | LABELS),
    Method("labels.patch", "PATCH", "/labels/{id}", label_calls.patch_label, LABELS, body=_LABEL_BODY),
    Method("labels.update", "PUT", "/labels/{id}", label_calls.update_label, LABELS, body=_LABEL_BODY),
    Method("labels.delete", "DELETE", "/labels/{id}", label_calls.delete_label, LABELS),
    Method("messages.list", "GET", "/messages", message_calls.list_messages, METADATA, _SEARCH | {"labelIds"}),
    Method(
        "messages.insert",
        "POST",
        "/messages",
        message_calls.insert_message,
        INSERT,
        frozenset({"internalDateSource", "deleted"}),
        _MESSAGE_BODY,
        takes_media=True,
    ),
    Method(
        "messages.import",
        "POST",
        "/messages/import",
        message_calls.import_message,
        INSERT,
        frozenset({"internalDateSource", "deleted", "neverMarkSpam", "processForCalendar"}),
        _MESSAGE_BODY,
        takes_media=True,
    ),
    Method(
        "messages.send",
        "POST",
        "/messages/send",
        message_calls.send_message,
        SEND,
        body=_MESSAGE_BODY,
        takes_media=True,
    ),
    Method(
        "messages.batchModify",
        "POST",
        "/messages/batchModify",
        message_calls.batch_modify,
        MODIFY,
        body=_MODIFY_BODY | {"ids"},
    ),
    Method(
        "messages.batchDelete",
        "POST",
        "/messages/batchDelete",
        message_calls.batch_delete,
        FULL,
        body=frozenset({"ids"}),
    ),
    Method("messages.get", "GET", "/messages/{id}", message_calls.get_message, METADATA, _SHOW),
    Method("messages.delete", "DELETE", "/messages/{id}", message_calls.delete_message, FULL),
    Method("messages.modify", "POST", "/messages/{id}/modify", message_calls.modify_message, MODIFY, body=_MODIFY_BODY),
    Method("messages.trash", "POST", "/messages/{id}/trash", message_calls.trash_message, MODIFY),
    Method("messages.untrash", "POST", "/messages/{id}/untrash", message_calls.untrash_message, MODIFY),
    Method(
        "messages.attachments.get",
        "GET",
        "/messages/{messageId}/attachments/{id}",
        message_calls.get_attachment,
        READ,
    ),
    Method("threads.list", "GET", "/threads", thread_calls.list_threads, METADATA, _SEARCH | {"labelIds"}),
    Method("threads.get", "GET", "/threads/{id}", thread_calls.get_thread, METADATA, _SHOW),
    Method("threads.delete", "DELETE", "/threads/{id}", thread_calls.delete_thread, FULL),
    Method(
        "threads.modify",
        "POST",
        "/threads/{id}/modify",
        thread_calls.modify_thread,
        MODIFY,
        body=frozenset({"addLabelIds", "removeLabelIds"}),
    ),
    Method("threads.trash", "POST", "/threads/{id}/trash", thread_calls.trash_thread, MODIFY),
    Method("threads.untrash", "POST", "/threads/{id}/untrash", thread_calls.untrash_thread, MODIFY),
    Method("drafts.list", "GET", "/drafts", draft_calls.list_drafts, READ | COMPOSE, _SEARCH),
    Method("drafts.create", "POST", "/drafts", draft_calls.create_draft, COMPOSE, body=_DRAFT_BODY, takes_media=True),
    Method("drafts.send", "POST", "/drafts/send", draft_calls.send_draft, COMPOSE, body=_DRAFT_BODY, takes_media=True),
    Method("drafts.get", "GET", "/drafts/{id}", draft_calls.get_draft, READ | COMPOSE, frozenset({"format"})),
    Method(
        "drafts.update", "PUT", "/drafts/{id}", draft_calls.update_draft, COMPOSE, body=_DRAFT_BODY, takes_media=True
    ),
    Method("drafts.delete", "DELETE", "/drafts/{id}", draft_calls.delete_draft, COMPOSE),
    Method("settings.sendAs.list", "GET", "/settings/sendAs", mailbox_calls.list_send_as, READ),
)

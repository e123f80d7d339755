"""The methods of users.messages."""

from collections.abc import Callable, Collection
from typing import Any

from app.simulator.api_error import invalid
from app.simulator.call import Call, brief, or_not_found, raw_of
from app.simulator.mime import parse_mail
from app.simulator.model import (
    FIXED_LABELS,
    INBOX,
    SPAM,
    SYSTEM_LABELS,
    TRASH,
    UNREAD,
    EffectKind,
    StoredMessage,
)
from app.simulator.outgoing import NoRecipientError, addresses_in, date_header_ms, epoch_ms
from app.simulator.paging import page
from app.simulator.payload import attachment_content, b64url
from app.simulator.query import label_names, parse_query

LARGEST_BATCH = 1000


def list_messages(call: Call) -> dict[str, Any]:
    matches = search(call)
    found = [message for message in call.mailbox.newest_first() if matches(message)]
    messages, next_token = page(
        found, call.parameter("pageToken"), call.page_size(), key=lambda m: (m.internal_date_ms, m.id)
    )
    answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
    if messages:
        answer["messages"] = [{"id": message.id, "threadId": message.thread_id} for message in messages]
    return answer | ({"nextPageToken": next_token} if next_token else {})


def search(call: Call) -> Callable[[StoredMessage], bool]:
    """The filter that q, labelIds and includeSpamTrash describe."""
    names = {label_id: label_id for label_id in SYSTEM_LABELS}
    names |= {label.id: label.name for label in call.mailbox.labels.values()}
    query = parse_query(call.parameter("q"), now=call.simulator.clock(), label_ids=label_names(names))
    wanted = set(call.parameters("labelIds"))
    known_labels(call, wanted, fixed_allowed=True)
    hidden = {SPAM, TRASH}
    if call.flag("includeSpamTrash") or query.covers_spam_and_trash or wanted & hidden:
        hidden = set[str]()
    return lambda message: not message.label_ids & hidden and wanted <= message.label_ids and query.matches(message)


def known_labels(call: Call, label_ids: Collection[str], *, fixed_allowed: bool = False) -> None:
    """Raises ApiError for a label that is not there, or that no client may set."""
    for label_id in sorted(label_ids):
        if not call.mailbox.has_label(label_id) or (label_id in FIXED_LABELS and not fixed_allowed):
            raise invalid(f"Invalid label: {label_id}")


def get_message(call: Call) -> dict[str, Any]:
    return call.show(call.message(), call.message_format())


def get_attachment(call: Call) -> dict[str, Any]:
    message = call.message(call.path["messageId"])
    content = attachment_content(message.parsed(), message.id, call.path["id"])
    if content is None:
        raise invalid("Invalid attachment token")
    return {"size": len(content), "data": b64url(content)}


def modify_message(call: Call) -> dict[str, Any]:
    message = call.message()
    add, remove = wanted_changes(call)
    relabel(call, [message], add=add, remove=remove)
    return brief(message)


def wanted_changes(call: Call) -> tuple[list[str], list[str]]:
    add, remove = call.strings("addLabelIds"), call.strings("removeLabelIds")
    if not add and not remove:
        raise invalid("No label add or removes specified")
    known_labels(call, {*add, *remove})
    return add, remove


def relabel(call: Call, messages: list[StoredMessage], *, add: Collection[str], remove: Collection[str]) -> None:
    for message in messages:
        added, removed = call.mailbox.relabel(message.id, add=add, remove=remove)
        # A call that changes nothing is noted as well: repeated calls are what the log is there to show.
        call.record(
            EffectKind.LABELS_CHANGED,
            message_ids=(message.id,),
            thread_id=message.thread_id,
            added=added,
            removed=removed,
            facts={"asked_to_add": sorted(add), "asked_to_remove": sorted(remove)},
        )


def batch_modify(call: Call) -> None:
    add, remove = wanted_changes(call)
    # Gmail passes over ids that are gone.
    relabel(call, _named_messages(call), add=add, remove=remove)


def batch_delete(call: Call) -> None:
    delete_messages(call, _named_messages(call))


def _named_messages(call: Call) -> list[StoredMessage]:
    ids = call.strings("ids")
    if not ids:
        raise invalid("No message ids specified")
    if len(ids) > LARGEST_BATCH:
        raise invalid(f"Too many message ids specified, the limit is {LARGEST_BATCH}")
    return [call.mailbox.messages[message_id] for message_id in ids if message_id in call.mailbox.messages]


def delete_messages(call: Call, messages: list[StoredMessage]) -> None:
    for message in messages:
        draft = call.mailbox.draft_of(message.id)
        if draft:
            call.mailbox.remove_draft(draft.id)
        else:
            call.mailbox.remove(message.id)
        call.record(EffectKind.MESSAGE_DELETED, message_ids=(message.id,), thread_id=message.thread_id)


def delete_message(call: Call) -> None:
    delete_messages(call, [call.message()])


def trash_message(call: Call) -> dict[str, Any]:
    message = call.message()
    relabel(call, [message], add=[TRASH], remove=[INBOX])
    return brief(message)


def untrash_message(call: Call) -> dict[str, Any]:
    message = call.message()
    relabel(call, [message], add=[], remove=[TRASH])
    return brief(message)


def insert_message(call: Call) -> dict[str, Any]:
    return _insert(call, default_source="receivedTime", default_labels=())


def import_message(call: Call) -> dict[str, Any]:
    return _insert(call, default_source="dateHeader", default_labels=(INBOX, UNREAD))


def _insert(call: Call, *, default_source: str, default_labels: tuple[str, ...]) -> dict[str, Any]:
    raw = raw_of(call.body, call.media)
    label_ids = call.strings("labelIds") or list(default_labels)
    known_labels(call, label_ids, fixed_allowed=True)
    now_ms = epoch_ms(call.simulator.clock())
    by_header = call.parameter("internalDateSource", default_source) == "dateHeader"
    moment = date_header_ms(raw) if by_header else None
    message = or_not_found(
        lambda: call.mailbox.add(
            raw,
            label_ids=label_ids,
            internal_date_ms=now_ms if moment is None else moment,
            thread_id=str(call.body.get("threadId", "")),
        )
    )
    call.record(
        EffectKind.MESSAGE_INSERTED, message_ids=(message.id,), thread_id=message.thread_id, facts=mail_facts(message)
    )
    return brief(message)


def send_message(call: Call) -> dict[str, Any]:
    return brief(send(call, raw_of(call.body, call.media), thread_id=str(call.body.get("threadId", ""))))


def send(call: Call, raw: bytes, *, thread_id: str, draft_id: str = "") -> StoredMessage:
    """Send and note the effect. Raises ApiError where nobody is named or the thread is not there."""
    try:
        message = or_not_found(
            # A draft has been given its thread already.
            lambda: call.simulator.send(call.mailbox, raw, thread_id=thread_id, stays_in_thread=bool(draft_id))
        )
    except NoRecipientError as error:
        raise invalid("Recipient address required") from error
    call.record(
        EffectKind.SENT,
        message_ids=(message.id,),
        thread_id=message.thread_id,
        draft_id=draft_id,
        raw=message.raw,
        facts=mail_facts(message) | {"given_message_id": parse_mail(raw).header("Message-ID")},
    )
    return message


def mail_facts(message: StoredMessage) -> dict[str, Any]:
    """What tells whether two sends are the same mail."""
    part = message.parsed()
    return {
        "message_id": part.header("Message-ID"),
        "in_reply_to": part.header("In-Reply-To"),
        "references": part.header("References"),
        "subject": part.header("Subject"),
        "to": addresses_in(part.header("To")),
        "cc": addresses_in(part.header("Cc")),
        "bcc": addresses_in(part.header("Bcc")),
        "x_headers": {
            header.name.lower(): header.value for header in part.headers if header.name.lower().startswith("x-")
        },
    }

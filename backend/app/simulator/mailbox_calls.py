"""The methods about the mailbox as a whole: profile, history, watch, send-as addresses."""

from datetime import timedelta
from typing import Any

from app.simulator.api_error import invalid, not_found
from app.simulator.call import Call
from app.simulator.message_calls import known_labels
from app.simulator.model import HistoryRecord, HistoryType, SendAsIdentity, Watch
from app.simulator.outgoing import epoch_ms
from app.simulator.paging import page
from app.simulator.store import HistoryExpiredError, Kind

WATCH_LIFETIME = timedelta(days=7)

_CHANGE_KEYS = {
    HistoryType.MESSAGE_ADDED: "messagesAdded",
    HistoryType.MESSAGE_DELETED: "messagesDeleted",
    HistoryType.LABEL_ADDED: "labelsAdded",
    HistoryType.LABEL_REMOVED: "labelsRemoved",
}


def get_profile(call: Call) -> dict[str, Any]:
    return {
        "emailAddress": call.mailbox.address,
        "messagesTotal": len(call.mailbox.messages),
        "threadsTotal": call.mailbox.thread_count(),
        "historyId": str(call.mailbox.history_id),
    }


def list_history(call: Call) -> dict[str, Any]:
    start = call.parameter("startHistoryId")
    if not start:
        raise invalid("Missing/invalid parameter: startHistoryId")
    if not start.isascii() or not start.isdigit() or int(start[:30]) >= 2**64:
        raise invalid(f"Invalid value at 'start_history_id' (TYPE_UINT64), \"{start}\"")
    try:
        found = call.mailbox.history_since(int(start))
    except HistoryExpiredError as error:
        raise not_found() from error
    types = _wanted_types(call)
    label_id = call.parameter("labelId")
    if label_id:
        known_labels(call, [label_id], fixed_allowed=True)
    records = [record for record in found if record.type in types and _concerns(record, label_id)]
    shown, next_token = page(
        records, call.parameter("pageToken"), call.page_size(), key=lambda r: (r.id, ""), newest_first=False
    )
    answer: dict[str, Any] = {"historyId": str(call.mailbox.history_id)}
    if shown:
        answer["history"] = [_record_json(record) for record in shown]
    return answer | ({"nextPageToken": next_token} if next_token else {})


def _wanted_types(call: Call) -> set[HistoryType]:
    names = call.parameters("historyTypes")
    try:
        return {HistoryType(name) for name in names} or set(HistoryType)
    except ValueError as error:
        raise invalid("Invalid value at 'history_types'") from error


def _concerns(record: HistoryRecord, label_id: str) -> bool:
    return not label_id or label_id in record.label_ids or label_id in record.changed_label_ids


def _record_json(record: HistoryRecord) -> dict[str, Any]:
    message: dict[str, Any] = {"id": record.message_id, "threadId": record.thread_id}
    labelled = message | ({"labelIds": list(record.label_ids)} if record.label_ids else {})
    change: dict[str, Any] = {"message": labelled}
    if record.changed_label_ids:
        change["labelIds"] = list(record.changed_label_ids)
    return {"id": str(record.id), "messages": [message], _CHANGE_KEYS[record.type]: [change]}


def watch(call: Call) -> dict[str, Any]:
    topic = call.body.get("topicName")
    if not isinstance(topic, str) or not topic.startswith("projects/"):
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    label_ids = call.strings("labelIds")
    known_labels(call, label_ids, fixed_allowed=True)
    behavior = call.body.get("labelFilterBehavior", call.body.get("labelFilterAction", "include"))
    expiration = epoch_ms(call.simulator.clock() + WATCH_LIFETIME)
    call.mailbox.watch = Watch(topic, tuple(label_ids), str(behavior).lower() == "exclude", expiration)
    call.mailbox.pending.add((Kind.MAILBOX, ""))
    return {"historyId": str(call.mailbox.history_id), "expiration": str(expiration)}


def stop(call: Call) -> None:
    call.mailbox.watch = None
    call.mailbox.pending.add((Kind.MAILBOX, ""))


def list_send_as(call: Call) -> dict[str, Any]:
    addresses = [call.mailbox.address, *call.mailbox.aliases]
    return {
        "sendAs": [
            _send_as(address, call.mailbox.identities.get(address, SendAsIdentity()), is_primary=index == 0)
            for index, address in enumerate(addresses)
        ]
    }


def _send_as(address: str, identity: SendAsIdentity, *, is_primary: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sendAsEmail": address,
        "displayName": identity.name,
        "replyToAddress": "",
        "signature": identity.signature,
        "isDefault": is_primary,
        "treatAsAlias": not is_primary,
    }
    status = "accepted" if identity.verified else "pending"
    return found | ({"isPrimary": True} if is_primary else {"verificationStatus": status})

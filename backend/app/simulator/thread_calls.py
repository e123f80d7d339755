"""The methods of users.threads."""

from typing import Any

from app.simulator.api_error import invalid
from app.simulator.call import Call, MessageFormat
from app.simulator.message_calls import delete_messages, relabel, search, wanted_changes
from app.simulator.model import INBOX, TRASH, StoredMessage
from app.simulator.paging import page


def list_threads(call: Call) -> dict[str, Any]:
    matches = search(call)
    newest: dict[str, StoredMessage] = {}
    for message in call.mailbox.newest_first():
        if matches(message):
            newest.setdefault(message.thread_id, message)
    found, next_token = page(
        list(newest.values()), call.parameter("pageToken"), call.page_size(), key=lambda m: (m.internal_date_ms, m.id)
    )
    answer: dict[str, Any] = {"resultSizeEstimate": len(newest)}
    if found:
        answer["threads"] = [_summary(call.mailbox.thread(message.thread_id)) for message in found]
    return answer | ({"nextPageToken": next_token} if next_token else {})


def _summary(messages: list[StoredMessage]) -> dict[str, Any]:
    return {
        "id": messages[0].thread_id,
        "snippet": messages[-1].snippet,
        "historyId": str(max(message.history_id for message in messages)),
    }


def get_thread(call: Call) -> dict[str, Any]:
    form = call.message_format()
    if form is MessageFormat.RAW:
        raise invalid("Invalid value at 'format', \"raw\"")
    messages = call.thread()
    summary = _summary(messages)
    del summary["snippet"]
    return summary | {"messages": [call.show(message, form) for message in messages]}


def modify_thread(call: Call) -> dict[str, Any]:
    messages = call.thread()
    add, remove = wanted_changes(call)
    relabel(call, messages, add=add, remove=remove)
    return _changed(messages)


def trash_thread(call: Call) -> dict[str, Any]:
    messages = call.thread()
    relabel(call, messages, add=[TRASH], remove=[INBOX])
    return _changed(messages)


def untrash_thread(call: Call) -> dict[str, Any]:
    messages = call.thread()
    relabel(call, messages, add=[], remove=[TRASH])
    return _changed(messages)


def delete_thread(call: Call) -> None:
    delete_messages(call, call.thread())


def _changed(messages: list[StoredMessage]) -> dict[str, Any]:
    return {
        "id": messages[0].thread_id,
        "messages": [
            {"id": message.id, "threadId": message.thread_id, "labelIds": message.sorted_labels()}
            for message in messages
        ],
    }

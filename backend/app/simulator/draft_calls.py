"""The methods of users.drafts."""

from collections.abc import Mapping
from typing import Any

from app.simulator.api_error import invalid
from app.simulator.call import Call, brief, or_not_found, raw_of
from app.simulator.json_values import as_object
from app.simulator.message_calls import mail_facts, search, send
from app.simulator.model import EffectKind, StoredDraft
from app.simulator.outgoing import epoch_ms
from app.simulator.paging import page


def list_drafts(call: Call) -> dict[str, Any]:
    matches = search(call)
    by_message = {draft.message_id: draft for draft in call.mailbox.drafts.values()}
    found = [message for message in call.mailbox.newest_first() if message.id in by_message and matches(message)]
    messages, next_token = page(
        found, call.parameter("pageToken"), call.page_size(), key=lambda m: (m.internal_date_ms, m.id)
    )
    answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
    if messages:
        answer["drafts"] = [
            {"id": by_message[message.id].id, "message": {"id": message.id, "threadId": message.thread_id}}
            for message in messages
        ]
    return answer | ({"nextPageToken": next_token} if next_token else {})


def get_draft(call: Call) -> dict[str, Any]:
    draft = call.draft(call.path["id"])
    return {"id": draft.id, "message": call.show(call.message(draft.message_id), call.message_format())}


def create_draft(call: Call) -> dict[str, Any]:
    message = _message_of(call)
    raw = raw_of(message, call.media)
    draft = or_not_found(
        lambda: call.mailbox.add_draft(
            raw, internal_date_ms=epoch_ms(call.simulator.clock()), thread_id=str(message.get("threadId", ""))
        )
    )
    return _answer(call, draft, EffectKind.DRAFT_CREATED)


def update_draft(call: Call) -> dict[str, Any]:
    message = _message_of(call)
    draft_id = call.draft(call.path["id"]).id
    raw = raw_of(message, call.media)
    draft = or_not_found(
        lambda: call.mailbox.replace_draft(
            draft_id,
            raw,
            internal_date_ms=epoch_ms(call.simulator.clock()),
            thread_id=str(message.get("threadId", "")),
        )
    )
    return _answer(call, draft, EffectKind.DRAFT_UPDATED)


def delete_draft(call: Call) -> None:
    draft_id = call.draft(call.path["id"]).id
    message = call.mailbox.remove_draft(draft_id)
    call.record(EffectKind.DRAFT_DELETED, message_ids=(message.id,), thread_id=message.thread_id, draft_id=draft_id)


def send_draft(call: Call) -> dict[str, Any]:
    """The draft goes and a message with a new id takes its place, as Gmail documents it."""
    message = _message_of(call)
    draft_id = call.body.get("id")
    if not draft_id:
        thread_id = str(message.get("threadId", ""))
        return brief(send(call, raw_of(message, call.media), thread_id=thread_id))
    stored = call.message(call.draft(str(draft_id)).message_id)
    # A body with a message replaces the draft's content at the last moment.
    raw = raw_of(message, call.media) if call.media is not None or message.get("raw") else stored.raw
    sent = send(call, raw, thread_id=stored.thread_id, draft_id=str(draft_id))
    call.mailbox.remove_draft(str(draft_id))
    return brief(sent)


def _message_of(call: Call) -> Mapping[str, Any]:
    message = as_object(call.body.get("message", {}))
    if message is None:
        raise invalid("Invalid value at 'draft.message'")
    return message


def _answer(call: Call, draft: StoredDraft, kind: EffectKind) -> dict[str, Any]:
    message = call.message(draft.message_id)
    call.record(
        kind,
        message_ids=(message.id,),
        thread_id=message.thread_id,
        draft_id=draft.id,
        raw=message.raw,
        facts=mail_facts(message),
    )
    return {"id": draft.id, "message": brief(message)}

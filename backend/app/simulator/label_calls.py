"""The methods of users.labels."""

from collections.abc import Mapping
from typing import Any

from app.simulator.api_error import ApiError, invalid, not_found
from app.simulator.call import Call
from app.simulator.json_values import as_object
from app.simulator.model import SYSTEM_LABELS, EffectKind, UserLabel
from app.simulator.store import Kind

LONGEST_NAME = 225
_LIST_VISIBILITIES = frozenset({"labelShow", "labelShowIfUnread", "labelHide"})
_MESSAGE_VISIBILITIES = frozenset({"show", "hide"})
_COLOR_PARTS = ("textColor", "backgroundColor")


def list_labels(call: Call) -> dict[str, Any]:
    own = [_label_json(label) for label in call.mailbox.labels.values()]
    return {"labels": [*(_system_json(label_id) for label_id in SYSTEM_LABELS), *own]}


def get_label(call: Call) -> dict[str, Any]:
    label_id = call.path["id"]
    found = _system_json(label_id) if label_id in SYSTEM_LABELS else _label_json(_own_label(call))
    counts = call.mailbox.count_label(label_id)
    return found | {
        "messagesTotal": counts.messages_total,
        "messagesUnread": counts.messages_unread,
        "threadsTotal": counts.threads_total,
        "threadsUnread": counts.threads_unread,
    }


def create_label(call: Call) -> dict[str, Any]:
    name = _checked_name(call, call.body.get("name"), own_id="")
    changes = _checked_settings(call.body)
    label = call.mailbox.create_label(name)
    _apply(label, changes)
    call.record(EffectKind.LABEL_CREATED, label_id=label.id, facts={"name": name})
    return _label_json(label)


def patch_label(call: Call) -> dict[str, Any]:
    label = _own_label(call)
    name = _checked_name(call, call.body.get("name", label.name), own_id=label.id)
    changes = _checked_settings(call.body)
    label.name = name
    _apply(label, changes)
    call.mailbox.pending.add((Kind.LABEL, label.id))
    call.record(EffectKind.LABEL_CHANGED, label_id=label.id, facts={"name": name})
    return _label_json(label)


def update_label(call: Call) -> dict[str, Any]:
    if "name" not in call.body:
        raise invalid("Missing label name")
    return patch_label(call)


def delete_label(call: Call) -> None:
    label = _own_label(call)
    call.mailbox.delete_label(label.id)
    call.record(EffectKind.LABEL_DELETED, label_id=label.id, facts={"name": label.name})


def _own_label(call: Call) -> UserLabel:
    label_id = call.path["id"]
    if label_id in SYSTEM_LABELS:
        raise invalid(f"Invalid delete or update of system label: {label_id}")
    label = call.mailbox.labels.get(label_id)
    if label is None:
        raise not_found()
    return label


def _checked_name(call: Call, name: Any, *, own_id: str) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise invalid("Invalid label name")
    found = call.mailbox.label_named(name)
    if name.upper() in SYSTEM_LABELS or (found and found.id != own_id):
        raise ApiError(409, "aborted", "Label name exists or conflicts")
    return name


def _checked_settings(body: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, field, allowed in (
        ("labelListVisibility", "label_list_visibility", _LIST_VISIBILITIES),
        ("messageListVisibility", "message_list_visibility", _MESSAGE_VISIBILITIES),
    ):
        if name in body:
            if body[name] not in allowed:
                raise invalid(f"Invalid value at 'label.{name}'")
            changes[field] = body[name]
    if body.get("color") is not None:
        color = as_object(body["color"]) or {}
        if not all(isinstance(color.get(part), str) for part in _COLOR_PARTS):
            raise invalid("Invalid value at 'label.color'")
        changes["color"] = {part: color[part] for part in _COLOR_PARTS}
    return changes


def _apply(label: UserLabel, changes: Mapping[str, Any]) -> None:
    for field, value in changes.items():
        setattr(label, field, value)


def _system_json(label_id: str) -> dict[str, Any]:
    return {"id": label_id, "name": label_id, "type": "system"}


def _label_json(label: UserLabel) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": label.id,
        "name": label.name,
        "type": "user",
        "labelListVisibility": label.label_list_visibility,
        "messageListVisibility": label.message_list_visibility,
    }
    return found | ({"color": label.color} if label.color else {})

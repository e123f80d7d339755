"""Keeps the simulator's state in a SQLite file, so that a killed process goes on where it stopped."""

import base64
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from app.simulator.grants import Grant, Grants
from app.simulator.model import (
    Effect,
    HistoryRecord,
    SendAsIdentity,
    StoredDraft,
    StoredMessage,
    UserLabel,
    Watch,
)
from app.simulator.store import Kind, Mailbox

FILE_NAME = "simulator.sqlite3"
_EFFECT = "effect"
_GRANT = "grant"

_GRANTS = TypeAdapter(Grant)
_EFFECTS = TypeAdapter(Effect)
_MESSAGES = TypeAdapter(StoredMessage)
_DRAFTS = TypeAdapter(StoredDraft)
_LABELS = TypeAdapter(UserLabel)
_RECORDS = TypeAdapter(HistoryRecord)
_WATCHES = TypeAdapter(Watch)

# One row per stored thing. Every save is one SQLite transaction, and without fsync: a killed process loses nothing
# that way, only a machine that loses power does, which is no promise of a simulator.
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS entry (
    mailbox TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    raw BLOB,
    PRIMARY KEY (mailbox, kind, key)
) WITHOUT ROWID;
"""


@dataclass(slots=True)
class SavedState:
    mailboxes: dict[str, Mailbox] = field(default_factory=dict[str, Mailbox])
    grants: list[Grant] = field(default_factory=list[Grant])
    effects: list[Effect] = field(default_factory=list[Effect])


class Journal:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The server may run in another thread than the one that opened the simulator, never in two at once.
        self._connection = sqlite3.connect(folder / FILE_NAME, check_same_thread=False)
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def save(self, mailboxes: Mapping[str, Mailbox], grants: Grants, effects: Iterable[Effect]) -> None:
        """Write what is pending, in one transaction, and mark it as written."""
        with self._connection:
            for mailbox in mailboxes.values():
                for kind, key in sorted(mailbox.pending):
                    self._write(mailbox.address, kind, key, _entry(mailbox, kind, key))
            for token in grants.pending:
                self._write("", _GRANT, token, (asdict(grants.by_refresh_token[token]), None))
            for effect in effects:
                self._write("", _EFFECT, f"{effect.number:012d}", _effect_entry(effect))
        for mailbox in mailboxes.values():
            mailbox.pending.clear()
        grants.pending.clear()

    def load(self) -> SavedState:
        state = SavedState()
        rows = self._connection.execute("SELECT mailbox, kind, key, value, raw FROM entry ORDER BY mailbox, kind, key")
        for address, kind, _, text, raw in sorted(rows, key=lambda row: row[1] != Kind.MAILBOX):
            value: dict[str, Any] = json.loads(text)
            if kind == _GRANT:
                state.grants.append(_GRANTS.validate_python(value))
            elif kind == _EFFECT:
                state.effects.append(_EFFECTS.validate_python(value | {"raw": raw or b""}))
            elif kind == Kind.MAILBOX:
                state.mailboxes[address] = _mailbox(address, value)
            else:
                _restore_entry(state.mailboxes[address], Kind(kind), value, raw)
        for mailbox in state.mailboxes.values():
            mailbox.pending.clear()
        return state

    def _write(self, mailbox: str, kind: str, key: str, entry: tuple[dict[str, Any], bytes | None] | None) -> None:
        if entry is None:
            self._connection.execute(
                "DELETE FROM entry WHERE mailbox = ? AND kind = ? AND key = ?", (mailbox, kind, key)
            )
            return
        self._connection.execute(
            "INSERT OR REPLACE INTO entry (mailbox, kind, key, value, raw) VALUES (?, ?, ?, ?, ?)",
            (mailbox, kind, key, json.dumps(entry[0]), entry[1]),
        )


def _entry(mailbox: Mailbox, kind: Kind, key: str) -> tuple[dict[str, Any], bytes | None] | None:
    """The stored form of one thing, or None where it is gone."""
    if kind is Kind.MAILBOX:
        return _mailbox_entry(mailbox), None
    if kind is Kind.MESSAGE:
        message = mailbox.messages.get(key)
        return None if message is None else (_message_entry(message), message.raw)
    if kind is Kind.HISTORY:
        record = mailbox.history_record(int(key))
        return None if record is None else (asdict(record), None)
    found = mailbox.drafts.get(key) if kind is Kind.DRAFT else mailbox.labels.get(key)
    return None if found is None else (asdict(found), None)


def _mailbox_entry(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "aliases": mailbox.aliases,
        "identities": {address: asdict(identity) for address, identity in mailbox.identities.items()},
        "history_id": str(mailbox.history_id),
        "history_floor": str(mailbox.history_floor),
        "counter": mailbox.counter,
        "watch": asdict(mailbox.watch) if mailbox.watch else None,
    }


def _mailbox(address: str, value: dict[str, Any]) -> Mailbox:
    mailbox = Mailbox(address)
    mailbox.aliases = value["aliases"]
    mailbox.identities = {address: SendAsIdentity(**one) for address, one in value.get("identities", {}).items()}
    mailbox.history_id = int(value["history_id"])
    mailbox.history_floor = int(value["history_floor"])
    mailbox.counter = value["counter"]
    mailbox.watch = _WATCHES.validate_python(value["watch"]) if value["watch"] else None
    return mailbox


def _message_entry(message: StoredMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "thread_id": message.thread_id,
        "internal_date_ms": message.internal_date_ms,
        "label_ids": message.sorted_labels(),
        "history_id": message.history_id,
        "snippet": message.snippet,
    }


def _restore_entry(mailbox: Mailbox, kind: Kind, value: dict[str, Any], raw: bytes | None) -> None:
    if kind is Kind.MESSAGE:
        mailbox.restore(_MESSAGES.validate_python(value | {"raw": raw or b""}))
    elif kind is Kind.DRAFT:
        mailbox.drafts[value["id"]] = _DRAFTS.validate_python(value)
    elif kind is Kind.LABEL:
        mailbox.labels[value["id"]] = _LABELS.validate_python(value)
    elif kind is Kind.HISTORY:
        mailbox.history.append(_RECORDS.validate_python(value))


def _effect_entry(effect: Effect) -> tuple[dict[str, Any], bytes]:
    return effect_json(effect) | {"raw": ""}, effect.raw


def effect_json(effect: Effect) -> dict[str, Any]:
    return {**asdict(effect), "at": effect.at.isoformat(), "raw": base64.b64encode(effect.raw).decode("ascii")}

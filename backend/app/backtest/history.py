"""Somebody's exported mail as rows in the order of time, gathered into conversations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from app.db.models import Message
from app.errors import UserError
from app.evaluation.replay import UNDATED, UnreadableMailError, row_of
from app.simulator.loading import LoadError, read_mail
from app.simulator.mime import parse_mail

WHAT_TO_GIVE: Final = "Give --mail an mbox file, a Maildir, an .eml file or a folder of .eml files."
LABELS_HEADER: Final = "X-Gmail-Labels"
"""An export of Gmail writes a message's labels there."""
NO_MAIL: Final = frozenset({"spam", "trash", "bin", "draft", "drafts", "chat"})


@dataclass(frozen=True, slots=True)
class Mail:
    row: Message
    mine: bool
    thread: int

    @property
    def when(self) -> datetime:
        return self.row.received_at


@dataclass(frozen=True, slots=True)
class History:
    me: frozenset[str]
    mails: tuple[Mail, ...]
    """Oldest first."""
    left_out: int
    """Spam, trash, drafts, and second copies."""
    unreadable: int


@dataclass(slots=True)
class _Threads:
    """Conversations by the Message-IDs that mails name."""

    known: dict[str, int] = field(default_factory=dict[str, int])
    count: int = 0

    def of(self, row: Message) -> int:
        named = [one for one in (row.rfc_message_id, row.in_reply_to, *row.references) if one]
        thread = next((self.known[one] for one in named if one in self.known), None)
        if thread is None:
            thread = self.count
            self.count += 1
        for one in named:
            self.known.setdefault(one, thread)
        return thread


def read_history(path: Path, me: frozenset[str]) -> History:
    """Read all mail there. Raise UserError for what is no mail, or where nothing was written by `me`."""
    try:
        mails = [mail.raw for mail in read_mail(path.expanduser().resolve())]
    except LoadError as error:
        raise UserError(f"{error}. {WHAT_TO_GIVE}") from error
    kept = [raw for raw in mails if not _is_no_mail(raw)]
    rows: list[Message] = []
    unreadable = 0
    for row in _rows(kept):
        if row is None:
            unreadable += 1
        else:
            rows.append(row)
    distinct = _without_copies(sorted(rows, key=lambda one: one.received_at))
    threads = _Threads()
    found = tuple(Mail(row, row.sender_address in me, threads.of(row)) for row in distinct)
    if not any(mail.mine for mail in found):
        raise UserError(
            f"Nothing at {path} was sent by {', '.join(sorted(me))}, so there is nothing to compare with. Export sent "
            "mail too, and name every address that is yours with --me."
        )
    return History(me, found, len(mails) - unreadable - len(found), unreadable)


def _rows(mails: list[bytes]) -> Iterator[Message | None]:
    """What cannot be read is None. A mail without a date counts as written when the one before it in the file was."""
    latest = UNDATED
    for number, raw in enumerate(mails):
        try:
            row = row_of(raw, f"mail-{number}", otherwise=latest)
        except UnreadableMailError:
            yield None
            continue
        latest = row.received_at
        yield row


def _is_no_mail(raw: bytes) -> bool:
    head, _, _ = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    if LABELS_HEADER.lower().encode() not in head.lower():
        return False
    labels = parse_mail(head + b"\n\n").header(LABELS_HEADER)
    return bool(NO_MAIL & {label.strip().lower() for label in labels.split(",")})


def _without_copies(rows: list[Message]) -> Iterator[Message]:
    seen: set[str] = set()
    for row in rows:
        if row.rfc_message_id and row.rfc_message_id in seen:
            continue
        seen.add(row.rfc_message_id or "")
        yield row

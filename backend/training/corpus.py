"""The training mails: one line each, written for this purpose, as snapshots with the labels a careful person gave.

Columns, parted by tabs: category, whether the reader must answer (1 or 0), marks, sender, subject, text (backslash
and n stand for a line break). Marks: u List-Unsubscribe, l List-Id, b Precedence bulk, a Auto-Submitted; k the reader
has written to the sender before, r it answers the reader, f it goes on in a conversation; c the reader got a copy, d is
one of two recipients, g one of many, x is not named.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from app.triage.snapshot import Contact, Earlier, Incoming, Reader, Snapshot
from app.triage.verdict import Category

FOLDER: Final = Path(__file__).parent / "mails"
READER: Final = Reader(frozenset({"nora@falk.example"}), "Nora Falk", "Europe/Berlin")
WRITTEN: Final = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
_HEADERS: Final = {
    "u": ("list-unsubscribe", "<https://mail.example/off>"),
    "l": ("list-id", "<mail.example>"),
    "b": ("precedence", "bulk"),
    "a": ("auto-submitted", "auto-generated"),
}
_OTHERS: Final = ("lea@okoro.example", "sam@idowu.example", "tom@baxter.example", "oona@virtanen.example")


@dataclass(frozen=True, slots=True)
class Example:
    category: Category
    needs_reply: bool
    snapshot: Snapshot


def examples() -> Iterator[Example]:
    for path in sorted(FOLDER.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield _example(f"{path.stem}-{number}", line)


def digest() -> str:
    """Of every training mail: the shipped weights name the one they were made from."""
    parts = (path.read_bytes() for path in sorted(FOLDER.glob("*.tsv")))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _example(name: str, line: str) -> Example:
    category, reply, marks, sender, subject, text = line.split("\t")
    sender_name, address = parseaddr(sender)
    given = frozenset(marks.split(",")) - {""}
    to, cc = _recipients(given)
    return Example(
        Category(category),
        reply == "1",
        Snapshot(
            reader=READER,
            message=Incoming(
                id=name,
                sender_name=sender_name,
                sender_address=address,
                subject=subject,
                text=text.replace("\\n", "\n"),
                received_at=WRITTEN,
                sent_at=WRITTEN,
                to=to,
                cc=cc,
                headers={name: [value] for mark, (name, value) in _HEADERS.items() if mark in given},
            ),
            earlier=tuple(_earlier(given, sender_name, address)),
            contact=Contact(written=3, received=4, written_to_domain=3) if given & {"k", "r"} else Contact(),
            known_domains=frozenset({"falk.example"}),
        ),
    )


def _recipients(marks: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = next(iter(READER.addresses))
    if "c" in marks:
        return _OTHERS[:1], (own,)
    if "d" in marks:
        return (own, _OTHERS[0]), ()
    if "g" in marks:
        return (own, *_OTHERS), ()
    return ((), ()) if "x" in marks else ((own,), ())


def _earlier(marks: frozenset[str], name: str, address: str) -> Iterator[Earlier]:
    if not marks & {"r", "f"}:
        return
    mine = "r" in marks
    yield Earlier(
        mine, READER.name if mine else name, "" if mine else address, WRITTEN - timedelta(days=1), "As discussed."
    )

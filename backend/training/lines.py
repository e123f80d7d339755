"""Training mails as one line each: columns parted by tabs, with marks for what headers and mailbox would say.

Columns: category, whether the reader must answer (1 or 0), marks, sender, subject, text (backslash and n stand for a
line break). Marks: u List-Unsubscribe, l List-Id, b Precedence bulk, a Auto-Submitted; k the reader has written to the
sender before, r it answers the reader, f it goes on in a conversation; c the reader got a copy, d is one of two
recipients, g one of many, x is not named.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Final

from app.triage.snapshot import Contact, Earlier, Incoming, Reader, Snapshot
from app.triage.verdict import Category

READER: Final = Reader(frozenset({"nora@falk.example"}), "Nora Falk", "Europe/Berlin")
WRITTEN: Final = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
_HEADERS: Final = {
    "u": ("list-unsubscribe", "<https://mail.example/off>"),
    "l": ("list-id", "<mail.example>"),
    "b": ("precedence", "bulk"),
    "a": ("auto-submitted", "auto-generated"),
}
_OTHERS: Final = ("lea@okoro.example", "sam@idowu.example", "tom@baxter.example", "oona@virtanen.example")


def read_line(name: str, line: str) -> tuple[Category, bool, Snapshot]:
    """The mail with its category and whether it needs a reply."""
    category, reply, marks, sender, subject, text = line.split("\t")
    sender_name, address = parseaddr(sender)
    given = frozenset(marks.split(",")) - {""}
    to, cc = _recipients(given)
    snapshot = Snapshot(
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
    )
    return Category(category), reply == "1", snapshot


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

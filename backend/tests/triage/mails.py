"""Snapshots for tests: an ordinary mail to Ana, and whatever the test changes in it."""

from datetime import UTC, datetime
from typing import Any

from app.triage.signals.reading import Reading, read
from app.triage.snapshot import Contact, Incoming, Reader, Snapshot

ANA = Reader(
    addresses=frozenset({"ana@example.org", "ana.berg@example.org"}), name="Ana Berg", timezone="Europe/Stockholm"
)
WRITTEN = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
"""A Tuesday."""
KNOWN = Contact(written=3, received=4, written_to_domain=3)
BULK = {"list-unsubscribe": ["<https://shop.example/off>"], "precedence": ["bulk"]}
AUTOMATIC = {"auto-submitted": ["auto-generated"]}
DISCUSSION = {"list-id": ["<birds.lists.example.net>"], "list-post": ["<mailto:birds@lists.example.net>"]}


def incoming(**over: Any) -> Incoming:
    values: dict[str, Any] = {
        "id": "1",
        "sender_name": "Erik Holm",
        "sender_address": "erik.holm@example.com",
        "subject": "The offer",
        "text": "Hi Ana,\n\nhere is the offer.\n\nErik",
        "received_at": WRITTEN,
        "sent_at": WRITTEN,
        "to": ("ana@example.org",),
    }
    return Incoming(**(values | over))


def snapshot(
    *, contact: Contact | None = None, known: tuple[str, ...] = (), answered_since: bool = False, **over: Any
) -> Snapshot:
    earlier = over.pop("earlier", ())
    return Snapshot(
        reader=over.pop("reader", ANA),
        message=incoming(**over),
        earlier=earlier,
        contact=contact or Contact(),
        known_domains=frozenset({"example.org", *known}),
        answered_since=answered_since,
    )


def reading(text: str, subject: str = "") -> Reading:
    return read(incoming(text=text, subject=subject))

"""The sample mailbox as snapshots, oldest first, each with the history a person would have had by then."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.mail.addresses import registrable_domain
from app.mail.parse import ParsedMessage, UnparsableError, parse_message
from app.mail.provider import RawMessage
from app.simulator.mime import parse_mail
from app.simulator.payload import full_payload
from app.simulator.sample_mail import (
    USER_ADDRESS,
    USER_ALIASES,
    Direction,
    Expected,
    expected_outcomes,
    sample_messages,
)
from app.triage.markup import read_html_words, read_links
from app.triage.snapshot import Attachment, Contact, Earlier, Incoming, Reader, Snapshot

OWN = frozenset({USER_ADDRESS, *USER_ALIASES})
UNDATED = datetime(2026, 11, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    file: str
    expected: Expected
    snapshot: Snapshot


@dataclass(slots=True)
class _History:
    conversations: dict[str, str] = field(default_factory=dict[str, str])
    earlier: defaultdict[str, list[Earlier]] = field(default_factory=lambda: defaultdict[str, list[Earlier]](list))
    written: Counter[str] = field(default_factory=Counter[str])
    received: Counter[str] = field(default_factory=Counter[str])

    def conversation(self, file: str, mail: ParsedMessage) -> str:
        names = (*mail.references, mail.in_reply_to or "")
        found = next((self.conversations[name] for name in names if name in self.conversations), file)
        if mail.rfc_message_id:
            self.conversations[mail.rfc_message_id] = found
        return found

    def add(self, conversation: str, mail: ParsedMessage, *, mine: bool) -> None:
        self.earlier[conversation].append(
            Earlier(mine, mail.sender_name, mail.sender_address, mail.sent_at or UNDATED, mail.text)
        )
        if mine:
            self.written.update(mail.recipients)
        else:
            self.received[mail.sender_address] += 1

    def contact(self, address: str) -> Contact:
        domain = registrable_domain(address)
        to_domain = sum(count for other, count in self.written.items() if registrable_domain(other) == domain)
        return Contact(self.written[address], self.received[address], to_domain)


def sample_cases() -> Iterator[Case]:
    """Every incoming message that can be read."""
    outcomes, history = expected_outcomes(), _History()
    for path in sample_messages():
        expected, mail = outcomes[path.name], _parsed(path)
        if mail is None:
            continue
        conversation = history.conversation(path.name, mail)
        mine = expected.direction is Direction.OUT
        if not mine:
            yield Case(path.name, expected, _snapshot(path.name, mail, history, conversation))
        history.add(conversation, mail, mine=mine)


def _parsed(path: Path) -> ParsedMessage | None:
    raw = path.read_bytes()
    payload = full_payload(parse_mail(raw), path.name)
    try:
        return parse_message(RawMessage(path.name, path.name, (), UNDATED, len(raw), payload))
    except UnparsableError:
        return None


def _snapshot(file: str, mail: ParsedMessage, history: _History, conversation: str) -> Snapshot:
    written_to = {registrable_domain(address) for address in (*OWN, *history.written)}
    return Snapshot(
        reader=Reader(OWN, "Ana Lindqvist", "Europe/Stockholm"),
        message=_incoming(file, mail),
        earlier=tuple(history.earlier[conversation]),
        contact=history.contact(mail.sender_address),
        known_domains=frozenset(written_to),
    )


def _incoming(file: str, mail: ParsedMessage) -> Incoming:
    return Incoming(
        id=file,
        sender_name=mail.sender_name,
        sender_address=mail.sender_address,
        subject=mail.subject,
        text=mail.text,
        received_at=mail.sent_at or UNDATED,
        sent_at=mail.sent_at,
        quoted_text=mail.quoted_text,
        reply_to=mail.reply_to,
        to=mail.to,
        cc=mail.cc,
        in_reply_to=mail.in_reply_to or "",
        headers=mail.headers,
        calendar=mail.calendar,
        attachments=tuple(Attachment(one.filename, one.mime_type, one.size) for one in mail.attachments),
        links=read_links(mail.html),
        html_words=read_html_words(mail.html),
        hidden_characters=mail.hidden_characters,
        problems=tuple(map(str, mail.problems)),
    )

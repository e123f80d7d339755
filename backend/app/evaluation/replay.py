"""From one labelled message to what the pipeline would work with: the parsed row, the snapshot and the situation."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses, parseaddr
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from app.actions.repository import Spent
from app.db.models import Message, User
from app.evaluation.records import EarlierMail, Record, raw_mail
from app.mail.addresses import registrable_domain
from app.mail.headers import parse_date
from app.mail.identities import Identity
from app.mail.incoming import incoming
from app.mail.provider import RawMessage
from app.policy.facts import Autonomy, Kind
from app.simulator.mime import parse_mail
from app.simulator.payload import full_payload
from app.triage.deciding import Situation
from app.triage.offer_repository import Habit
from app.triage.offers import Occasion
from app.triage.outcomes.measuring import LATEST
from app.triage.outcomes.measuring import Record as Outcomes
from app.triage.reading import incoming_of
from app.triage.snapshot import MAX_EARLIER, MAX_EARLIER_TEXT, Contact, Earlier, Reader, Snapshot

UNDATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
MANY: Final = 1_000
"""A budget that never ends, and a record that could not be better."""
NOBODY: Final = UUID(int=0)


class UnreadableMailError(Exception):
    """The system puts this mail aside; the message says why."""


@dataclass(frozen=True, slots=True)
class Replay:
    message: Message
    snapshot: Snapshot
    written_to: frozenset[str]


def replay(record: Record) -> Replay:
    """Parse it as if Gmail had served it. Raise UnreadableMailError for what would be quarantined."""
    message = row_of(raw_mail(record), record.id)
    me = frozenset(address.lower() for address in record.me)
    written_to = _written_to(record, me)
    snapshot = Snapshot(
        reader=Reader(addresses=me, timezone=record.timezone),
        message=incoming_of(message),
        earlier=tuple(_earlier(one, me) for one in record.earlier.thread)[-MAX_EARLIER:],
        contact=_contact(record, message.sender_address, written_to),
        known_domains=frozenset(registrable_domain(one) for one in (*me, *written_to)) - {""},
    )
    return Replay(message, snapshot, frozenset(written_to))


def row_of(raw: bytes, name: str, *, otherwise: datetime = UNDATED) -> Message:
    """Parse a mail as Gmail would serve it; `otherwise` is its time where it tells none. Raise UnreadableMailError."""
    part = parse_mail(raw)
    received = parse_date(part.header("Date")) or otherwise
    served = RawMessage(name, name, ("INBOX", "UNREAD"), received, len(raw), full_payload(part, name))
    read = incoming(served)
    if read.error is not None:
        raise UnreadableMailError(read.error)
    return Message(id=uuid5(NAMESPACE_URL, name), user_id=NOBODY, mailbox_id=NOBODY, **read.values)


def boldest_situation(found: Replay, address: str) -> Situation:
    """Everything switched on and trusted: the widest autonomy, a perfect record, nothing spent.

    What does not happen unasked here happens unasked nowhere.
    """
    kinds = [kind.value for kind in Kind]
    return Situation(
        message=found.message,
        own=found.snapshot.reader.addresses,
        user=User(
            id=NOBODY,
            email=address,
            name="",
            timezone=found.snapshot.reader.timezone,
            autonomy=Autonomy.HIGH,
            autonomy_by_kind={},
            effects_paused=False,
            daily_sends=MANY,
            daily_changes=MANY,
            changes_at_once=MANY,
        ),
        live_kinds=frozenset(kinds),
        effects_paused=False,
        thread_has_newer=False,
        spent=Spent(sends=0, changes=0),
        put_away_lately=0,
        auto_replied_lately=False,
        records=dict.fromkeys(kinds, Outcomes(((1.0, True),) * LATEST)),
        own_texts="",
        other_texts="",
        written_to=found.written_to,
        identity=Identity(address),
        occasion=Occasion(Habit(mails=1, read=0, offered=False), moved_on=False, now=found.message.received_at),
    )


def _written_to(record: Record, me: frozenset[str]) -> list[str]:
    mine = (one.to for one in record.earlier.thread if _address(one.sender) in me)
    people = [address for _, address in getaddresses([*record.earlier.written_to, *mine])]
    return [address.lower() for address in people if address and address.lower() not in me]


def _contact(record: Record, sender: str, written_to: list[str]) -> Contact:
    if not sender:
        return Contact()
    domain = registrable_domain(sender)
    return Contact(
        written=written_to.count(sender),
        received=sum(_address(one.sender) == sender for one in record.earlier.thread),
        written_to_domain=sum(registrable_domain(one) == domain for one in written_to),
    )


def _earlier(mail: EarlierMail, me: frozenset[str]) -> Earlier:
    address = _address(mail.sender)
    return Earlier(
        mine=address in me,
        sender_name=parseaddr(mail.sender)[0],
        sender_address=address,
        written_at=parse_date(mail.date) or UNDATED,
        text=mail.text[:MAX_EARLIER_TEXT],
    )


def _address(value: str) -> str:
    return parseaddr(value)[1].lower()

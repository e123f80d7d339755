"""The simulator's state as one object: mailboxes, grants, faults, quota, effects."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.simulator.faults import FaultPlan
from app.simulator.grants import FULL_SCOPE, Grants
from app.simulator.journal import Journal
from app.simulator.loading import LoadedMail, read_mail
from app.simulator.metering import Meter
from app.simulator.mime import parse_mail
from app.simulator.model import INBOX, SENT, UNREAD, Effect, EffectKind, StoredMessage
from app.simulator.outgoing import addresses_in, date_header_ms, epoch_ms, prepare, utc_now
from app.simulator.payload import GMAIL_STYLE, Style
from app.simulator.pubsub import Pubsub
from app.simulator.signing import Signing
from app.simulator.store import FIRST_HISTORY_ID, Mailbox

EXPORTED_LABELS = "X-Gmail-Labels"
EXPORTED = {
    "sent": SENT,
    "inbox": INBOX,
    "unread": UNREAD,
    "spam": "SPAM",
    "trash": "TRASH",
    "starred": "STARRED",
    "important": "IMPORTANT",
    "drafts": "DRAFT",
    "chat": "CHAT",
}
"""Words of Gmail's export, and the labels they stand for."""


@dataclass(slots=True)
class Switches:
    """Behaviour in which Gmail varies, or which a test wants otherwise."""

    replace_message_id: bool = True
    """Give every sent mail a new Message-ID, as Gmail often does."""
    payload_style: Style = GMAIL_STYLE
    """How headers and texts are handed out."""
    auto_consent: bool = True
    """Answer the consent page at once where it is clear which mailbox is meant."""
    client_id: str = ""
    """The only OAuth client that is accepted; empty accepts any."""
    client_secret: str = ""
    push_url: str = ""
    """Where notices of watched mailboxes are posted, in Pub/Sub's push format, whatever their topic."""
    pubsub_token: str = ""
    """An access token for Pub/Sub besides those that the service account fetches."""
    longest_pull: timedelta = timedelta(seconds=5)
    """How long a pull waits for something to come."""


class UnknownMailboxError(Exception):
    """There is no such mailbox in the simulator."""


class Simulator:
    """State survives in `state_dir` if one is given; call `save` after every change made from outside HTTP."""

    def __init__(self, state_dir: Path | None = None, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self.switches = Switches()
        self.faults = FaultPlan()
        self.meter = Meter()
        self.mailboxes: dict[str, Mailbox] = {}
        self.grants = Grants()
        self.pubsub = Pubsub(clock)
        self.signing = Signing()
        self.effects: list[Effect] = []
        self.change_listeners: list[Callable[[Mailbox], None]] = []
        self._saved_effects = 0
        self._journal = Journal(state_dir) if state_dir else None
        if self._journal:
            self._restore(self._journal)

    def create_mailbox(
        self,
        address: str,
        *,
        scopes: Collection[str] = (FULL_SCOPE,),
        aliases: Collection[str] = (),
        first_history_id: int = FIRST_HISTORY_ID,
    ) -> str:
        """The refresh token of the mailbox, which is made if it is not there yet."""
        address = address.lower()
        if address not in self.mailboxes:
            self.mailboxes[address] = Mailbox(address, first_history_id=first_history_id)
        self.mailboxes[address].add_aliases(aliases)
        grant = self.grants.grant_of(address) or self.grants.new_grant(address, tuple(scopes))
        self.save()
        return grant.refresh_token

    def mailbox(self, address: str) -> Mailbox:
        try:
            return self.mailboxes[address.lower()]
        except KeyError as error:
            raise UnknownMailboxError(f"no mailbox {address}") from error

    def deliver(
        self, address: str, raw: bytes, *, label_ids: Collection[str] = (INBOX, UNREAD), thread_id: str = ""
    ) -> StoredMessage:
        """A mail that arrives now."""
        message = self.mailbox(address).add(
            raw, label_ids=label_ids, internal_date_ms=epoch_ms(self.clock()), thread_id=thread_id
        )
        self.save()
        return message

    def load(self, address: str, path: Path) -> list[str]:
        """Put an .eml file, a folder of them, an mbox or a Maildir into a mailbox; ids, the oldest mail first.

        Raises LoadError naming the file that cannot be read.
        """
        mailbox = self.mailbox(address)
        now_ms = epoch_ms(self.clock())
        dated = [(date_header_ms(mail.raw), mail) for mail in read_mail(path)]
        dated.sort(key=lambda item: now_ms if item[0] is None else item[0])
        ids = [
            mailbox.add(
                mail.raw,
                label_ids=_loaded_labels(mail, mailbox),
                internal_date_ms=now_ms if moment is None else moment,
            ).id
            for moment, mail in dated
        ]
        self.save()
        return ids

    def send(
        self, mailbox: Mailbox, raw: bytes, *, thread_id: str = "", stays_in_thread: bool = False
    ) -> StoredMessage:
        """Store the sender's copy and bring the mail to every recipient who lives here.

        Raises NoRecipientError and UnknownThreadError.
        """
        now = self.clock()
        outgoing = prepare(
            raw,
            own_addresses=(mailbox.address, *mailbox.aliases),
            now=now,
            replace_message_id=self.switches.replace_message_id,
        )
        # Mail to oneself is one message with both roles, not two.
        own_labels = [SENT, INBOX, UNREAD] if mailbox.is_own(outgoing.recipients) else [SENT]
        message = mailbox.add(
            outgoing.stored,
            label_ids=own_labels,
            internal_date_ms=epoch_ms(now),
            thread_id=thread_id,
            stays_in_thread=stays_in_thread,
        )
        for other in self.mailboxes.values():
            if other is not mailbox and other.is_own(outgoing.recipients):
                other.add(outgoing.delivered, label_ids=[INBOX, UNREAD], internal_date_ms=epoch_ms(now))
        return message

    def record(self, mailbox: Mailbox, method: str, kind: EffectKind, **facts: Any) -> None:
        """Note an effect that a client had."""
        self.effects.append(
            Effect(
                number=len(self.effects) + 1,
                at=self.clock(),
                mailbox=mailbox.address,
                method=method,
                kind=kind,
                **facts,
            )
        )

    def save(self) -> None:
        """Bring what changed to disk, if there is one; a killed process finds it again."""
        changed = [mailbox for mailbox in self.mailboxes.values() if mailbox.has_news()]
        if self._journal:
            self._journal.save(self.mailboxes, self.grants, self.effects[self._saved_effects :])
        else:
            for mailbox in self.mailboxes.values():
                mailbox.pending.clear()
            self.grants.pending.clear()
        self._saved_effects = len(self.effects)
        for mailbox in changed:
            for listener in self.change_listeners:
                listener(mailbox)

    def close(self) -> None:
        self.save()
        if self._journal:
            self._journal.close()
            self._journal = None

    def _restore(self, journal: Journal) -> None:
        state = journal.load()
        self.mailboxes = state.mailboxes
        self.grants.by_refresh_token = {grant.refresh_token: grant for grant in state.grants}
        self.effects = state.effects
        self._saved_effects = len(self.effects)


def _loaded_labels(mail: LoadedMail, mailbox: Mailbox) -> set[str]:
    """As an export says it (Gmail's has X-Gmail-Labels); else own mail is sent unless a server has received it."""
    part = parse_mail(mail.raw)
    exported = {label.strip().casefold() for label in part.header(EXPORTED_LABELS).split(",")} - {""}
    if exported:
        return {label for word, label in EXPORTED.items() if word in exported}
    # Anybody can write the user's address into From; then the receiving server has left its marks.
    received = any(part.header(name) for name in ("Delivered-To", "Authentication-Results"))
    if mailbox.is_own(addresses_in(part.header("From"))) and not received:
        return {SENT}
    return {INBOX} if mail.is_read else {INBOX, UNREAD}

"""What the tests of the adapter and of sync stand on: both sides of one mailbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import select

from app.db.models import Mailbox, Message, User
from app.db.session import Database
from app.mail import sync
from app.mail.gmail import GmailMailbox
from app.mail.polling import PRESCRIBED, Polling
from app.mail.repository import MailboxRef
from app.simulator.simulator import Simulator

ANA = "ana@example.org"


def mail(
    subject: str, *, sender: str = "Erik Berg <erik@example.com>", to: str = ANA, body: str = "Hello Ana."
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    message["Message-ID"] = f"<{subject.replace(' ', '-')}@example.com>"
    message.set_content(body)
    return message.as_bytes()


@dataclass
class World:
    """One mailbox at the simulated Gmail and its row with us. `now` is the clock of our side."""

    simulator: Simulator
    database: Database
    user: User
    mailbox: Mailbox
    now: datetime
    url: str
    polling: Polling = PRESCRIBED
    gmail: GmailMailbox = field(init=False)
    open_gmail: Callable[[], GmailMailbox] = field(init=False)

    def clock(self) -> datetime:
        return self.now

    @property
    def ref(self) -> MailboxRef:
        return MailboxRef(self.user.id, self.mailbox.id)

    async def sync(self) -> None:
        await sync.sync_mailbox(
            self.ref,
            database=self.database,
            provider=self.gmail,
            clock=self.clock,
            is_own_mail=lambda message_id: bool(message_id and "own-notice" in message_id),
            take_spent=self.gmail.budget.take_spent,
            polling=self.polling,
        )

    async def sync_as_task(self, opened: list[UUID] | None = None, *, user_id: UUID | None = None) -> None:
        """All mailboxes of the user; each that is opened, whichever it is, is the simulated one."""

        async def open_mailbox(_: UUID, mailbox_id: UUID) -> GmailMailbox:
            if opened is not None:
                opened.append(mailbox_id)
            return self.gmail

        await sync.sync_user(
            user_id or self.user.id,
            database=self.database,
            open_mailbox=open_mailbox,
            clock=self.clock,
            is_own_mail=lambda message_id: bool(message_id and "own-notice" in message_id),
            polling=self.polling,
        )

    def deliver(self, subject: str, *, labels: tuple[str, ...] = ("INBOX", "UNREAD"), **over: str) -> str:
        """A mail arrives at Gmail; its id there."""
        return self.simulator.deliver(ANA, mail(subject, **over), label_ids=labels).id

    async def row(self) -> Mailbox:
        async with self.database.transaction(self.user.id) as session:
            return await session.get_one(Mailbox, self.mailbox.id)

    async def messages(self) -> list[Message]:
        async with self.database.transaction(self.user.id) as session:
            return list(await session.scalars(select(Message).order_by(Message.received_at, Message.subject)))

    async def stored_ids(self) -> list[str]:
        return sorted(message.provider_message_id for message in await self.messages())

    def gmail_ids(self) -> list[str]:
        return sorted(self.simulator.mailbox(ANA).messages)

"""Both sides of what actions stand on: a mailbox at the simulated Gmail, and its rows with us."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.actions.execute import execute_action
from app.actions.kinds import AnyPayload, TextPayload, reply_payload
from app.actions.proposing import Proposed, propose
from app.actions.repository import stuck_actions
from app.actions.transitions import FINAL
from app.db.models import Action, AuditEntry, Conversation, Mailbox, Message, User
from app.db.session import SYSTEM, Database
from app.mail.gmail import GmailMailbox
from app.mail.one_click import OneClick
from app.mail.provider import MailProvider
from app.policy.decide import Decision
from app.policy.rule import Choice, Risk
from app.simulator.model import Effect, EffectKind, StoredMessage
from app.simulator.simulator import Simulator
from tests.factories import add_conversation, add_message
from tests.mail.list_server import ListServer

ANA = "ana@example.org"
ERIK = "erik@example.com"
ANSWER = "Hi Erik,\n\nFriday works for me.\n\nAna"
TEXT = "Hi Ana, does Friday work?"
CLICK = "one click"
"""The call that leaves a list, among those of Gmail."""
LONG_ENOUGH = timedelta(hours=1, minutes=1)
"""After this every lease has run out and every pause is over."""


class WorkerDiedError(BaseException):
    """The process is gone at this point: nothing that follows is run."""


@dataclass
class Death:
    """The worker dies at the next call of this method of Gmail's, before Gmail gets it or after it has done it."""

    method: str
    after: bool


class MortalMailbox(GmailMailbox):
    """The real adapter in a worker that can die around any call."""

    deaths: list[Death]
    on_call: Callable[[str], Awaitable[None]]

    async def _call(self, method: str, verb: str, path: str, **options: Any) -> dict[str, Any]:
        await self.on_call(method)
        death = next((each for each in self.deaths if each.method == method), None)
        if death is None:
            return await super()._call(method, verb, path, **options)
        self.deaths.remove(death)
        if death.after:
            await super()._call(method, verb, path, **options)
        raise WorkerDiedError


@dataclass(frozen=True)
class MortalClick(OneClick):
    """The real client in a worker that can die around its only call; the usual port is the server's here."""

    room: "Mailroom | None" = None

    async def post(self, url: str) -> None:
        assert self.room is not None
        await self.room.called(CLICK)
        death = next((each for each in self.room.deaths if each.method == CLICK), None)
        if death is None or death.after:
            await self._post_here(url)
        if death is not None:
            self.room.deaths.remove(death)
            raise WorkerDiedError

    async def _post_here(self, url: str) -> None:
        assert self.may_ask(url)
        assert self.room is not None
        here = OneClick(self.resolve, self.may_reach, lambda _: True, self.tls, self.longest)
        await here.post(self.room.lists.url)


def act(risk: Risk = Risk.LOW) -> Decision:
    return Decision(choice=Choice.ACT, risk=risk, reasons=("It is harmless.",), rule="test", notify=False)


def ask(*, notify: bool = False) -> Decision:
    return Decision(choice=Choice.ASK, risk=Risk.MEDIUM, reasons=("You decide.",), rule="test", notify=notify)


def mail(subject: str, message_id: str) -> bytes:
    message = EmailMessage()
    message["From"] = f"Erik Berg <{ERIK}>"
    message["To"] = ANA
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message.set_content(TEXT)
    return message.as_bytes()


@dataclass
class Mailroom:
    simulator: Simulator
    database: Database
    user: User
    mailbox: Mailbox
    now: datetime
    lists: ListServer
    one_click: OneClick = field(init=False)
    open_gmail: Callable[..., MortalMailbox] = field(init=False)
    """As a new process would: nothing remembered; with its own `database` and `http` if it has them."""
    deaths: list[Death] = field(default_factory=list[Death])
    calls: list[str] = field(default_factory=list[str])
    on_call: Callable[[str], Awaitable[None]] | None = None

    def clock(self) -> datetime:
        return self.now

    async def open_mailbox(self, user_id: UUID, mailbox_id: UUID) -> MailProvider:
        assert (user_id, mailbox_id) == (self.user.id, self.mailbox.id)
        return self.open_gmail()

    async def called(self, method: str) -> None:
        self.calls.append(method)
        if self.on_call is not None:
            await self.on_call(method)

    async def arrive(self, subject: str = "The offer", **over: Any) -> Message:
        """A mail from Erik, at Gmail and with us; in a conversation of its own unless one is given."""
        message_id = f"<{len(self.simulator.mailbox(ANA).messages)}.{subject.replace(' ', '')}@example.com>"
        stored = self.simulator.deliver(ANA, mail(subject, message_id))
        async with self.database.transaction(SYSTEM) as session:
            if "conversation_id" not in over:
                made = await add_conversation(session, self.mailbox, provider_thread_id=stored.thread_id)
                over["conversation_id"] = made.id
            values = {"received_at": self.now, "rfc_message_id": message_id, "subject": subject, "text": TEXT}
            return await add_message(session, self.mailbox, provider_message_id=stored.id, **(values | over))

    async def propose(self, message: Message, *steps: tuple[AnyPayload, Decision]) -> list[Action]:
        async with self.database.transaction(self.user.id) as session:
            proposed = [Proposed(payload, decision, 0.9) for payload, decision in steps]
            return await propose(session, message, proposed, now=self.now)

    async def propose_one(self, payload: AnyPayload | None = None, decision: Decision | None = None) -> Action:
        """A new mail with one action; a reply that waits unless something else is named."""
        message = await self.arrive()
        [action] = await self.propose(message, (payload or self.reply_to(message), decision or ask()))
        return action

    def reply_to(self, message: Message, body: str = ANSWER) -> TextPayload:
        payload = reply_payload(message, body, [ANA])
        assert payload is not None
        return payload

    def start_again(self) -> None:
        """Forget what happened at Gmail and what was planned, so that the next case counts from nothing."""
        mailbox = self.simulator.mailbox(ANA)
        for draft_id in list(mailbox.drafts):
            mailbox.remove_draft(draft_id)
        for label_id in list(mailbox.labels):
            mailbox.delete_label(label_id)
        self.simulator.effects.clear()
        self.simulator.faults.clear()
        self.lists.next_answers.clear()
        self.lists.done = 0
        self.deaths.clear()

    async def execute(self, action: Action) -> None:
        """One task of a worker, which may die in it."""
        try:
            await execute_action(
                database=self.database,
                open_mailbox=self.open_mailbox,
                clock=self.clock,
                user_id=action.user_id,
                action_id=action.id,
                one_click=self.one_click,
            )
        except WorkerDiedError:
            return

    async def settle(self, action: Action) -> Action:
        """Run workers and the sweeper until nothing follows any more."""
        await self.execute(action)
        while (found := await self.row(action)).state not in FINAL:
            self.now += LONG_ENOUGH
            async with self.database.transaction(SYSTEM) as session:
                assert (action.user_id, action.id) in await stuck_actions(session, self.now, 100)
            await self.execute(action)
        return found

    async def row(self, action: Action) -> Action:
        async with self.database.transaction(SYSTEM) as session:
            return await session.get_one(Action, action.id)

    async def set_user(self, **values: Any) -> None:
        async with self.database.transaction(SYSTEM) as session:
            user = await session.get_one(User, self.user.id)
            for name, value in values.items():
                setattr(user, name, value)

    async def change_row(self, action: Action, **values: Any) -> None:
        """As somebody with access to the database could."""
        async with self.database.transaction(SYSTEM) as session:
            row = await session.get_one(Action, action.id)
            for name, value in values.items():
                setattr(row, name, value)

    async def history(self, action: Action) -> list[tuple[str, str]]:
        """(event, actor) of the action, in their order."""
        async with self.database.transaction(SYSTEM) as session:
            rows = await session.scalars(
                select(AuditEntry).where(AuditEntry.subject_id == action.id).order_by(AuditEntry.id)
            )
            return [(row.event, row.actor) for row in rows]

    def effects(self, kind: EffectKind) -> list[Effect]:
        return [effect for effect in self.simulator.effects if effect.kind is kind]

    def sent(self) -> list[EmailMessage]:
        parser = BytesParser(EmailMessage, policy=default)
        return [parser.parsebytes(effect.raw) for effect in self.effects(EffectKind.SENT)]

    def stored(self, message: Message) -> StoredMessage:
        return self.simulator.mailbox(ANA).messages[message.provider_message_id]

    def label_names(self, message: Message) -> set[str]:
        """Labels of the mail at Gmail by their names."""
        labels = self.simulator.mailbox(ANA).labels
        return {labels[each].name if each in labels else each for each in self.stored(message).label_ids}

    async def conversation(self, message: Message) -> Conversation:
        async with self.database.transaction(SYSTEM) as session:
            return await session.get_one(Conversation, message.conversation_id)

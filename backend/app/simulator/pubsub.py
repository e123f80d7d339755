"""Topics and subscriptions: what is published waits in each subscription until somebody acknowledges it."""

import asyncio
import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final

DEFAULT_DEADLINE: Final = timedelta(seconds=10)


class UnknownSubscriptionError(Exception):
    """There is no such subscription."""


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    data: bytes
    published_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "data": base64.b64encode(self.data).decode("ascii"),
            "messageId": self.id,
            "publishTime": self.published_at.isoformat().replace("+00:00", "Z"),
        }


@dataclass(frozen=True, slots=True)
class PushConfig:
    endpoint: str
    account: str = ""
    audience: str = ""
    """The endpoint's address, if it is empty."""


@dataclass(slots=True)
class Subscription:
    name: str
    topic: str
    deadline: timedelta = DEFAULT_DEADLINE
    push: PushConfig | None = None
    waiting: dict[str, Message] = field(default_factory=dict[str, Message])
    leased: dict[str, tuple[Message, datetime]] = field(default_factory=dict[str, tuple[Message, datetime]])
    """Handed out under an ackId, until when."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, message: Message) -> None:
        self.waiting[message.id] = message
        self.arrived.set()

    def take(self, most: int, now: datetime) -> list[tuple[str, Message]]:
        """Up to so many messages, each with the id that acknowledges it."""
        for ack_id, (message, until) in list(self.leased.items()):
            if until <= now:
                del self.leased[ack_id]
                self.waiting[message.id] = message
        taken: list[tuple[str, Message]] = []
        for message in list(self.waiting.values())[:most]:
            del self.waiting[message.id]
            ack_id = token_urlsafe(24)
            self.leased[ack_id] = (message, now + self.deadline)
            taken.append((ack_id, message))
        if not self.waiting:
            self.arrived.clear()
        return taken

    def acknowledge(self, ack_ids: Sequence[str]) -> None:
        """Unknown ids are ignored, as they are there."""
        for ack_id in ack_ids:
            self.leased.pop(ack_id, None)

    def extend(self, ack_ids: Sequence[str], by: timedelta, now: datetime) -> None:
        """With no time at all, the message is there to be had again."""
        for ack_id in ack_ids:
            found = self.leased.get(ack_id)
            if found is not None:
                self.leased[ack_id] = (found[0], now + by)
                if not by:
                    self.arrived.set()


class Pubsub:
    """`push` is told of each message for a subscription that is pushed to."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = 0
        self.subscriptions: dict[str, Subscription] = {}
        self.tokens: set[str] = set()
        """Access tokens that service accounts were given."""
        self.push: Callable[[Subscription, Message], None] | None = None

    def subscribe(self, subscription: Subscription) -> None:
        self.subscriptions[subscription.name] = subscription

    def subscription(self, name: str) -> Subscription:
        try:
            return self.subscriptions[name]
        except KeyError as error:
            raise UnknownSubscriptionError(name) from error

    def message(self, news: dict[str, Any]) -> Message:
        self._numbers += 1
        return Message(str(10**15 + self._numbers), json.dumps(news).encode(), self._clock())

    def publish(self, topic: str, message: Message) -> None:
        for subscription in self.subscriptions.values():
            if subscription.topic != topic:
                continue
            if subscription.push is None:
                subscription.add(message)
            elif self.push is not None:
                self.push(subscription, message)

    async def pull(self, subscription: Subscription, most: int, *, longest: timedelta) -> list[tuple[str, Message]]:
        """What waits, or what comes within that time."""
        taken = subscription.take(most, self._clock())
        if taken or not longest:
            return taken
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await subscription.arrived.wait()
        except TimeoutError:
            return []
        return subscription.take(most, self._clock())

    def new_token(self) -> str:
        token = "ya29.c." + token_urlsafe(24)
        self.tokens.add(token)
        return token

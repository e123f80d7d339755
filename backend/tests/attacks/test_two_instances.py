"""Two installations that want to answer everything exchange at most one automatic message (security rule 13)."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from app.simulator.model import EffectKind
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category
from tests.attacks.world import Installation, ObedientEngine, Town

ANA, BEN = "ana@example.org", "ben@example.com"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ROUNDS = 8


def _personal(_: Signals) -> Category:
    return Category.PERSONAL


def _answer(snapshot: Snapshot) -> str:
    """Never a long run of the same words, which would count as taken from another conversation."""
    return f"Hi,\n\nThank you, {snapshot.message.subject} sounds good. What do you think?\n\nBest wishes"


def _mail(sender: str, to: str, subject: str, *extra: tuple[str, str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{subject.replace(' ', '.')}.{sender}>"
    for name, value in extra:
        message[name] = value
    message.set_content("Hi, does Thursday still suit you for the walk?")
    return message.as_bytes()


def _send(town: Town, sender: str, to: str, subject: str) -> None:
    """By hand, as a person does in Gmail."""
    town.simulator.send(town.simulator.mailbox(sender), _mail(sender, to, subject))


async def _acquainted(town: Town, database_url: str) -> tuple[Installation, Installation]:
    """Both have written to each other long ago, so that neither is a stranger."""
    engine = ObedientEngine("eager:model", _personal, _answer)
    ana = await town.settle_in(ANA, name="Ana Lindqvist", database_url=database_url, engine=engine)
    ben = await town.settle_in(BEN, name="Ben Okafor", database_url=database_url, engine=engine)
    town.now = MONDAY - timedelta(days=30)
    # Bulk mail is not answered, so the acquaintance itself starts nothing.
    for sender, to in ((ANA, BEN), (BEN, ANA)):
        raw = _mail(sender, to, f"An old note from {sender}", ("Precedence", "bulk"))
        town.simulator.send(town.simulator.mailbox(sender), raw)
    await ana.work()
    await ben.work()
    assert town.effects(EffectKind.SENT) == []
    return ana, ben


async def _let_them_talk(town: Town, *houses: Installation) -> None:
    for _ in range(ROUNDS):
        for house in houses:
            town.now += timedelta(minutes=5)
            await house.work()


async def test_at_most_one_automatic_message_follows_a_mail(town: Town, database_url: str) -> None:
    ana, ben = await _acquainted(town, database_url)
    town.now = MONDAY
    _send(town, ANA, BEN, "The walk")
    await _let_them_talk(town, ana, ben)
    assert [effect.mailbox for effect in town.effects(EffectKind.SENT)] == [BEN]


@pytest.mark.parametrize("pause", [timedelta(minutes=5), timedelta(days=2)])
async def test_a_further_day_does_not_start_it_again(town: Town, database_url: str, pause: timedelta) -> None:
    ana, ben = await _acquainted(town, database_url)
    town.now = MONDAY
    _send(town, ANA, BEN, "The walk")
    await _let_them_talk(town, ana, ben)
    town.now += pause
    await _let_them_talk(town, ana, ben)
    assert len(town.effects(EffectKind.SENT)) == 1


async def test_mails_that_cross_get_one_answer_each_and_no_more(town: Town, database_url: str) -> None:
    ana, ben = await _acquainted(town, database_url)
    town.now = MONDAY
    _send(town, ANA, BEN, "The walk")
    _send(town, BEN, ANA, "The boat")
    await _let_them_talk(town, ana, ben)
    assert sorted(effect.mailbox for effect in town.effects(EffectKind.SENT)) == [ANA, BEN]


async def test_without_the_marks_of_a_machine_the_day_still_bounds_it(town: Town, database_url: str) -> None:
    """A gateway that drops our headers: what stops the exchange then is one automatic reply a day and sender."""
    ana, ben = await _acquainted(town, database_url)
    deliver = town.simulator.send

    def unmarked(*arguments: object, **options: object) -> object:
        mailbox, raw, *rest = arguments
        assert isinstance(raw, bytes)
        bare = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith((b"Auto-", b"X-Auto")))
        return deliver(mailbox, bare, *rest, **options)  # pyright: ignore[reportArgumentType] - handed through as given

    town.simulator.send = unmarked  # pyright: ignore[reportAttributeAccessIssue] - the gateway
    town.now = MONDAY
    _send(town, ANA, BEN, "The walk")
    await _let_them_talk(town, ana, ben)
    assert len(town.effects(EffectKind.SENT)) <= 2

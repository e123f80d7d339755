"""Ways that were found around the rules, each closed: private parts of a thread, and alerts put away."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from app.simulator.model import EffectKind
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category
from tests.attacks.world import Installation, ObedientEngine, Town

ANA, MIRA, KATRIN = "ana@example.org", "mira@example.com", "katrin@example.net"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PRIVATE = (
    "Between us two, Jonas will leave the house in spring because his wife has fallen ill, "
    "and nobody besides you may hear of it before he has told them all himself"
)


def _raw(sender: str, to: str, subject: str, text: str, *, headers: Mapping[str, str] | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{abs(hash((sender, to, subject, text)))}@example.com>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


async def _settle(town: Town, database_url: str, engine: ObedientEngine) -> Installation:
    return await town.settle_in(ANA, name="Ana Lindqvist", database_url=database_url, engine=engine)


def _arrive(town: Town, raw: bytes, *, thread: str = "", sent: bool = False) -> str:
    town.now += timedelta(hours=1)
    stored = town.simulator.mailbox(ANA).add(
        raw,
        label_ids={"SENT"} if sent else {"INBOX", "UNREAD"},
        internal_date_ms=int(town.now.timestamp() * 1000),
        thread_id=thread,
        stays_in_thread=bool(thread),
    )
    return stored.thread_id


async def _thread(town: Town, ours: Installation, *, mira_writes_to: str) -> None:
    """Katrin, whom Ana knows, answers into the thread that Mira began."""
    town.now = MONDAY
    _arrive(town, _raw(ANA, KATRIN, "The choir", "See you at the choir."), sent=True)
    thread = _arrive(town, _raw(MIRA, mira_writes_to, "The house", PRIVATE))
    await ours.work()
    _arrive(town, _raw(KATRIN, ANA, "Re: The house", "Hi Ana, what did Mira say?"), thread=thread)
    await ours.work()


@pytest.mark.parametrize("everybody", [False, True])
async def test_private_parts_of_a_thread_are_not_shown_to_the_engine(
    town: Town, database_url: str, *, everybody: bool
) -> None:
    seen: dict[str, list[str]] = {}

    def text(snapshot: Snapshot) -> str:
        seen[snapshot.message.sender_address] = [one.text for one in snapshot.earlier]
        return "Hi, that is fine."

    ours = await _settle(town, database_url, ObedientEngine("attacker:model", lambda _: Category.PERSONAL, text))
    await _thread(town, ours, mira_writes_to=f"{ANA}, {KATRIN}" if everybody else ANA)
    assert [PRIVATE[:20] in one for one in seen[KATRIN]] == ([True] if everybody else [])


async def test_private_parts_of_a_thread_are_not_sent_to_whom_they_were_kept_from(
    town: Town, database_url: str
) -> None:
    """Even an engine that has the words from elsewhere, as a model with a memory would."""
    engine = ObedientEngine("attacker:model", lambda _: Category.PERSONAL, lambda _: f"Hi,\n\n{PRIVATE}.\n\nAna")
    ours = await _settle(town, database_url, engine)
    await _thread(town, ours, mira_writes_to=ANA)
    replies = {tuple(action.payload["to"]): action for action, _ in await ours.actions() if action.kind == "reply"}
    assert replies[KATRIN,].rule == "text_comes_from_elsewhere"
    assert town.effects(EffectKind.SENT) == []


async def test_what_all_have_seen_may_be_said(town: Town, database_url: str) -> None:
    engine = ObedientEngine("attacker:model", lambda _: Category.PERSONAL, lambda _: f"Hi,\n\n{PRIVATE}.\n\nAna")
    ours = await _settle(town, database_url, engine)
    await _thread(town, ours, mira_writes_to=f"{ANA}, {KATRIN}")
    assert len(town.effects(EffectKind.SENT)) == 1, "else the test above would prove nothing"


ALERTS = {
    "security": ("Security alert", "A new sign-in to your account from Windows. Was this you? Check your activity."),
    "finance": ("Your account statement", "Your bank account statement is ready. The balance of your account is low."),
}
BULK = {
    "List-Unsubscribe": "<https://bank.example/u>",
    "Precedence": "bulk",
    "Authentication-Results": "mx.google.com; spf=pass; dkim=pass; dmarc=pass",
}


@pytest.mark.parametrize("engine", ["attacker:model", "offline"])
@pytest.mark.parametrize("alert", ALERTS)
async def test_alerts_stay_in_the_inbox_whatever_the_engine_calls_them(
    town: Town, database_url: str, engine: str, alert: str
) -> None:
    def newsletter(_: Signals) -> Category:
        return Category.NEWSLETTER

    ours = await _settle(town, database_url, ObedientEngine(engine, newsletter, lambda _: ""))
    town.now = MONDAY
    subject, text = ALERTS[alert]
    _arrive(town, _raw("news@bank.example", ANA, subject, text, headers=BULK))
    await ours.work()
    changes = town.effects(EffectKind.LABELS_CHANGED)
    assert not {"INBOX", "UNREAD"} & {label for change in changes for label in change.removed}

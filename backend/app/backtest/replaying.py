"""Judges each message knowing only what came before it, and looks up what its owner then did."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from app.backtest.history import History, Mail
from app.evaluation.replay import Replay, boldest_situation
from app.mail.addresses import registrable_domain
from app.policy.facts import Autonomy, Kind
from app.policy.rule import Choice
from app.triage.deciding import Case, decided_steps
from app.triage.engines import Engine
from app.triage.reading import incoming_of
from app.triage.signals import read_signals
from app.triage.snapshot import MAX_EARLIER, MAX_EARLIER_TEXT, Contact, Earlier, Reader, Snapshot
from app.triage.verdict import Verdict

ANSWER_WITHIN: Final = timedelta(days=30)
TOO_FRESH: Final = timedelta(days=3)
"""What came so shortly before the end of the history may still have been answered after it."""
OWN_TEXTS: Final = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the agent would have made of one message, and what its owner did."""

    mail: Mail
    verdict: Verdict
    unasked: frozenset[Kind]
    """What would have happened unasked, once switched on and proven."""
    answered_after: timedelta | None
    """None: the owner let it be."""
    settled: bool
    """False where the history ends too soon to say whether it was answered."""

    @property
    def answered(self) -> bool:
        return self.answered_after is not None


@dataclass(slots=True)
class _Known:
    """What the mailbox knew so far."""

    me: frozenset[str]
    written: Counter[str] = field(default_factory=Counter[str])
    received: Counter[str] = field(default_factory=Counter[str])
    domains: Counter[str] = field(default_factory=Counter[str])
    threads: defaultdict[int, list[Mail]] = field(default_factory=lambda: defaultdict[int, list[Mail]](list))
    own_texts: list[str] = field(default_factory=list[str])

    def learn(self, mail: Mail) -> None:
        self.threads[mail.thread].append(mail)
        if not mail.mine:
            self.received[mail.row.sender_address] += 1
            return
        people = set(mail.row.recipients) - self.me
        self.written.update(people)
        self.domains.update(registrable_domain(one) for one in people)
        self.own_texts.append(mail.row.text)

    def replay(self, mail: Mail) -> Replay:
        row = mail.row
        domains = {registrable_domain(one) for one in self.me} | self.domains.keys()
        snapshot = Snapshot(
            reader=Reader(addresses=self.me),
            message=incoming_of(row),
            earlier=tuple(_earlier(one) for one in self.threads[mail.thread][-MAX_EARLIER:]),
            contact=Contact(
                written=self.written[row.sender_address],
                received=self.received[row.sender_address],
                written_to_domain=self.domains[registrable_domain(row.sender_address)],
            ),
            known_domains=frozenset(domains) - {""},
        )
        return Replay(row, snapshot, frozenset(self.written))


async def replay_history(
    history: History,
    engine: Engine,
    *,
    autonomy: Autonomy,
    newest: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> list[Outcome]:
    """Judge the received mails in the order of time, all or the newest; `told` hears how many are done."""
    received = [mail for mail in history.mails if not mail.mine]
    chosen = {id(mail) for mail in (received if newest is None else received[-newest:])}
    later = _later_answers(history)
    end = history.mails[-1].when
    known = _Known(history.me)
    outcomes: list[Outcome] = []
    for mail in history.mails:
        if id(mail) in chosen:
            answered = _answered_after(mail, later[mail.thread])
            settled = answered is not None or end - mail.when > TOO_FRESH
            verdict, unasked = await _judge(known, mail, engine, autonomy)
            outcomes.append(Outcome(mail, verdict, unasked, answered, settled))
            told(len(outcomes))
        known.learn(mail)
    return outcomes


async def _judge(known: _Known, mail: Mail, engine: Engine, autonomy: Autonomy) -> tuple[Verdict, frozenset[Kind]]:
    found = known.replay(mail)
    signals = read_signals(found.snapshot)
    verdict = await engine.judge(found.snapshot, signals)
    situation = replace(boldest_situation(found, min(known.me)), own_texts="\n".join(known.own_texts[-OWN_TEXTS:]))
    situation.user.autonomy = autonomy
    steps = decided_steps(Case(situation, found.snapshot, signals, verdict))
    return verdict, frozenset(Kind(one.payload.kind) for one in steps if one.decision.choice is Choice.ACT)


def _later_answers(history: History) -> dict[int, list[Mail]]:
    answers: dict[int, list[Mail]] = defaultdict(list)
    for mail in history.mails:
        if mail.mine:
            answers[mail.thread].append(mail)
    return answers


def _answered_after(mail: Mail, own: list[Mail]) -> timedelta | None:
    """Until the owner's first mail that names this one, or goes to its sender in the same conversation."""
    for answer in own:
        waited = answer.when - mail.when
        if timedelta(0) <= waited <= ANSWER_WITHIN and _is_answer(answer, mail):
            return waited
    return None


def _is_answer(answer: Mail, mail: Mail) -> bool:
    named = mail.row.rfc_message_id is not None and answer.row.in_reply_to == mail.row.rfc_message_id
    return named or bool({mail.row.sender_address, *mail.row.reply_to} & set(answer.row.recipients))


def _earlier(mail: Mail) -> Earlier:
    return Earlier(
        mine=mail.mine,
        sender_name=mail.row.sender_name,
        sender_address=mail.row.sender_address,
        written_at=mail.row.sent_at or mail.when,
        text=mail.row.text[:MAX_EARLIER_TEXT],
    )

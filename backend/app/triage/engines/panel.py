"""Asks models in turn, each within the user's budget, until one answers."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final, Generic
from uuid import UUID

import structlog
from pydantic_ai.usage import RunUsage

from app.triage.engines.asking import NoAnswerError, Question, Schema, UnusableAnswerError, ask
from app.triage.engines.models import Candidate, Candidates
from app.triage.engines.resting import Resting
from app.triage.spending.ledger import MICRODOLLARS, NEAR, Amount, Ledger, Reservation
from app.triage.spending.prices import Prices
from app.triage.verdict import Usage

log = structlog.get_logger(__name__)

LONGEST: Final = timedelta(minutes=4)
"""All models of one message together: a task has five minutes."""
SPENT: Final = "today's budget for language models is spent"
TOO_SLOW: Final = "it took too long"
RESTS: Final = "its server failed several times a moment ago"


@dataclass(frozen=True, slots=True)
class Answered(Generic[Schema]):
    """The answer, or in words why there is none; and what was used either way."""

    by: str
    answer: Schema | None
    reason: str
    usage: tuple[Usage, ...]


@dataclass(slots=True)
class _Attempt(Generic[Schema]):
    candidate: Candidate
    used: RunUsage
    answer: Schema | None = None
    reason: str = ""
    final: bool = False
    """No other model need be tried."""
    server_failed: bool = False
    perhaps_billed: bool = True
    """It was not heard to its end, so what it cost is not known."""


@dataclass(frozen=True, slots=True)
class Panel:
    candidates: Candidates
    timeout: timedelta
    ledger: Ledger
    prices: Prices
    resting: Resting = field(default_factory=Resting)

    @property
    def longest(self) -> timedelta:
        """The longest that `ask` may take."""
        models = len(self.candidates.usual) + (self.candidates.large is not None)
        return min(self.timeout * models, LONGEST)

    async def ask(self, question: Question[Schema], *, user_id: UUID | None, large: bool = False) -> Answered[Schema]:
        """Never raises for what a model does; the reason given is that of the first model that was asked."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.longest.total_seconds()
        usage: list[Usage] = []
        reasons: list[str] = []
        for candidate, share in self._in_turn(large=large):
            left = timedelta(seconds=ends - loop.time())
            if left <= timedelta():
                break
            if self.resting.rests(candidate.label):
                reasons.append(RESTS)
                continue
            amount = question.estimate(candidate.label, self.prices)
            reservation = await self.ledger.reserve(user_id, amount, share=share)
            if reservation is None:
                reasons.append(SPENT)
                continue
            attempt = await self._attempt(candidate, question, reservation, min(self.timeout, left))
            usage.extend(self._usage(question.purpose, attempt))
            self._note_down(attempt)
            if attempt.answer is not None:
                return Answered(candidate.label, attempt.answer, "", tuple(usage))
            reasons.append(attempt.reason)
            if attempt.final:
                break
        return Answered("", None, next(iter(reasons), TOO_SLOW), tuple(usage))

    def _note_down(self, attempt: _Attempt[Schema]) -> None:
        if attempt.answer is not None:
            self.resting.answered(attempt.candidate.label)
        elif attempt.server_failed:
            self.resting.failed(attempt.candidate.label)

    def _in_turn(self, *, large: bool) -> Iterator[tuple[Candidate, float]]:
        """Each with the share of the budget that may be gone afterwards."""
        if large and self.candidates.large is not None:
            yield self.candidates.large, NEAR
        for candidate in self.candidates.usual:
            yield candidate, 1.0

    async def _attempt(
        self, candidate: Candidate, question: Question[Schema], reservation: Reservation, within: timedelta
    ) -> _Attempt[Schema]:
        attempt: _Attempt[Schema] = _Attempt(candidate, RunUsage())
        try:
            attempt.answer = await ask(candidate, question, attempt.used, within)
            attempt.perhaps_billed = False
        except NoAnswerError as error:
            attempt.reason, attempt.perhaps_billed = str(error), error.perhaps_billed
            attempt.server_failed = error.server_failed
        except UnusableAnswerError as error:
            attempt.reason, attempt.perhaps_billed, attempt.final = str(error), False, True
        finally:
            await self.ledger.settle(reservation, self._spent(attempt, reservation.amount))
        if attempt.reason:
            log.warning("model.no_answer", model=candidate.label, reason=attempt.reason)
        return attempt

    def _spent(self, attempt: _Attempt[Schema], reserved: Amount) -> Amount:
        used = Amount(attempt.used.input_tokens + attempt.used.output_tokens, self._cost(attempt) or 0)
        if not attempt.perhaps_billed:
            return used
        return Amount(max(used.tokens, reserved.tokens), max(used.microdollars, reserved.microdollars))

    def _cost(self, attempt: _Attempt[Schema]) -> int | None:
        used, label = attempt.used, attempt.candidate.label
        if label not in self.prices.own and used.cost is not None:  # counts what was written to a cache as well
            return round(Decimal(used.cost) * MICRODOLLARS)
        return self.prices.microdollars(
            label,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            cached_tokens=used.cache_read_tokens,
        )

    def _usage(self, purpose: str, attempt: _Attempt[Schema]) -> Iterator[Usage]:
        used = attempt.used
        if used.requests:
            yield Usage(
                purpose,
                used.input_tokens,
                used.output_tokens,
                self._cost(attempt),
                model=attempt.candidate.label,
                cached_tokens=used.cache_read_tokens,
            )

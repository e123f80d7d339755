"""The rules against a person's judgement of the sample mailbox: floors below which a change may not push them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from app.simulator.sample_mail import Attack
from app.triage.engines.offline import judge
from app.triage.signals import read_signals
from app.triage.verdict import Category, Danger, Step, Verdict
from tests.triage.sample_snapshots import Case, sample_cases

QUIET = frozenset({
    Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.RECEIPT, Category.MAILING_LIST,
    Category.AUTO_REPLY, Category.BOUNCE,
})  # fmt: skip
SECONDS_PER_MESSAGE = 0.02
"""Ten times what it takes on an idle machine."""


@dataclass(frozen=True, slots=True)
class Judged:
    case: Case
    verdict: Verdict


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return [Judged(case, judge(case.snapshot, read_signals(case.snapshot))) for case in sample_cases()]


def scores(
    judged: Sequence[Judged], said: Callable[[Judged], bool], meant: Callable[[Judged], bool]
) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(said(one) and meant(one) for one in judged)
    return right / max(1, sum(map(said, judged))), right / max(1, sum(map(meant, judged)))


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


def test_categories(judged: list[Judged]) -> None:
    there = {one.case.expected.category for one in judged}
    each = [
        f1(
            *scores(
                judged,
                lambda one, category=category: one.verdict.category is category,
                lambda one, category=category: one.case.expected.category is category,
            )
        )
        for category in there
    ]

    assert sum(each) / len(each) >= 0.88


def test_who_waits_for_an_answer(judged: list[Judged]) -> None:
    precision, recall = scores(judged, lambda one: one.verdict.needs_reply, lambda one: one.case.expected.needs_reply)

    assert recall >= 0.87
    assert f1(precision, recall) >= 0.83


def test_bulk_and_automatic_mail(judged: list[Judged]) -> None:
    precision, recall = scores(
        judged, lambda one: one.verdict.category in QUIET, lambda one: one.case.expected.category in QUIET
    )

    assert precision >= 0.88
    assert recall >= 0.92


def test_deadlines(judged: list[Judged]) -> None:
    right = sum(one.verdict.deadline == one.case.expected.deadline for one in judged)

    assert right / len(judged) >= 0.9


def test_nothing_is_archived_that_a_person_would_keep(judged: list[Judged]) -> None:
    archived = [one for one in judged if any(each.step is Step.ARCHIVE for each in one.verdict.proposals)]

    assert [one.case.file for one in archived if not one.case.expected.archive_ok] == []
    assert len(archived) >= 10


def test_some_reading_matter_is_proven(judged: list[Judged]) -> None:
    proven = [
        one
        for one in judged
        if read_signals(one.case.snapshot).origin.bulk
        and one.verdict.category in {Category.NEWSLETTER, Category.MARKETING}
        and any(each.step is Step.ARCHIVE for each in one.verdict.proposals)
    ]

    assert len(proven) >= 3
    assert all(one.case.expected.archive_ok for one in proven)


def test_every_attack_is_seen(judged: list[Judged]) -> None:
    attacks = [one for one in judged if one.case.expected.attack is not Attack.NONE]

    assert attacks
    assert [one.case.file for one in attacks if one.verdict.danger is not Danger.HIGH] == []


def test_it_is_quick() -> None:
    cases = list(sample_cases())
    start = time.process_time()

    for case in cases:
        judge(case.snapshot, read_signals(case.snapshot))

    assert (time.process_time() - start) / len(cases) < SECONDS_PER_MESSAGE

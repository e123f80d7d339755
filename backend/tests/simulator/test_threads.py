"""Which mails Gmail shows as one conversation."""

from dataclasses import dataclass

import pytest

from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox, UnknownThreadError
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail

FIRST = a_mail("Lunch", message_id="<1@example.com>")


@dataclass(frozen=True)
class Case:
    why: str
    second: bytes
    joins: bool


@pytest.mark.parametrize(
    "case",
    [
        Case("answers it", a_mail("Re: Lunch", answers="<1@example.com>"), joins=True),
        Case("answers it in German", a_mail("AW: WG: lunch", answers="<1@example.com>"), joins=True),
        Case("refers to it", a_mail("Re: Lunch", more="References: <0@x.test>\r\n <1@example.com>"), joins=True),
        Case("another subject", a_mail("Re: Dinner", answers="<1@example.com>"), joins=False),
        Case("no reference", a_mail("Re: Lunch"), joins=False),
        Case("unknown reference", a_mail("Re: Lunch", answers="<2@example.com>"), joins=False),
    ],
    ids=lambda case: case.why,
)
def test_references_and_subject_decide(simulator: Simulator, case: Case) -> None:
    first = simulator.deliver(ALICE, FIRST)
    second = simulator.deliver(ALICE, case.second)
    assert (second.thread_id == first.thread_id) == case.joins


def test_an_answer_that_was_loaded_before_its_question_still_joins(simulator: Simulator) -> None:
    answer = simulator.deliver(ALICE, a_mail("Re: Lunch", answers="<1@example.com>"))
    assert simulator.deliver(ALICE, FIRST).thread_id == answer.thread_id


def test_asking_for_a_thread_is_not_enough(simulator: Simulator, alice: Mailbox) -> None:
    first = simulator.deliver(ALICE, FIRST)
    stray = simulator.deliver(ALICE, a_mail("Dinner"), thread_id=first.thread_id)
    assert stray.thread_id == stray.id
    nameless = simulator.deliver(ALICE, a_mail("Tea"))
    assert simulator.deliver(ALICE, a_mail("Re: Tea"), thread_id=nameless.thread_id).thread_id == nameless.id
    with pytest.raises(UnknownThreadError):
        simulator.deliver(ALICE, FIRST, thread_id="1234")
    assert alice.thread_count() == 3


def test_a_thread_outlives_its_first_message(simulator: Simulator, alice: Mailbox) -> None:
    first = simulator.deliver(ALICE, FIRST)
    second = simulator.deliver(ALICE, a_mail("Re: Lunch", answers="<1@example.com>"))
    alice.remove(first.id)
    assert [message.id for message in alice.thread(first.thread_id)] == [second.id]
    alice.remove(second.id)
    assert alice.thread_count() == 0

"""What a record amounts to, and when it is enough to say anything."""

import pytest

from app.triage.outcomes.measuring import ENOUGH_OUTCOMES, LATEST, Outcome, Record, measured


def outcome(*, confidence: float = 0.95, approved: bool = True, **over: str) -> Outcome:
    values = {"engine": "some:model", "prompt_version": "judge-1", "kind": "archive"} | over
    return Outcome(confidence=confidence, approved=approved, **values)


def test_too_few_say_so_and_give_no_figures() -> None:
    [one] = measured([outcome()] * 7)
    assert one.in_words.startswith(f"Not enough yet: 7 of {ENOUGH_OUTCOMES} decisions.")
    assert (one.calibration_error, one.automatable) == (None, None)


def test_enough_give_calibration_and_what_could_be_automated() -> None:
    wrong = [outcome(confidence=0.6, approved=False)] * 10
    [one] = measured([*[outcome()] * 30, *wrong])
    assert one.automatable == {"1%": 0.75, "2%": 0.75, "5%": 0.75}
    assert one.calibration_error == pytest.approx((30 * 0.05 + 10 * 0.6) / 40)
    assert one.in_words.startswith("Held: 30 of your latest 40 decisions approved it as it was; 90% are needed.")
    [one] = measured([outcome()] * 30)
    assert one.in_words == "Proven: 30 of your latest 30 decisions approved it as it was."


def test_what_is_proven_but_was_too_sure_says_what_counts() -> None:
    [one] = measured([*[outcome()] * 27, *[outcome(approved=False)] * 3])
    assert one.in_words == (
        "Proven: 27 of your latest 30 decisions approved it as it was. When it says 95%, 90% counts."
    )


def test_confidence_counts_by_how_the_surer_and_the_less_sure_came_out() -> None:
    sure, unsure = [(0.95, True)] * 38 + [(0.95, False)] * 2, [(0.6, True)] * 6 + [(0.6, False)] * 4
    found = Record((*sure, *unsure))
    assert found.counts(0.95) == pytest.approx(0.95, abs=0.001)
    assert found.counts(0.6) == pytest.approx(0.6, abs=0.001)
    too_sure = Record((*[(0.95, True)] * 30, *[(0.6, True)] * 5, *[(0.95, False)] * 5, *[(0.6, False)] * 10))
    assert 0.6 > too_sure.counts(0.6) > 0.3
    assert 0.95 > too_sure.counts(0.95) > 0.8


def test_each_engine_prompt_and_kind_stands_by_itself() -> None:
    others = [outcome(engine="another:model"), outcome(prompt_version="judge-2"), outcome(kind="label")]
    found = measured([*[outcome()] * 25, *others])
    assert [one.outcomes for one in found] == [25, 1, 1, 1]
    assert [one.latest.is_proof for one in found] == [True, False, False, False]


def test_the_gate_looks_at_the_latest_alone() -> None:
    [one] = measured([*[outcome()] * LATEST, *[outcome(approved=False)] * 100])
    assert (one.latest.decided, one.latest.approved) == (LATEST, LATEST)
    assert (one.outcomes, one.approved) == (LATEST + 100, LATEST)


@pytest.mark.parametrize(
    ("decided", "approved", "proof"),
    [(19, 19, False), (20, 18, True), (20, 17, False), (0, 0, False)],
)
def test_proof_takes_enough_decisions_and_enough_agreement(decided: int, approved: int, *, proof: bool) -> None:
    assert Record(tuple((1.0, number < approved) for number in range(decided))).is_proof is proof


@pytest.mark.parametrize(
    ("believed", "said", "most"),
    [
        # Right whenever it was unsure, wrong whenever it was sure.
        ([(0.6, True)] * 46 + [(0.98, False)] * 4, 0.98, 0.92),
        ([(0.6, True)] * 36 + [(0.97, True)] * 9 + [(0.97, False)] * 5, 0.97, 0.9),
        # It was never so sure before.
        ([(0.6, True)] * 18 + [(0.6, False)] * 2, 0.97, 0.9),
    ],
)
def test_being_right_when_unsure_does_not_prove_what_is_said_to_be_sure(
    believed: list[tuple[float, bool]], said: float, most: float
) -> None:
    assert Record(tuple(believed)).counts(said) <= most

import pytest

from app.policy.calibration import automatable, borne_out, calibration_error, excess_of, reliability
from app.policy.sureness import sure_in_words, sureness


def test_nothing_gives_zeros() -> None:
    assert automatable([], 0.01) == 0
    assert calibration_error([]) == 0


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "very sure, 100 %"),
        (0.9, "very sure, 90 %"),
        (0.82, "fairly sure, 82 %"),
        (0.5, "not so sure, 50 %"),
        (0.0, "unsure, 0 %"),
        (float("nan"), "unsure, nan %"),
    ],
)
def test_confidence_is_a_word_and_a_number(confidence: float, words: str) -> None:
    assert sure_in_words(confidence) == words
    assert words.startswith(sureness(confidence))


def test_calibration_error_is_the_gap_weighed_by_messages() -> None:
    bins = reliability([(0.9, True), (0.9, True), (0.9, False), (0.9, False), (0.15, False), (1.0, True)])
    assert [one.count for one in bins] == [1, 5]
    assert calibration_error(bins) == pytest.approx((1 * 0.15 + 5 * abs(0.92 - 0.6)) / 6)


def test_automatable_takes_the_surest_and_never_splits_equals() -> None:
    sure = [(0.9, True)] * 4 + [(0.5, False)] * 2 + [(0.4, True)] * 2
    assert automatable(sure, 0.0) == pytest.approx(4 / 8)
    assert automatable(sure, 0.25) == 1
    assert automatable([(0.9, True), (0.9, False)], 0.01) == 0


@pytest.mark.parametrize("right", [0, 1, 25, 46, 49, 50])
@pytest.mark.parametrize("said", [0.0, 0.3, 0.9, 1.0])
def test_of_one_confidence_the_share_that_came_true_counts_but_never_more_than_was_said(
    right: int, said: float
) -> None:
    excess = excess_of([(said, number < right) for number in range(50)])
    assert borne_out(said, excess) == pytest.approx(min(said, right / 50), abs=1e-6)


def test_what_counts_keeps_the_order_of_what_was_said() -> None:
    excess = excess_of([(0.9, True), (0.9, False), (0.99, True), (0.5, False)])
    counts = [borne_out(said / 100, excess) for said in range(101)]
    assert counts == sorted(counts)
    assert counts[-1] < 1

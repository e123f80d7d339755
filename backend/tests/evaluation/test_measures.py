import pytest

from app.evaluation.measures import automatable, calibration_error, kappa, reliability, scores


def test_scores_of_each_class() -> None:
    found = scores([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("c", "a")])
    assert found.classes["a"].recall == pytest.approx(1 / 2)
    assert found.classes["a"].precision == pytest.approx(1 / 2)
    assert found.classes["b"].f1 == pytest.approx(2 * 2 / (2 + 3))
    assert found.classes["c"].f1 == 0
    assert found.macro_f1 == pytest.approx((0.5 + 0.8 + 0) / 3)
    assert found.accuracy == pytest.approx(3 / 5)


def test_a_class_that_never_occurs_does_not_weigh() -> None:
    assert scores([("a", "a"), ("a", "b")]).macro_f1 == pytest.approx(2 / 3)


def test_no_messages_give_zeros() -> None:
    assert scores([]).macro_f1 == 0
    assert kappa([]) == 0
    assert automatable([], 0.01) == 0
    assert calibration_error([]) == 0


def test_kappa_takes_chance_into_account() -> None:
    assert kappa([("a", "a")] * 3) == 1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    # The textbook case: 20 + 15 of 50 agree, chance 0.5.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)


def test_calibration_error_is_the_gap_weighed_by_messages() -> None:
    bins = reliability([(0.9, True), (0.9, True), (0.9, False), (0.9, False), (0.15, False), (1.0, True)])
    assert [one.count for one in bins] == [1, 5]
    assert calibration_error(bins) == pytest.approx((1 * 0.15 + 5 * abs(0.92 - 0.6)) / 6)


def test_automatable_takes_the_surest_and_never_splits_equals() -> None:
    sure = [(0.9, True)] * 4 + [(0.5, False)] * 2 + [(0.4, True)] * 2
    assert automatable(sure, 0.0) == pytest.approx(4 / 8)
    assert automatable(sure, 0.25) == 1
    assert automatable([(0.9, True), (0.9, False)], 0.01) == 0

import pytest

from app.evaluation.measures import kappa, scores


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


def test_kappa_takes_chance_into_account() -> None:
    assert kappa([("a", "a")] * 3) == 1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    # The textbook case: 20 + 15 of 50 agree, chance 0.5.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)

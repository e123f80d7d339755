import json
from itertools import islice
from pathlib import Path

import pytest

from app.triage.analyse import analyse
from app.triage.engines.features import features_of
from app.triage.engines.learned import weigh, with_rules
from app.triage.engines.linear import WEIGHTS, Platt, models_from, products, shipped_models
from app.triage.engines.offline import judge
from app.triage.engines.sentences import SENTENCES_READ, asking_features
from app.triage.signals import read_signals
from app.triage.verdict import Category
from tests.triage.mails import BULK, DISCUSSION, KNOWN, snapshot
from training.corpus import digest, examples
from training.train import train

SAME = 0.02
"""Solvers of other versions end a hair's breadth elsewhere."""


def test_the_shipped_weights_are_those_of_the_training_mails() -> None:
    assert shipped_models().digest == digest()
    assert WEIGHTS.stat().st_size < 4_000_000


@pytest.mark.timeout(600)  # it reads nine thousand mails and learns from them
def test_training_again_says_the_same() -> None:
    again, shipped = models_from(train()), shipped_models()

    for one in islice(examples(), 0, None, 20):
        signals = read_signals(one.snapshot)
        found = with_rules(features_of(one.snapshot, signals), analyse(signals))
        sentences = asking_features(one.snapshot, signals)
        first, second = again.opinion(found, sentences), shipped.opinion(found, sentences)
        assert first.answer == pytest.approx(second.answer, abs=SAME)
        assert first.categories[first.category] == pytest.approx(second.categories[first.category], abs=SAME)


def test_shares_sum_to_one_whatever_the_features() -> None:
    for found in ({}, {"nothing known": 1.0}, {"invoice": 3.0, "#mass": 1.0}):
        opinion = shipped_models().opinion(found, [found, {}])
        assert sum(opinion.categories.values()) == pytest.approx(1)
        assert 0 <= opinion.answer <= 1


def test_calibration_keeps_the_order_and_bounds() -> None:
    calibrated = Platt(0.7, 0.2)

    assert 0 < calibrated(0) < calibrated(0.3) < calibrated(0.9) < calibrated(1) < 1


def test_the_file_is_plain_data() -> None:
    stored = json.loads(Path(WEIGHTS).read_text("utf-8"))

    assert {category for category, _ in stored["classes"]} == set(Category)
    assert {len(row) for row in stored["weights"].values()} == {len(stored["classes"]) + 3}
    models = shipped_models()
    row = models.impression({}, []).row()
    assert len(row) == len(models.weighing.mean) == len(models.weighing.spread)
    assert len(products(row)) == len(models.weighing.weights)


def test_headers_settle_what_words_cannot_turn_round() -> None:
    one = snapshot(headers=DISCUSSION, subject="Invoice", text="Amount due 20 EUR. Please pay by Friday.")
    signals = read_signals(one)

    assert weigh(analyse(signals), one, signals)[0].category is Category.MAILING_LIST


def test_an_honest_sender_is_not_accused_on_words_alone() -> None:
    one = snapshot(contact=KNOWN, text="The parcel is waiting at the shop, the fee is paid.")
    signals = read_signals(one)

    assert weigh(analyse(signals), one, signals)[0].category is not Category.SUSPICIOUS


def test_a_request_without_a_question_is_heard() -> None:
    one = snapshot(contact=KNOWN, text="Hi Ana,\n\nthe board votes on Monday and I still don't have your figures.")
    signals = read_signals(one)

    assert weigh(analyse(signals), one, signals)[0].answer.wanted


def test_reading_matter_is_never_answered() -> None:
    one = snapshot(headers=BULK, subject="Weekly 12", text="In this issue: what would you do? Read more. Unsubscribe.")
    signals = read_signals(one)

    assert not weigh(analyse(signals), one, signals)[0].answer.wanted


def test_that_no_answer_is_needed_to_the_rest_does_not_silence_a_question() -> None:
    asking = "Which colour should it be, green or blue? Please tell me by Friday."
    one = snapshot(contact=KNOWN, text=f"Hi Ana,\n\nthe wall is up. {asking}\n\nNo need to answer the other points.")
    signals = read_signals(one)

    assert signals.asks.answer_waved_off
    answer = weigh(analyse(signals), one, signals)[0].answer
    assert answer.wanted
    assert "nothing is asked outright" not in answer.reason


def test_the_sentence_that_asks_is_told_though_no_rule_knows_its_words() -> None:
    asking = "I have a blank on the list where your shoe size should be."
    one = snapshot(contact=KNOWN, text=f"Hi Ana,\n\nit rained all week.\n{asking}\nThe dog is fine.\n\nJonas")
    signals = read_signals(one)

    assert not signals.asks.all
    assert judge(one, signals).asks == (asking,)


@pytest.mark.parametrize("said", ["", "?", "\u0000", "a" * 5_000, "1 2 3. " * 500])
def test_each_sentence_has_features_and_odds(said: str) -> None:
    one = snapshot(text=said)
    signals = read_signals(one)

    sentences = asking_features(one, signals)
    opinion = shipped_models().opinion({}, sentences)

    assert len(sentences) == min(len(signals.reading.sentences), SENTENCES_READ) == len(opinion.impression.asking)
    assert 0 <= opinion.answer <= 1


@pytest.mark.parametrize("lines", [20, 58, 59, 60, 61, 190])
def test_who_asks_last_of_all_is_heard(lines: int) -> None:
    chat = "\n".join(f"On day {day} the weather was fine and we walked along the river." for day in range(lines))
    one = snapshot(contact=KNOWN, text=f"Hi Ana,\n\n{chat}\nI have a blank where your shoe size should be.")

    assert judge(one, read_signals(one)).asks == ("I have a blank where your shoe size should be.",)


def test_what_hardly_asks_is_not_told_as_an_ask() -> None:
    text = "Lorem ipsum dolor sit amet.\nConsectetur adipiscing elit.\nSed do eiusmod tempor incididunt."
    one = snapshot(contact=KNOWN, text=text)

    assert judge(one, read_signals(one)).asks == ()

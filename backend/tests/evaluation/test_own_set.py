"""The repository's own messages: enough, labelled twice, and one part locked."""

import hashlib
import json

from app.evaluation.agreement import as_markdown, own_agreement
from app.evaluation.examples import read_labels
from app.evaluation.labels import Labels
from app.evaluation.own_set import FOLDER, Split, agreed_labels, held_out_hash, locked_hash, own_examples, own_records
from app.triage.verdict import Category, Urgency

NEVER_ANSWERED = {
    Category.SUSPICIOUS,
    Category.BOUNCE,
    Category.AUTO_REPLY,
    Category.SECURITY,
    Category.MARKETING,
    Category.NEWSLETTER,
}
NEVER_PUT_AWAY = {
    Category.SECURITY,
    Category.FINANCE,
    Category.LEGAL,
    Category.INVOICE,
    Category.PERSONAL,
    Category.MEETING,
    Category.BOUNCE,
    Category.SUSPICIOUS,
    Category.OTHER,
}


def test_there_are_enough_messages_each_labelled() -> None:
    records, labels = own_records(), agreed_labels()
    assert len(records) >= 700
    assert len({one.id for one in records}) == len(records)
    assert {one.id for one in records} == set(labels)
    assert {one.category for one in labels.values()} == set(Category)


def test_held_out_part_is_locked() -> None:
    assert held_out_hash() == locked_hash(), "Held-out messages or labels changed. GUIDELINE.md, 'Two parts'."


def test_parts_share_nothing_and_each_has_every_category() -> None:
    development, held_out = own_examples(Split.DEVELOPMENT), own_examples(Split.HELD_OUT)
    assert not {one.id for one in development} & {one.id for one in held_out}
    assert len(development) + len(held_out) == len(own_examples(Split.ALL))
    assert len(held_out) >= 300
    assert not {one.record.me[0] for one in development} & {one.record.me[0] for one in held_out}
    for part in (development, held_out):
        assert {one.labels.category for one in part} == set(Category)


def test_no_text_stands_in_both_parts() -> None:
    """Nothing learnt from one part is then found again, word for word, in the other."""
    texts = [
        {hashlib.sha256((one.record.raw or one.record.text or one.record.html).encode()).digest() for one in part}
        for part in (own_examples(Split.DEVELOPMENT), own_examples(Split.HELD_OUT))
    ]
    empty = hashlib.sha256(b"").digest()
    assert texts[0] & texts[1] <= {empty}


def test_labels_keep_the_guideline() -> None:
    for one in agreed_labels().values():
        assert not (one.must_reply and not one.needs_reply)
        assert not (one.needs_reply and one.category in NEVER_ANSWERED)
        assert not (one.may_archive and (one.category in NEVER_PUT_AWAY or one.needs_reply or one.deadline))
        assert one.category is not Category.SUSPICIOUS or one.urgency is Urgency.LOW


def test_every_difference_of_the_labellers_is_settled() -> None:
    second = FOLDER / "labels" / "second.jsonl"
    first, agreed = read_labels(FOLDER / "labels" / "first.jsonl"), agreed_labels()
    other = read_labels(second)
    settled = read_labels(FOLDER / "labels" / "agreed.jsonl")
    assert set(other) == set(first) == set(agreed)
    assert {one for one in first if first[one] != other[one]} <= set(settled)


def test_agreement_is_told_as_it_is() -> None:
    assert as_markdown(own_agreement()) in (FOLDER / "AGREEMENT.md").read_text(encoding="utf-8")


def test_agreed_labels_are_one_of_the_two_and_say_why() -> None:
    first, second = (read_labels(FOLDER / "labels" / name) for name in ("first.jsonl", "second.jsonl"))
    for line in (FOLDER / "labels" / "agreed.jsonl").read_text(encoding="utf-8").splitlines():
        value = json.loads(line)
        settled = Labels.model_validate(value["labels"])
        assert settled in (first[value["id"]], second[value["id"]])
        assert value["reason"]

"""Where rules and linear models meet: what headers and structure settle stays so, words are weighed by the models."""

from collections.abc import Mapping
from typing import Final

from app.triage.analyse import ANSWERABLE, Analysis, Answer, analysis_of
from app.triage.categories import Judged
from app.triage.engines.features import features_of
from app.triage.engines.linear import LinearModels, Opinion, shipped_models
from app.triage.signals import Signals
from app.triage.signals.senders import SenderKind
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category

ANSWER_FROM: Final = 0.35
"""Above this an answer is taken to be wanted: a missed person costs more than a needless draft."""
ANSWER_IF_ASKED: Final = 0.15
"""The same where the rules find something asked."""
_ACCUSES: Final = 0.75
"""The share at which the model alone calls a mail suspicious."""
_HINT: Final = 0.4
"""Attack weight that supports it."""
_AS_LIKELY: Final = 0.7
"""Of the likeliest category's share: from there on the category that the rules name is taken."""
_PITCHED: Final = 0.1
"""The same for a pitch, which is made to read like a personal mail."""
_NEVER_ANSWERED: Final = frozenset({
    Category.SUSPICIOUS, Category.BOUNCE, Category.AUTO_REPLY, Category.SECURITY, Category.MARKETING,
    Category.NEWSLETTER, Category.OTHER,
})  # fmt: skip


def with_rules(features: Mapping[str, float], rules: Analysis) -> dict[str, float]:
    """The rules' own opinion is a feature, too: the models learn how far to trust it."""
    return {
        **features,
        f"#rules {rules.category}": 1.0,
        f"#answer by rules {rules.answer.wanted}": 1.0,
        f"#because {rules.answer.reason[:30]}": 1.0,
    }


def weigh(rules: Analysis, snapshot: Snapshot, signals: Signals) -> tuple[Analysis, float]:
    """The analysis after the models, and the probability that its category and its answer are both right."""
    models = shipped_models()
    opinion = models.opinion(with_rules(features_of(snapshot, signals), rules))
    judged = (
        rules.judged
        if rules.judged.settled or not signals.reading.words
        else _judged(rules.judged, opinion, models, signals)
    )
    answer = _answer(judged.category, rules.answer, opinion, signals)
    return analysis_of(judged, answer, signals), _together(judged, answer, opinion, models)


def _judged(rules: Judged, opinion: Opinion, models: LinearModels, signals: Signals) -> Judged:
    category = opinion.category
    unproven = signals.attack_weight < _HINT and opinion.categories[category] < _ACCUSES
    if category is Category.SUSPICIOUS and unproven:
        # An honest sender is not accused on words alone that only remind of fraud.
        category = max(set(opinion.categories) - {category}, key=opinion.categories.__getitem__)
    as_likely = _PITCHED if rules.category is Category.MARKETING else _AS_LIKELY
    if opinion.categories.get(rules.category, 0) >= as_likely * opinion.categories[category]:
        category = rules.category
    said = ", ".join(f"“{word}”" for word in opinion.words)
    reason = f"Its sender, form and words are those of: {category.value.replace('_', ' ')}"
    return Judged(
        category,
        models.category_calibration(opinion.categories[category]),
        (reason, *((f"Among its words: {said}",) if said and category is opinion.category else ())),
    )


def _answer(category: Category, rules: Answer, opinion: Opinion, signals: Signals) -> Answer:
    if category in _NEVER_ANSWERED:
        return Answer(False, max(rules.confidence, 1 - opinion.answer), "Messages of this kind expect no answer")
    if signals.origin.kind is SenderKind.SELF or (signals.origin.no_reply and not signals.addressing.called_by_name):
        return Answer(False, rules.confidence, "Its sender takes no answers")
    if signals.asks.answer_waved_off and not rules.wanted:
        return rules
    wanted = opinion.answer >= (ANSWER_IF_ASKED if rules.wanted else ANSWER_FROM)
    sure = opinion.answer if wanted else 1 - opinion.answer
    if wanted is rules.wanted:
        return Answer(wanted, sure, rules.reason)
    if wanted and category in ANSWERABLE:
        return Answer(True, sure, "Its words read like a request, though nothing is asked outright")
    return Answer(wanted, sure, "Its words ask for an answer" if wanted else "Its words expect no answer")


def _together(judged: Judged, answer: Answer, opinion: Opinion, models: LinearModels) -> float:
    settled = judged.confidence if judged.settled else opinion.categories[judged.category]
    return models.joint_calibration(settled * max(answer.confidence, 0.5))

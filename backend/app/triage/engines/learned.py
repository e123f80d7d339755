"""Where rules and linear models meet: what headers and structure settle stays so, words are weighed by the models."""

from collections.abc import Mapping
from typing import Final

from app.triage.analyse import ALWAYS_BULK, ANSWERABLE, Analysis, Answer, analysis_of
from app.triage.categories import Judged
from app.triage.engines.features import features_of
from app.triage.engines.linear import LinearModels, Opinion, shipped_models
from app.triage.engines.sentences import asking_features, sentences_read
from app.triage.plain import MAX_ASK, one_line
from app.triage.signals import Signals
from app.triage.signals.senders import SenderKind
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category

ANSWER_FROM: Final = 0.17
"""Above this an answer is taken to be wanted: a missed person costs more than a needless draft."""
ANSWER_TO_MACHINES_FROM: Final = 0.3
"""The same for what no person seems to have sent."""
_EVEN: Final = 0.5
"""From there on the model outweighs a sender or a kind of mail that takes no answers as a rule."""
RELAYED: Final = 0.85
"""How sure it is that a question handed on by a service wants an answer."""
BULK_FROM: Final = 0.5
AWAY_FROM: Final = 0.8
"""Above this the user would hardly mind if it were put away."""
_ACCUSES: Final = 0.6
"""The share at which the model alone calls a mail suspicious."""
_HINT: Final = 0.2
"""Attack weight that supports it."""
_UNSURE: Final = 0.3
"""Below this share of the likeliest category the words are foreign to the model, and the rules decide."""
NEVER_ANSWERED: Final = frozenset({Category.SUSPICIOUS, Category.BOUNCE, Category.AUTO_REPLY, Category.SECURITY})
_SELDOM_ANSWERED: Final = frozenset({Category.MARKETING, Category.NEWSLETTER, Category.OTHER})


def with_rules(features: Mapping[str, float], rules: Analysis) -> dict[str, float]:
    """The rules' own opinion is a feature, too: the models learn how far to trust it."""
    return {
        **features,
        f"#rules {rules.category}": 1.0,
        f"#answer by rules {rules.answer.wanted}": 1.0,
        f"#because {rules.answer.reason[:30]}": 1.0,
        f"#bulk by rules {rules.bulk}": 1.0,
    }


def weigh(rules: Analysis, snapshot: Snapshot, signals: Signals) -> tuple[Analysis, float]:
    """The analysis after the models, and the probability that its category and its answer are both right."""
    models = shipped_models()
    features = with_rules(features_of(snapshot, signals), rules)
    return weigh_opinion(models.opinion(features, asking_features(snapshot, signals)), models, rules, signals)


def weigh_opinion(opinion: Opinion, models: LinearModels, rules: Analysis, signals: Signals) -> tuple[Analysis, float]:
    judged = (
        rules.judged
        if rules.judged.settled or not signals.reading.words
        else _judged(rules.judged, opinion, models, signals)
    )
    answer = _answer(judged.category, rules.answer, opinion, signals)
    analysis = analysis_of(
        judged,
        answer,
        signals,
        bulk=_bulk(judged, rules, opinion, signals),
        likely_ask=_likely_ask(opinion, signals),
        dispensable=opinion.away >= AWAY_FROM,
        dispensed_with=models.away_calibration(opinion.away),
    )
    return analysis, _together(judged, answer, opinion, models)


def _judged(rules: Judged, opinion: Opinion, models: LinearModels, signals: Signals) -> Judged:
    category = opinion.category
    unproven = signals.attack_weight < _HINT and opinion.categories[category] < _ACCUSES
    if category is Category.SUSPICIOUS and unproven:
        # An honest sender is not accused on words alone that only remind of fraud.
        category = max(set(opinion.categories) - {category}, key=opinion.categories.__getitem__)
    if opinion.categories[category] < _UNSURE:
        category = rules.category
    said = ", ".join(f"“{word}”" for word in opinion.impression.words)
    reason = f"Its sender, form and words are those of: {category.value.replace('_', ' ')}"
    return Judged(
        category,
        models.category_calibration(opinion.categories[category]),
        (reason, *((f"Among its words: {said}",) if said and category is opinion.category else ())),
    )


def _answer(category: Category, rules: Answer, opinion: Opinion, signals: Signals) -> Answer:
    return _settled(category, rules, opinion, signals) or _by_words(category, rules, opinion, signals)


def _settled(category: Category, rules: Answer, opinion: Opinion, signals: Signals) -> Answer | None:
    """What headers, senders and services decide, whatever the words are like."""
    even = opinion.answer >= _EVEN
    if signals.relay.asks_user and category not in NEVER_ANSWERED:
        # What a person asks there is easily taken for the service's own words, which rules and models know well.
        return Answer(True, max(RELAYED, opinion.answer), "Through a service, a person asks the user something")
    if category in NEVER_ANSWERED or (category in _SELDOM_ANSWERED and not even):
        return Answer(False, max(rules.confidence, 1 - opinion.answer), "Messages of this kind expect no answer")
    no_reply = signals.origin.no_reply and not (even or signals.addressing.called_by_name)
    if no_reply or signals.origin.kind is SenderKind.SELF:
        return Answer(False, rules.confidence, "Its sender takes no answers")
    # "No need to answer the rest" waves off nothing while another sentence asks.
    asks = even or opinion.asks_outright
    return rules if signals.asks.answer_waved_off and not (rules.wanted or asks) else None


def _by_words(category: Category, rules: Answer, opinion: Opinion, signals: Signals) -> Answer:
    wanted = opinion.answer >= (ANSWER_FROM if signals.origin.human else ANSWER_TO_MACHINES_FROM)
    sure = opinion.answer if wanted else 1 - opinion.answer
    if wanted is rules.wanted:
        return Answer(wanted, sure, rules.reason)
    if wanted and category in ANSWERABLE and not (signals.asks.all or opinion.asks_outright):
        return Answer(True, sure, "Its words read like a request, though nothing is asked outright")
    return Answer(wanted, sure, "Its words ask for an answer" if wanted else "Its words expect no answer")


def _bulk(judged: Judged, rules: Analysis, opinion: Opinion, signals: Signals) -> bool:
    """What structure settles stays so: reports, automatic answers and lists come from machines."""
    if judged.settled and judged.category in ALWAYS_BULK:
        return True
    if not signals.reading.words:
        return rules.bulk
    return opinion.bulk >= BULK_FROM


def _likely_ask(opinion: Opinion, signals: Signals) -> str:
    """Empty where orders to an assistant stand in the mail: half of one may sound like a request to the user."""
    place = None if signals.instructs_assistant else opinion.likely_ask
    return "" if place is None else one_line(sentences_read(signals)[place].text, MAX_ASK)


def _together(judged: Judged, answer: Answer, opinion: Opinion, models: LinearModels) -> float:
    settled = judged.confidence if judged.settled else opinion.categories[judged.category]
    return models.joint_calibration(settled * answer.confidence)

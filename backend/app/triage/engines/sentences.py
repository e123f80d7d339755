"""What the model of asking looks at in each sentence of a mail: its words, its neighbours, its place, who is named."""

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import Final

from app.triage.engines.cues import cues_in
from app.triage.engines.features import ENDS_OF_QUESTIONS, alike
from app.triage.signals import Signals
from app.triage.signals.addressing import names_of, other_names
from app.triage.signals.languages import Language
from app.triage.signals.reading import Sentence
from app.triage.snapshot import Snapshot

SENTENCES_READ: Final = 60
_SENTENCES_AT_END: Final = 15
"""Of those, where there are more: who wants something says so early, or last."""
_WORDS_READ: Final = 45
"""Of a sentence."""
_STEM: Final = 5
_WORD_WEIGHT: Final = 5.0
_LENGTHS: Final = (2, 4, 7, 12, 20, 35)
_FIRST: Final = 4
_LAST: Final = 5
_OPENING: Final = 3
"""Words that a question opens with."""


def sentences_read(signals: Signals) -> tuple[Sentence, ...]:
    sentences = signals.reading.sentences
    if len(sentences) <= SENTENCES_READ:
        return sentences
    return sentences[: SENTENCES_READ - _SENTENCES_AT_END] + sentences[-_SENTENCES_AT_END:]


def asking_features(snapshot: Snapshot, signals: Signals) -> list[dict[str, float]]:
    """Name to value, for each of `sentences_read`; all words of one together count the same."""
    sentences = sentences_read(signals)
    names = (names_of(snapshot.reader), other_names(snapshot.message, snapshot.reader))
    found: list[dict[str, float]] = []
    for place, sentence in enumerate(sentences):
        spoken = sentence.spoken.split()
        said = alike(spoken[:_WORDS_READ])
        question = _is_question(sentence)
        words = set(_words(said))
        features = dict.fromkeys(words, _WORD_WEIGHT / sqrt(max(len(words), 1)))
        findings = (
            _form(sentence, said, signals.language, question=question),
            _place(sentences, place),
            _named(spoken, *names, question=question),
        )
        features.update((name, 1.0) for some in findings for name in some)
        found.append(features)
    return found


def _is_question(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith(ENDS_OF_QUESTIONS)


def _words(said: list[str]) -> Iterator[str]:
    """Single words, their stems, and what stands side by side, from the first word to the last."""
    for word in said:
        yield word
        if len(word) > _STEM:
            yield f"{word[:_STEM]}*"
    bounded = ["^", *said, "$"]
    for first, second in pairwise(bounded):
        yield f"{first} {second}"
    for first, second, third in zip(bounded, bounded[1:], bounded[2:], strict=False):
        yield f"{first} {second} {third}"


def _form(sentence: Sentence, said: list[str], language: Language, *, question: bool) -> Iterator[str]:
    yield f"#length {sum(len(said) > bound for bound in _LENGTHS)}"
    yield f"#language {language}"
    if question:
        yield from ("#question", f"#question in {language}")
        yield from (f"#question {word}" for word in said[:_OPENING])
    for cue in cues_in(sentence.spoken):
        yield f"#says {cue}"
        yield f"#{'asks' if question else 'states'} {cue}"
    if sentence.text.rstrip().endswith(("!", ":")):
        yield f"#ends with {sentence.text.rstrip()[-1]}"


def _place(sentences: tuple[Sentence, ...], place: int) -> Iterator[str]:
    yield f"#from start {min(place, _FIRST)}"
    yield f"#from end {min(len(sentences) - 1 - place, _LAST)}"
    if place and _is_question(sentences[place - 1]):
        yield "#after question"
    if place and sentences[place - 1].text.rstrip().endswith(":"):
        yield "#after colon"
    if place + 1 < len(sentences) and _is_question(sentences[place + 1]):
        yield "#before question"


def _named(spoken: list[str], own: frozenset[str], others: frozenset[str], *, question: bool) -> Iterator[str]:
    for who, names in (("user", own), ("other", others)):
        if not names.isdisjoint(spoken):
            yield from (f"#names {who}", f"#{'asks' if question else 'states'}, naming {who}")
        if spoken and spoken[0] in names:
            yield f"#begins with {who}"

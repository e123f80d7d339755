"""What a message asks of its reader, sentence by sentence, in the sender's own words."""

import re
from dataclasses import dataclass
from typing import Final

from app.triage.plain import MAX_ASK, one_line
from app.triage.signals.reading import Phrases, Reading, Sentence, fold, phrases, words
from app.triage.signals.request_words import (
    BOILERPLATE,
    CLOSING,
    INFORMING,
    MODAL_REQUESTS,
    NO_ACTION,
    NO_ANSWER,
    PLEAS,
    REQUESTS,
    RHETORICAL,
    TO_ANYBODY,
)

MAX_ASKS: Final = 8
_SHORT_WORDS: Final = 30
"""A closing mail says thank you and little more."""
_QUESTION: Final = re.compile(r"(?:[?？؟⁇；]|か[。.]|吗[。.])[\"'”»)\]!.…]*\s*$|^\s*¿")
_CALLED: Final = re.compile(r"\s*@?([^\W\d_]{2,20})\s?[,:–-]\s")
_QUOTATION: Final = re.compile(r"\w[,:]?\s[\"“„»'][^\"”“«]{3,200}\?[\"”“«']")
_BLANK_WORDS: Final = 3
"""A sentence of fewer words asks nothing by a plea, and "Any questions?" is none."""
_ANY_QUESTIONS: Final = phrases("questions", "frågor", "fragen", "preguntas", "rückfragen")


@dataclass(frozen=True, slots=True)
class Asks:
    questions: tuple[str, ...]
    requests: tuple[str, ...]
    to_anybody: bool
    """Every one of them is put to whoever feels addressed ("Can anyone …?")."""
    answer_waved_off: bool
    act_waved_off: bool
    """It says that nothing at all need be done."""
    closing: bool
    """Thanks or agreement, and nothing asked."""
    informing: bool

    @property
    def all(self) -> tuple[str, ...]:
        return (self.questions + self.requests)[:MAX_ASKS]


def asks_of(reading: Reading, others: frozenset[str] = frozenset()) -> Asks:
    """`others` are the folded first names of the other recipients: "Lea, can you …" asks Lea."""
    present = _words_in(reading.spoken)
    questions: list[Sentence] = []
    requests: list[Sentence] = []
    for sentence in reading.sentences:
        if _is_boilerplate(sentence, present) or _is_for(sentence, others):
            continue
        if _QUESTION.search(sentence.text):
            if _is_idle(sentence):
                continue
            questions.append(sentence)
        elif present.requests.found_in(sentence.spoken) or _is_plea(sentence, present) or _opens_with_modal(sentence):
            requests.append(sentence)
    asked = questions + requests
    return Asks(
        questions=tuple(one_line(sentence.text, MAX_ASK) for sentence in questions[:MAX_ASKS]),
        requests=tuple(one_line(sentence.text, MAX_ASK) for sentence in requests[:MAX_ASKS]),
        to_anybody=bool(asked) and all(TO_ANYBODY.found_in(sentence.spoken) for sentence in asked),
        answer_waved_off=NO_ANSWER.found_in(reading.spoken),
        act_waved_off=NO_ACTION.found_in(reading.spoken),
        closing=not asked and _is_closing(reading),
        informing=INFORMING.found_in(reading.spoken),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    requests: Phrases
    pleas: Phrases
    boilerplate: Phrases


def _words_in(spoken: str) -> _Words:
    return _Words(
        requests=REQUESTS.narrowed_to(spoken),
        pleas=PLEAS.narrowed_to(spoken),
        boilerplate=BOILERPLATE.narrowed_to(spoken),
    )


def _is_boilerplate(sentence: Sentence, present: _Words) -> bool:
    """A polite formula, unless a real question is put in the same breath."""
    if len(sentence.spoken.split()) <= _BLANK_WORDS and _ANY_QUESTIONS.found_in(sentence.spoken):
        return True
    if not present.boilerplate.found_in(sentence.spoken):
        return False
    remainder = sentence.spoken
    for needle in present.boilerplate.needles:
        remainder = remainder.replace(needle, " ")
    # "Questions?" and "If you have any questions, let me know" ask nothing; a long question with the word in it does.
    long_question = bool(_QUESTION.search(sentence.text)) and len(remainder.split()) > _SHORT_WORDS // 5
    return not long_question


def _is_for(sentence: Sentence, others: frozenset[str]) -> bool:
    called = _CALLED.match(sentence.text)
    return bool(called) and fold(called[1]) in others


def _is_idle(sentence: Sentence) -> bool:
    """Rhetorical, or somebody's words repeated: I asked "can you?"."""
    return RHETORICAL.found_in(sentence.spoken) or _QUOTATION.search(sentence.text) is not None


def _is_plea(sentence: Sentence, present: _Words) -> bool:
    return present.pleas.found_in(sentence.spoken) and len(sentence.spoken.split()) >= _BLANK_WORDS


def _opens_with_modal(sentence: Sentence) -> bool:
    head = sentence.spoken[:_HEAD]
    return MODAL_REQUESTS.found_in(head) and not head.startswith(_ADVERBS)


_HEAD: Final = 28
"""Characters: room for a name and a greeting before the verb."""
_ADVERBS: Final = tuple(
    f" {word} "
    for word in sorted(words("då så här där nu sedan annars dessutom även dann hier so da jetzt sonst auch also ya"))
)


def _is_closing(reading: Reading) -> bool:
    said = [sentence for sentence in reading.sentences if sentence.spoken.strip()]
    length = sum(len(sentence.spoken.split()) for sentence in said)
    return length <= _SHORT_WORDS and any(CLOSING.found_in(sentence.spoken) for sentence in said[:4])

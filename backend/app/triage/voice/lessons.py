"""What a draft and the text that was sent in its place teach; in fixed words, with nothing of either text in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.triage.signals.languages import Language
from app.triage.voice.openings import FORM_WORDS, NAME, Shape, form_of_address, shape_of
from app.triage.voice.profile import language_in

LANGUAGE_NAMES: Final = {
    Language.ENGLISH: "English",
    Language.SWEDISH: "Swedish",
    Language.GERMAN: "German",
    Language.FRENCH: "French",
    Language.SPANISH: "Spanish",
}
SHORTER: Final = 0.6
LONGER: Final = 1.7
LEAST_WORDS: Final = 8
"""Of a draft whose length says anything."""


@dataclass(frozen=True, slots=True)
class Lesson:
    kind: str
    text: str


def lessons_from(draft: str, sent: str, own_name: str) -> tuple[Lesson, ...]:
    """Nothing where the texts are the same but for spaces."""
    if draft.split() == sent.split() or not sent.strip():
        return ()
    proposed, written = shape_of(draft, own_name), shape_of(sent, own_name)
    found = [*_language(draft, sent), *_opening(proposed, written), *_length(proposed, written)]
    return (*found, *_form(draft, sent))


def _language(draft: str, sent: str) -> Iterator[Lesson]:
    before, after = language_in(draft), language_in(sent)
    if before is not after and after in LANGUAGE_NAMES and len(sent.split()) >= LEAST_WORDS:
        yield Lesson("language", f"Write in {LANGUAGE_NAMES[after]}.")


def _opening(proposed: Shape, written: Shape) -> Iterator[Lesson]:
    if written.greeting != proposed.greeting:
        said = written.greeting.replace(NAME, "<name>")
        yield Lesson("greeting", f"Begin with “{said}”." if said else "Begin without a greeting.")
    if written.closing.casefold() != proposed.closing.casefold():
        yield Lesson("closing", f"End with “{written.closing}”." if written.closing else "End without a closing line.")
    if written.signature and written.signature != proposed.signature:
        yield Lesson("signature", f"Sign with “{written.signature}”.")


def _length(proposed: Shape, written: Shape) -> Iterator[Lesson]:
    if proposed.words < LEAST_WORDS or not written.words:
        return
    ratio, about = written.words / proposed.words, max(10, round(written.words, -1))
    if ratio <= SHORTER:
        yield Lesson("length", f"Keep it short: about {about} words.")
    elif ratio >= LONGER:
        yield Lesson("length", f"Write more: about {about} words.")


def _form(draft: str, sent: str) -> Iterator[Lesson]:
    language = language_in(sent)
    before, after = form_of_address(draft, language), form_of_address(sent, language)
    if after and before != after:
        yield Lesson("form", f"Address them with “{FORM_WORDS[language, after]}”.")

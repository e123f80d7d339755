"""The user's habits of writing, by language, counted in their own sent mail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Final

from app.triage.signals.languages import Language, language_of
from app.triage.signals.reading import read
from app.triage.snapshot import Incoming
from app.triage.voice.habits import Habits, Voice
from app.triage.voice.openings import form_of_address, shape_of

LEAST_MESSAGES: Final = 3
LEAST_SHARE: Final = 0.4
"""Of the mails in a language that begin or end in the same way, before it counts as a habit."""
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)


def voice_of(texts: Sequence[str], own_name: str) -> Voice:
    """`texts` are what the user wrote themselves, without anything quoted."""
    by_language: defaultdict[Language, list[str]] = defaultdict(list)
    for text in texts:
        if text.strip():
            by_language[language_in(text)].append(text)
    habits = (_habits(language, those, own_name) for language, those in by_language.items())
    known = sorted((one for one in habits if one is not None), key=lambda one: -one.messages)
    return Voice(messages=sum(map(len, by_language.values())), habits=tuple(known))


def language_in(text: str) -> Language:
    mail = Incoming(id="", sender_name="", sender_address="", subject="", text=text, received_at=_UNDATED)
    return language_of(read(mail))


def _habits(language: Language, texts: Sequence[str], own_name: str) -> Habits | None:
    if language is Language.OTHER or len(texts) < LEAST_MESSAGES:
        return None
    shapes = [shape_of(text, own_name) for text in texts]
    return Habits(
        language=language,
        messages=len(texts),
        greeting=_usual((one.greeting for one in shapes), len(texts)),
        closing=_usual((one.closing for one in shapes), len(texts)),
        signature=_usual((one.signature for one in shapes), len(texts)),
        words=round(median(one.words for one in shapes)),
        form=_usual((form_of_address(text, language) for text in texts), len(texts)),
    )


def _usual(found: Iterable[str], messages: int) -> str:
    counts = Counter(one for one in found if one)
    if not counts:
        return ""
    [(value, count)] = counts.most_common(1)
    return value if count >= LEAST_MESSAGES - 1 and count / messages >= LEAST_SHARE else ""

"""The words of a message, folded and cut into sentences once, so that every rule reads the same text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.triage.snapshot import MAX_SUBJECT, MAX_TEXT, Incoming

MAX_SENTENCES: Final = 200
MAX_SENTENCE: Final = 400
_WRAPPED_LINE: Final = 45
"""A line at least this long was probably broken by the sender's mail program, not by the sender."""

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”»)\]]*(?=\s|$)|[。！？؟]+")
_BULLET: Final = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:\d{1,2}|[a-z]|mr|mrs|ms|dr|prof|nr|no|st|ca|kl|vs|etc|inkl|exkl|bzw|ggf|usw|str|tel|max|min|approx)$"
)
_DASHES_AND_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "\xa0": " "})


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    """As written, on one line."""
    spoken: str


@dataclass(frozen=True, slots=True)
class Reading:
    subject: str
    text: str
    folded: str
    """Subject and text, case-folded, one character per character of meaning; for patterns."""
    spoken: str
    """Words only, single spaces, a space at both ends; for phrases."""
    subject_spoken: str
    words: frozenset[str]
    sentences: tuple[Sentence, ...]
    """What the sender says, without greeting marks and signature, at most MAX_SENTENCES."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases ready to be looked for in `Reading.spoken`; see `phrases`."""

    needles: tuple[str, ...]

    def found_in(self, spoken: str) -> bool:
        return any(needle in spoken for needle in self.needles)

    def count(self, spoken: str) -> int:
        """How many different phrases occur."""
        return sum(needle in spoken for needle in self.needles)

    def narrowed_to(self, spoken: str) -> "Phrases":
        """Only the phrases that occur: looking sentence by sentence is then cheap."""
        return Phrases(tuple(needle for needle in self.needles if needle in spoken))


def phrases(*texts: str) -> Phrases:
    """Phrases as people write them; a star stands for the rest of a word ("invoice*", "*faktura*")."""
    return Phrases(tuple(_needle(text) for text in texts))


def _needle(text: str) -> str:
    words = speak(text.strip("*")).strip()
    return ("" if text.startswith("*") else " ") + words + ("" if text.endswith("*") else " ")


def words(text: str) -> frozenset[str]:
    """Folded single words."""
    return frozenset(fold(text).split())


def fold(text: str) -> str:
    """One form for one meaning: compatible characters, plain quotes and dashes, no case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DASHES_AND_QUOTES)
    return text.casefold()


def speak(text: str) -> str:
    """Words only, folded, with a space at both ends."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


def read(message: Incoming) -> Reading:
    subject = message.subject[:MAX_SUBJECT]
    text = message.text[:MAX_TEXT]
    subject_spoken = speak(subject)
    spoken = subject_spoken + speak(text).lstrip()
    return Reading(
        subject=subject,
        text=text,
        folded=fold(f"{subject}\n{text}"),
        spoken=spoken,
        subject_spoken=subject_spoken,
        words=frozenset(spoken.split()),
        sentences=tuple(_sentences(text)),
    )


def _sentences(text: str) -> Iterator[Sentence]:
    count = 0
    for paragraph in _paragraphs(_without_signature(text.splitlines())):
        for sentence in _split(paragraph):
            if count >= MAX_SENTENCES:
                return
            spoken = speak(sentence)
            if spoken.strip():
                count += 1
                yield Sentence(sentence[:MAX_SENTENCE], spoken)


def _without_signature(lines: list[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        if number and line.rstrip() == "--":
            return lines[:number]
    return lines


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Join lines that were wrapped; end a paragraph at blank lines, short lines and before bullets."""
    gathered: list[str] = []
    for line in lines:
        stripped = " ".join(_LINK.sub("", line).split())
        if gathered and (not stripped or _BULLET.match(line)):
            yield " ".join(gathered)
            gathered = []
        if stripped:
            gathered.append(stripped)
            if len(line) < _WRAPPED_LINE:
                yield " ".join(gathered)
                gathered = []
    if gathered:
        yield " ".join(gathered)


def _split(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        if end.group() == "." and _ABBREVIATION.search(paragraph[max(start, end.start() - 8) : end.start()].casefold()):
            continue
        yield paragraph[start : end.end()].strip()
        start = end.end()
    if rest := paragraph[start:].strip():
        yield rest

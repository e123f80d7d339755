"""What people and machines say in many languages, gathered by meaning: a word learned in one language helps in all."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from app.triage.signals.reading import speak

_HEAD: Final = 4


def _phrases() -> Iterator[tuple[str, str]]:
    """Each phrase of `cues.txt` with its cue."""
    cue = ""
    for line in files("app.triage.engines").joinpath("cues.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            cue = line.strip("[]")
        elif line and not line.startswith("#"):
            yield from ((cue, text) for text in map(str.strip, line.split(",")) if text)


def _needles() -> dict[str, list[tuple[str, str]]]:
    """By the head of the first word, so that only what may occur is looked for."""
    found: dict[str, list[tuple[str, str]]] = {}
    for cue, text in _phrases():
        words = speak(text.rstrip("*")).strip()
        needle = f" {words}" if text.endswith("*") else f" {words} "
        found.setdefault(words[:_HEAD].partition(" ")[0], []).append((needle, cue))
    return found


_NEEDLES: Final = _needles()
_UNSPACED: Final = tuple((text, cue) for cue, text in _phrases() if text[0] > "\u2fff")
"""Of languages that write no spaces between words."""


def cues_in(spoken: str) -> Iterator[str]:
    """The cue of every phrase found; `spoken` as `speak` makes it. A cue comes as often as different phrases say it."""
    for head in {word[:_HEAD] for word in spoken.split()}:
        for needle, cue in _NEEDLES.get(head, ()):
            if needle in spoken:
                yield cue
    if not spoken.isascii():
        for text, cue in _UNSPACED:
            if text in spoken:
                yield cue

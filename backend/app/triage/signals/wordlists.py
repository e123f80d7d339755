"""Phrases of many languages, gathered by meaning in a text file beside the code that reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from app.triage.signals.reading import speak

_HEAD: Final = 4
_UNSPACED: Final = re.compile("[\u3000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Wordlist:
    """A name in brackets begins a part of the file, then come its phrases, parted by commas; a star ends a stem."""

    needles: dict[str, list[tuple[str, str]]]
    """By the head of the first word, so that only what may occur is looked for."""
    unspaced: tuple[tuple[str, str], ...]
    """Of languages that write no spaces between words."""

    def found_in(self, spoken: str) -> Iterator[str]:
        """The part of every phrase found; `spoken` as `speak` makes it. A part comes as often as phrases say it."""
        for head in {word[:_HEAD] for word in spoken.split()}:
            for needle, part in self.needles.get(head, ()):
                if needle in spoken:
                    yield part
        if _UNSPACED.search(spoken):
            for text, part in self.unspaced:
                if text in spoken:
                    yield part


def read_wordlist(package: str, name: str) -> Wordlist:
    phrases = tuple(_phrases(files(package).joinpath(name).read_text("utf-8")))
    needles: dict[str, list[tuple[str, str]]] = {}
    for part, text in phrases:
        words = speak(text.rstrip("*")).strip()
        needle = f" {words}" if text.endswith("*") else f" {words} "
        needles.setdefault(words[:_HEAD].partition(" ")[0], []).append((needle, part))
    return Wordlist(needles, tuple((text.rstrip("*"), part) for part, text in phrases if _UNSPACED.match(text)))


def _phrases(content: str) -> Iterator[tuple[str, str]]:
    part = ""
    for line in content.splitlines():
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            yield from ((part, text) for text in map(str.strip, line.split(",")) if text)

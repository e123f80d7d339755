"""What people and machines say in many languages, gathered by meaning: a word learned in one language helps in all."""

from collections.abc import Iterator
from typing import Final

from app.triage.signals.wordlists import read_wordlist

_LISTED: Final = read_wordlist("app.triage.engines", "cues.txt")


def cues_in(spoken: str) -> Iterator[str]:
    """The cue of every phrase found; `spoken` as `speak` makes it. A cue comes as often as different phrases say it."""
    return _LISTED.found_in(spoken)

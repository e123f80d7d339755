"""What the built-in reader needs to know of a language to read rules in it; the reading itself is the same for all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.triage.user_rules.meaning import Conditions


def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def patterns(sentences: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Effect and sentence, the more special ones first."""
    return tuple((effect, pattern(sentence)) for effect, sentence in sentences)


@dataclass(frozen=True, slots=True)
class Tongue:
    """Regular expressions over one language; their groups are `whom`, `to`, `what`, `who`, `words` and `domain`."""

    sentences: tuple[tuple[str, re.Pattern[str]], ...]
    clauses: re.Pattern[str]
    """Where one wish ends and the next begins."""
    hints: re.Pattern[str]
    """How a sentence begins whose rest may hold any words."""
    pronoun: re.Pattern[str]
    """The same mail once more."""
    targets: re.Pattern[str]
    """Between several places that mail is to go to."""
    for_somebody: re.Pattern[str]
    """Such a place is a person."""
    place: re.Pattern[str]
    """Words before the name of a label that are no part of it."""
    mail: re.Pattern[str]
    articles: re.Pattern[str]
    sender: re.Pattern[str]
    subject: re.Pattern[str]
    about: re.Pattern[str]
    copied: re.Pattern[str]
    alone: re.Pattern[str]
    either: re.Pattern[str]
    at: re.Pattern[str]
    kinds: Mapping[str, Conditions]
    """Names of kinds of mail and of senders, lower case."""
    capital_nouns: bool = False
    """One word with a capital may be any noun, and so is no name of a person."""
    _kinds: tuple[tuple[re.Pattern[str], Conditions], ...] = field(init=False)

    def __post_init__(self) -> None:
        compiled = tuple((re.compile(name), conditions) for name, conditions in self.kinds.items())
        object.__setattr__(self, "_kinds", compiled)

    def kind_named(self, phrase: str) -> Conditions | None:
        """The conditions that a name such as "invoices" stands for, with or without an article."""
        bare = phrase.lower()
        for one in (bare, self.articles.sub("", bare)):
            found = next((conditions for name, conditions in self._kinds if name.fullmatch(one)), None)
            if found is not None:
                return found
        return None

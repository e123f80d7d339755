"""Whom a message speaks to: its recipients, its greeting, and names called out in it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.triage.signals.reading import Reading, fold, words
from app.triage.snapshot import Incoming, Reader

SMALL_GROUP: Final = 3
"""Up to so many people in To, a question is still put to each of them."""


class Delivery(StrEnum):
    """How the message reached the user."""

    ALONE = "alone"
    """The only address in To and Cc."""
    DIRECT = "direct"
    COPIED = "copied"
    UNDISCLOSED = "undisclosed"
    """In neither To nor Cc: a blind copy, a list or an alias."""


class Greeting(StrEnum):
    NONE = "none"
    USER = "user"
    OTHER = "other"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Addressing:
    delivery: Delivery
    recipients: int
    """Addresses in To and Cc together."""
    direct_recipients: int
    greeting: Greeting
    greeted: str
    """The greeted name as written, empty when there is none."""
    called_by_name: bool
    """The user's name is called out inside the text: "Ana, could you …"."""
    asked_by_name: bool
    """A sentence names the user and says "you", and there or right after it something is asked."""


_GREETING: Final = re.compile(
    r"^\s*(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|hej|hejsan|hallå|tja|tjena|kära|"
    r"käre|bästa|god (?:morgon|kväll|dag|eftermiddag)|godmorgon|hallo|liebe[rs]?|sehr geehrte[r]?(?: herr| frau)?|"
    r"guten (?:tag|morgen|abend)|moin|servus|grüss gott|bonjour|bonsoir|salut|coucou|ch(?:er|ère)s?|hola|"
    r"buen[oa]s? (?:días|dias|tardes|noches|día)|estimad[oa]s?|querid[oa]s?|ciao|olá)\b[ \t]*(?P<rest>[^\n]{0,80})"
)
_NAME_ONLY: Final = re.compile(r"^\s*(?P<rest>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)\s*[,!:–-]\s*$")
_CALLED: Final = re.compile(r"^\s*([^\W\d_]{2,20})\s?[,!:–-]\s")
_END_OF_NAME: Final = re.compile(r"[,!.:;?–—()]| - ")
_NAME: Final = re.compile(r"[^\W\d_][^\W\d_'-]{0,30}")
_GROUP_WORDS: Final = words(
    "all everyone everybody team folks guys colleagues friends members alla allihop allihopa vänner kollegor "
    "föräldrar familjer zusammen alle allerseits kollegen eltern tous toutes équipe todos todas equipo parents "
    "families neighbours neighbors volunteers grannar gäng gänget"
)
_BOTH_WORDS: Final = words("both båda bägge beide beiden ihr er ni euch deux ambos ambas two och and und et y")
_NOBODY_WORDS: Final = words(
    "there sir madam customer client user member subscriber friend kund kunde kundin damen und herren or mr mrs ms "
    "herr frau på dig du again igen nochmal the a my dear our valued sehr madame monsieur messieurs señor señora "
    "cliente to from"
)


def addressing_of(message: Incoming, reader: Reader, reading: Reading) -> Addressing:
    own, to, cc = reader.addresses, set(message.to), set(message.cc)
    greeting, greeted = _greeting(message, reader, reading)
    return Addressing(
        delivery=_delivery(own, to, cc),
        recipients=len(to | cc),
        direct_recipients=len(to),
        greeting=greeting,
        greeted=greeted,
        called_by_name=_called_by_name(reader, reading),
        asked_by_name=_asked_by_name(reader, reading),
    )


def _delivery(own: frozenset[str], to: set[str], cc: set[str]) -> Delivery:
    if to & own:
        return Delivery.ALONE if not (to | cc) - own else Delivery.DIRECT
    return Delivery.COPIED if cc & own else Delivery.UNDISCLOSED


def names_of(reader: Reader) -> frozenset[str]:
    """The user's names, folded: words of the name and of the addresses' local parts."""
    words = {word for word in _NAME.findall(fold(reader.name)) if len(word) > 1}
    for address in reader.addresses:
        words |= {word for word in _NAME.findall(fold(address.partition("@")[0])) if len(word) > 2}  # noqa: PLR2004
    return frozenset(words)


def other_names(message: Incoming, reader: Reader) -> frozenset[str]:
    """The first names that the other recipients' addresses begin with, folded."""
    others = (address for address in (*message.to, *message.cc) if address not in reader.addresses)
    names = (_NAME.match(fold(address)) for address in others)
    return frozenset(name.group() for name in names if name) - names_of(reader)


def _greeting(message: Incoming, reader: Reader, reading: Reading) -> tuple[Greeting, str]:
    # Only the first lines: "Dear diary" further down greets nobody.
    lines = [line for line in fold(reading.text[:600]).split("\n") if line.strip()][:2]
    for line in lines:
        if found := (_GREETING.match(line) or _NAME_ONLY.match(line)):
            return _who(found.group("rest"), message, reader)
        # "Ana, yes please": only the user's own name counts, or every sentence with a comma would greet somebody.
        if (called := _CALLED.match(line)) and called.group(1) in names_of(reader):
            return Greeting.USER, called.group(1)
    return Greeting.NONE, ""


def _who(rest: str, message: Incoming, reader: Reader) -> tuple[Greeting, str]:
    names = names_of(reader)
    heads = [word for word in _NAME.findall(rest) if word not in _NOBODY_WORDS]
    # "Ana, Jonas" greets two; "Ana, could you" greets one: names end where the greeting's words end.
    first_part = _NAME.findall(_END_OF_NAME.split(rest, maxsplit=1)[0])
    if names & set(first_part) or (heads and heads[0] in names):
        return Greeting.USER, rest.strip()
    if set(first_part) & _GROUP_WORDS:
        return Greeting.GROUP, rest.strip()
    greeted = [word for word in first_part if word not in _NOBODY_WORDS | _BOTH_WORDS]
    if len(greeted) == 1 or (greeted and len(greeted) <= SMALL_GROUP and len(first_part) <= 4):  # noqa: PLR2004
        named_others = names & set(heads[:SMALL_GROUP])
        return (Greeting.USER if named_others else _other_or_pet_name(greeted, message, reader)), " ".join(greeted)
    return Greeting.NONE, ""


def _other_or_pet_name(greeted: list[str], message: Incoming, reader: Reader) -> Greeting:
    """Pet names ("mum", "sis") greet the user too, when nobody else could be meant."""
    others = [address for address in (*message.to, *message.cc) if address not in reader.addresses]
    alone = not others and bool(set(message.to) & reader.addresses)
    return Greeting.NONE if alone and greeted[0] in _FAMILY_WORDS else Greeting.OTHER


_FAMILY_WORDS: Final = words(
    "mum mom mama mamma dad papa pappa sis bro sister brother darling love honey dear mate gumman gubben älskling "
    "syster brorsan syrran vännen schatz liebling chérie chéri cariño hija hijo tochter sohn"
)


_YOU: Final = words(
    "you your yours u ur du dich dir dein deine deinem deinen deiner sie ihnen ihr ihre ihrem ihren ihrer euch vous "
    "votre vos tu te toi ton ta tes ti tuo tua lei le suo sua usted le lo su os vos contigo consegues você lhe teu jij "
    "je jou jouw u uw dig din ditt dina deg dere dine ty ci ciebie twój pan pani pana cię тебе тебя ты вы вам вас sen "
    "siz sinä sinulla teille εσύ σου σας"
)
_ASKING: Final = ("?", "？", "؟", ";")
_NEAR: Final = 3
"""Sentences: who is named first and asked then."""


def _asked_by_name(reader: Reader, reading: Reading) -> bool:
    """Rest on whole words, so that "as Priya said" without any "you" beside it calls nobody."""
    names = frozenset(name for name in names_of(reader) if len(name) > 2)  # noqa: PLR2004 - initials name nobody
    for place, sentence in enumerate(reading.sentences):
        if not names.isdisjoint(sentence.spoken.split()):
            near = reading.sentences[place : place + _NEAR]
            says_you = any(not _YOU.isdisjoint(one.spoken.split()) for one in near[:2])
            if says_you and any(one.text.rstrip().endswith(_ASKING) for one in near):
                return True
    return False


def _called_by_name(reader: Reader, reading: Reading) -> bool:
    if any(f"@{address}" in reading.folded for address in reader.addresses):
        return True
    # Who gave no name is called by the one the address begins with.
    firsts = [fold(reader.name), *(address.partition("@")[0] for address in sorted(reader.addresses))]
    first = next((names[0] for names in map(_NAME.findall, firsts) if names), "")
    if len(first) < 2:  # noqa: PLR2004 - an initial calls nobody
        return False
    name = re.escape(first)
    calls = re.compile(
        rf"(?:^|[\n.!?@(–—-]\s?|\s@){name}\s?[,:–—-]|,\s{name}\s?\?|@{name}\b|\b(?:can|could|kan|kann) {name}\b"
    )
    # What the first line begins with is the greeting's matter; the search starts behind the line break before it.
    return calls.search(reading.folded, reading.folded.find("\n") + 1) is not None

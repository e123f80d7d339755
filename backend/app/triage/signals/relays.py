"""Whether a service hands on what a person wrote, and whether that person asks the user something."""

import re
from dataclasses import dataclass, replace
from typing import Final

from app.triage.plain import MAX_ASK, one_line
from app.triage.signals.addressing import names_of
from app.triage.signals.questions import MAX_ASKS
from app.triage.signals.reading import Reading, Sentence, fold, read
from app.triage.signals.relay_words import BUTTONS, FURNITURE, GATHERED, SPEAKS, TO_MANY, TO_READER
from app.triage.signals.request_words import MODAL_REQUESTS, NO_ANSWER, PLEAS, REQUESTS, RHETORICAL, TO_ANYBODY
from app.triage.signals.senders import Origin, SenderKind
from app.triage.snapshot import Incoming, Reader

_HEAD: Final = 700
"""Characters of the text in which a service says who wrote."""
_SHORT: Final = 4
"""Sentences of a mail that says nothing itself."""
_LEAST_WORDS: Final = 2
_LONG_NAME: Final = 4
_MAILBOX: Final = re.compile(
    r"(?:^|[._+-])(?:comments?|messages?|replies|mentions?|inbox|chat|forum|discussions?|tasks?|nachrichten?|"
    r"kommentare?|notis|messagerie|mensajes|messaggi|berichten)(?:$|[._+-])"
)
"""Parts of addresses from which services hand on what people write."""
_QUESTION_MARK: Final = re.compile(r"[?？؟](?=[\s\"'”“»«’)\]」』.,!]|$)|か[。」]|吗[。」]")
_COUNTED: Final = re.compile(
    r"\b\d{1,4} (?:new|unread|more|others?|people|neue|ungelesene|weitere|nouveaux|nouvelles|autres|nuev[oa]s|"
    r"nuov[ie]|nieuwe|nya|nye|nov[oa]s|nowych|nowe|новых)\b"
)
_QUOTED: Final = re.compile(r"^[>\s]+", re.MULTILINE)
_BOT: Final = re.compile(r"\bbot\b|\w{3,20}bot\b")
_EVERYBODY: Final = re.compile(r"@(?:channel|here|everyone|everybody|all|team|alle|room|tous|todos)\b")
_HANDLE: Final = re.compile(r"@([^\W_][\w.-]{1,40})")
_TITLES: Final = (
    r"(?:@|dr\.? |mr\.? |mrs\.? |ms\.? |frau |herr |madame |monsieur |mme |m\. |señora? |sra?\. |signora? )"
)
_GREETINGS: Final = (
    r"(?:dear |hi |hello |hey |hej |hei |hallo |liebe[rs]? |moin |bonjour |salut |cher |chère |hola |ciao |cześć |olá )"
)


@dataclass(frozen=True, slots=True)
class Relay:
    """What a person says in the mail of a service."""

    hands_on: bool = False
    to_user: bool = False
    """The person turns to the user, by name or because it is about something of the user's."""
    asked: tuple[str, ...] = ()
    """What the person asks of the user; empty when not said to the user."""

    @property
    def asks_user(self) -> bool:
        return bool(self.asked)


_NONE: Final = Relay()


def relay_of(message: Incoming, reader: Reader, reading: Reading, origin: Origin) -> Relay:
    if not _from_service(message, origin):
        return _NONE
    reading = _with_quotation(message, reading)
    head = f"{reading.subject_spoken}{reading.spoken[len(reading.subject_spoken) :][:_HEAD]} "
    first = reading.sentences[0].spoken if reading.sentences else ""
    at_handle = _has_handle(reader, reading.folded)
    announced = TO_READER.found_in(head)
    speaks = announced or at_handle or SPEAKS.found_in(reading.subject_spoken + first)
    if not speaks or _from_many(message, reading):
        return _NONE
    named = at_handle or _calls(reader, reading.folded)
    if not (announced or named) or (_EVERYBODY.search(reading.folded) and not named):
        return Relay(hands_on=True)
    return Relay(hands_on=True, to_user=True, asked=_asked(reading, named=named))


def _with_quotation(message: Incoming, reading: Reading) -> Reading:
    """Some services set what a person wrote as a quotation: "Carmen wrote:" and then the words."""
    announces = any(one.text.endswith(":") for one in reading.sentences)
    if not message.quoted_text or message.in_reply_to or not announces or len(reading.sentences) > _SHORT:
        return reading
    return read(replace(message, text=f"{message.text}\n{_QUOTED.sub('', message.quoted_text[:_HEAD])}"))


def _from_service(message: Incoming, origin: Origin) -> bool:
    if origin.discussion or origin.bounce or origin.auto_reply:
        return False
    if origin.kind in {SenderKind.SERVICE, SenderKind.ROLE}:
        return True
    local, _, domain = message.sender_address.partition("@")
    own_name = fold(local) == domain.partition(".")[0]
    return origin.kind is SenderKind.PERSON and bool(origin.evidence or own_name or _MAILBOX.search(local))


def _from_many(message: Incoming, reading: Reading) -> bool:
    """A digest, a poll, a reminder, or words of a robot."""
    return (
        TO_MANY.found_in(reading.subject_spoken)
        or GATHERED.found_in(reading.spoken)
        or _COUNTED.search(reading.subject_spoken) is not None
        or _BOT.search(f"{fold(message.sender_name)}\n{reading.folded[:200]}") is not None
    )


def _has_handle(reader: Reader, folded: str) -> bool:
    """Whether the user is called "@ana", "@ana.berg", "@aberg"."""
    return "@" in folded and any(_is_handle(_letters(match[1]), reader) for match in _HANDLE.finditer(folded))


def _is_handle(handle: str, reader: Reader) -> bool:
    words = [_letters(word) for word in fold(reader.name).split()]
    initials = "".join([*(word[:1] for word in words[:-1]), *words[-1:]])
    if handle in {*map(_letters, names_of(reader)), "".join(words), initials} - {""}:
        return True
    return any(_is_handle_at(handle, *address.split("@")) for address in reader.addresses if address.count("@") == 1)


def _is_handle_at(handle: str, local: str, domain: str) -> bool:
    """People's own domains carry their family name: "@aberg" and "@berg" are ana@berg.example."""
    local, own = _letters(local), _letters(domain.rpartition(".")[0])
    family = handle[1:] if handle[:1] == local[:1] else handle
    return handle == local or (len(family) >= _LONG_NAME and own.endswith(family))


def _calls(reader: Reader, folded: str) -> bool:
    """Whether it says "Ana, could you" or "is that so, Ana?"; not the service's own "Dear Ana,"."""
    names = names_of(reader)
    if not names:
        return False
    name = "|".join(map(re.escape, sorted(names)))
    opening = rf"(?:(?:^|[\n(.!?])\s*|[\"“„»«‚':]\s*{_GREETINGS}?){_TITLES}{{0,2}}"
    calls = rf"{opening}(?:{name})\b(?: (?:{name})\b)?\s?[,:!–—-]|,\s(?:{name})\s?[?!.]"
    return re.search(calls, folded) is not None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _asked(reading: Reading, *, named: bool) -> tuple[str, ...]:
    said = [one for one in reading.sentences if not _is_furniture(one)]
    if not named and said and all(TO_ANYBODY.found_in(one.spoken) for one in said if _asks(one)):
        return ()
    if any(NO_ANSWER.found_in(one.spoken) for one in said):
        return ()
    return tuple(one_line(one.text, MAX_ASK) for one in said if _asks(one))[:MAX_ASKS]


def _is_furniture(sentence: Sentence) -> bool:
    if sentence.spoken.startswith(FURNITURE.needles) or len(sentence.spoken.split()) < _LEAST_WORDS:
        return True
    return sentence.spoken.startswith(BUTTONS.needles) and not _QUESTION_MARK.search(sentence.text)


def _asks(sentence: Sentence) -> bool:
    if RHETORICAL.found_in(sentence.spoken):
        return False
    asks = REQUESTS.found_in(sentence.spoken) or PLEAS.found_in(sentence.spoken)
    return asks or MODAL_REQUESTS.found_in(sentence.spoken) or bool(_QUESTION_MARK.search(sentence.text))

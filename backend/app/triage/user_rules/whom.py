"""For which mail a rule holds: "invoices from example.org", "strangers", "mail about the lease"."""

import re
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from app.triage.user_rules.meaning import Address, Conditions, Domain, Reached, Word
from app.triage.user_rules.vocabulary import kind_named

_MAIL: Final = re.compile(
    r"^(?:(?:all|any|every|each|my|the|such)\s+)*(?:e-?mails?|mails?|messages?|anything|everything|letters?)$"
)
_ARTICLES: Final = re.compile(r"^(?:(?:all|any|every|each|my|the|a|an)\s+)+")
_FROM: Final = re.compile(r"^(?:(?P<what>.*?)\s+)?(?:from|by|of)\s+(?P<who>.+)$", re.IGNORECASE)
_SUBJECT: Final = re.compile(
    r"^(?P<what>.+?)\s+(?:with|that (?:has|have))\s+(?P<words>.+?)\s+in (?:the|its|their) subject$", re.IGNORECASE
)
_ABOUT: Final = re.compile(
    r"^(?P<what>.+?)\s+(?:about|mentioning|containing|that mentions?|with the words?)\s+(?P<words>.+)$", re.IGNORECASE
)
_COPIED: Final = re.compile(
    r"^(?P<what>.+?)\s+(?:(?:that|which|where)\s+)?(?:i am|i'm|i was)\s+(?:only\s+)?"
    r"(?:copied(?: on| in)?|in (?:the )?cc|cc'?d(?: on)?)$",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    r"^(?P<what>.+?)\s+(?:(?:sent|written|addressed)\s+)?(?:only to me|to me (?:alone|only))$", re.IGNORECASE
)
_OR: Final = re.compile(r"\s*,\s*(?:and|or)?\s*|\s+(?:and|or)\s+", re.IGNORECASE)
_QUOTES: Final = " \"'“”‘’«».,"
_AT: Final = re.compile(
    r"^(?:(?:anyone|anybody|everyone|everybody|people|somebody|someone)\s+(?:at|from)\s+|@)(?P<domain>\S+)$",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"^[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,3}$")
_ADDRESSES: Final[TypeAdapter[str]] = TypeAdapter(Address)
_DOMAINS: Final[TypeAdapter[str]] = TypeAdapter(Domain)
_WORDS: Final[TypeAdapter[str]] = TypeAdapter(Word)


def whom(phrase: str) -> Conditions | None:
    """None when it is not understood."""
    phrase = " ".join(phrase.split()).strip(_QUOTES)
    return _kind(phrase) or _qualified(phrase) or _senders(phrase)


def _kind(phrase: str) -> Conditions | None:
    bare = phrase.lower()
    return kind_named(bare) or kind_named(_ARTICLES.sub("", bare))


def _qualified(phrase: str) -> Conditions | None:
    if match := _SUBJECT.match(phrase):
        return _with(match["what"], subject_words=_words(match["words"]))
    if match := _ABOUT.match(phrase):
        return _with(match["what"], words=_words(match["words"]))
    if match := _COPIED.match(phrase):
        return _with(match["what"], reached=(Reached.COPIED,))
    if match := _ALONE.match(phrase):
        return _with(match["what"], reached=(Reached.ALONE,))
    if match := _FROM.match(phrase):
        who = _kind(match["who"].strip(_QUOTES)) or _senders(match["who"])
        return None if who is None else _with(match["what"] or "mail", **_given(who))
    return None


def _with(what: str, **more: Any) -> Conditions | None:
    """Narrow what a noun says by something else; None when either is not understood."""
    if not all(more.values()) and more.get("known_sender") is None and more.get("from_list") is None:
        return None
    if _MAIL.match(what.lower()):
        return Conditions(**more)
    base = _kind(what) or _qualified(what)
    if base is None or base.everything:
        return None
    given = _given(base)
    return None if given.keys() & more.keys() else Conditions(**(given | more))


def _given(conditions: Conditions) -> dict[str, Any]:
    return {name: getattr(conditions, name) for name in conditions.model_fields_set}


def _words(phrase: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _OR.split(phrase):
        try:
            found.append(_WORDS.validate_python(re.sub(r"^(?:the|a|an)\s+", "", part.strip(_QUOTES))))
        except ValidationError:
            return ()
    return tuple(found)


def _senders(phrase: str) -> Conditions | None:
    """Addresses, domains and names, in any mixture."""
    addresses: list[str] = []
    domains: list[str] = []
    names: list[str] = []
    for part in filter(None, (one.strip(_QUOTES) for one in _OR.split(phrase))):
        at = _AT.match(part)
        domain = at["domain"] if at else part
        if _fits(_ADDRESSES, part):
            addresses.append(part.lower())
        elif _fits(_DOMAINS, domain):
            domains.append(domain.lower())
        elif _is_name(part):
            names.append(part)
        else:
            return None
    given = {"addresses": tuple(addresses), "domains": tuple(domains), "sender_names": tuple(names)}
    return (
        Conditions.model_validate({name: value for name, value in given.items() if value})
        if any(given.values())
        else None
    )


def _is_name(part: str) -> bool:
    """Names begin with a capital; other words may mean anything, and are better not guessed at."""
    return bool(_NAME.match(part)) and all(word[0].isupper() for word in part.split())


def _fits(kind: TypeAdapter[str], value: str) -> bool:
    try:
        kind.validate_python(value)
    except ValidationError:
        return False
    return True

"""For which mail a rule holds: "invoices from example.org", "strangers", "mail about the lease"."""

import re
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from app.triage.user_rules.meaning import Address, Conditions, Domain, Reached, Word
from app.triage.user_rules.tongues import Tongue

_QUOTES: Final = " \"'“”‘’„«».,"
_NAME: Final = re.compile(r"^[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,3}$")
_ADDRESSES: Final[TypeAdapter[str]] = TypeAdapter(Address)
_DOMAINS: Final[TypeAdapter[str]] = TypeAdapter(Domain)
_WORDS: Final[TypeAdapter[str]] = TypeAdapter(Word)


def whom(phrase: str, tongue: Tongue) -> Conditions | None:
    """None when it is not understood."""
    phrase = " ".join(phrase.split()).strip(_QUOTES)
    return tongue.kind_named(phrase) or _qualified(phrase, tongue) or _senders(phrase, tongue)


def _qualified(phrase: str, tongue: Tongue) -> Conditions | None:
    if match := tongue.subject.match(phrase):
        return _with(match["what"], tongue, subject_words=_words(match["words"], tongue))
    if match := tongue.about.match(phrase):
        return _with(match["what"], tongue, words=_words(match["words"], tongue))
    if match := tongue.copied.match(phrase):
        return _with(match["what"], tongue, reached=(Reached.COPIED,))
    if match := tongue.alone.match(phrase):
        return _with(match["what"], tongue, reached=(Reached.ALONE,))
    if match := tongue.sender.match(phrase):
        who = tongue.kind_named(match["who"].strip(_QUOTES)) or _senders(match["who"], tongue)
        return None if who is None else _with(match["what"] or "mail", tongue, **_given(who))
    return None


def _with(what: str, tongue: Tongue, **more: Any) -> Conditions | None:
    """Narrow what a noun says by something else; None when either is not understood."""
    if not all(more.values()) and more.get("known_sender") is None and more.get("from_list") is None:
        return None
    if tongue.mail.match(what.lower()):
        return Conditions(**more)
    base = tongue.kind_named(what) or _qualified(what, tongue)
    if base is None or base.everything:
        return None
    given = _given(base)
    return None if given.keys() & more.keys() else Conditions(**(given | more))


def _given(conditions: Conditions) -> dict[str, Any]:
    return {name: getattr(conditions, name) for name in conditions.model_fields_set}


def _words(phrase: str, tongue: Tongue) -> tuple[str, ...]:
    found: list[str] = []
    for part in tongue.either.split(phrase):
        try:
            found.append(_WORDS.validate_python(tongue.articles.sub("", part.strip(_QUOTES))))
        except ValidationError:
            return ()
    return tuple(found)


def _senders(phrase: str, tongue: Tongue) -> Conditions | None:
    """Addresses, domains and names, in any mixture."""
    addresses: list[str] = []
    domains: list[str] = []
    names: list[str] = []
    for part in filter(None, (one.strip(_QUOTES) for one in tongue.either.split(phrase))):
        at = tongue.at.match(part)
        domain = at["domain"] if at else part
        if _fits(_ADDRESSES, part):
            addresses.append(part.lower())
        elif _fits(_DOMAINS, domain):
            domains.append(domain.lower())
        elif _is_name(part, tongue):
            names.append(part)
        else:
            return None
    given = {"addresses": tuple(addresses), "domains": tuple(domains), "sender_names": tuple(names)}
    return (
        Conditions.model_validate({name: value for name, value in given.items() if value})
        if any(given.values())
        else None
    )


def _is_name(part: str, tongue: Tongue) -> bool:
    """Names begin with a capital; other words may mean anything, and are better not guessed at."""
    words = part.split()
    if tongue.capital_nouns and len(words) == 1:
        return False
    return bool(_NAME.match(part)) and all(word[0].isupper() for word in words)


def _fits(kind: TypeAdapter[str], value: str) -> bool:
    try:
        kind.validate_python(value)
    except ValidationError:
        return False
    return True

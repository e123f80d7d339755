"""What the linear models look at for signs of deceit: the language of fraud, false claims, and words out of sight."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations, islice
from typing import Final

from app.mail.addresses import registrable_domain
from app.triage.engines.cues import cues_in
from app.triage.signals import Signals
from app.triage.signals.injections import names_a_machine
from app.triage.signals.lures import parts_in
from app.triage.signals.places import attachment_names, hidden_words
from app.triage.signals.reading import fold, speak
from app.triage.snapshot import Snapshot

_MANY_PARTS: Final = (2, 4, 6)
_PAIRED: Final = frozenset({
    "secrecy", "unreachable", "errand", "transfer", "balance", "gift cards", "other account", "advance fee",
    "overpaid", "held", "threat", "within hours", "sign in with", "secret", "identity", "prize", "abroad", "it's me",
    "small amount", "crypto", "register", "document",
})  # fmt: skip
"""Parts of the language of fraud that mean more beside each other."""
_MOST_PAIRS: Final = 15
_PLACE_WORDS: Final = 40
_PLACE_TEXT: Final = 2_000
_FREE_MAIL: Final = (
    "mail", "post", "inbox", "box", "correo", "correio", "courri", "poczt", "skrzynk", "letter", "outlook", "yahoo",
    "gmx", "icloud", "proton", "yandex",
)  # fmt: skip
"""In domains anybody may have an address of."""
_TITLES: Final = ("ceo", "director", "office", "dir", "chair")
_SIGNATURE: Final = 400
_HOSTS_READ: Final = 10
_TEXT_READ: Final = 4_000
_HOST: Final = re.compile(r"https?://(?:www\.)?([\w-]+(?:\.[\w-]+)+)")
ANSWERS: Final = ("re:", "aw:", "sv:", "vs:", "antw:", "rv:", "odp:")
"""How the subject of an answer begins."""


def deceit_features(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    yield from _deceit(snapshot, signals)
    yield from _claims(snapshot, signals)
    yield from _elsewhere(snapshot, signals)


def _deceit(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    """The language of fraud, what stands together of it, and whether a stranger says it."""
    parts = sorted(signals.fraud_parts)
    who = "known" if signals.known_sender else "vouched" if signals.authentication.passed else "stranger"
    kind = "person" if signals.origin.human else "machine"
    for part in parts:
        yield from (f"#fraud {part}", f"#fraud {part} {who}", f"#fraud {part} {kind}")
    paired = [part for part in parts if part in _PAIRED]
    for first, second in islice(combinations(paired, 2), _MOST_PAIRS):
        yield f"#fraud {first} + {second}"
    for bound in _MANY_PARTS:
        if len(paired) >= bound:
            yield from (f"#fraud in {bound} parts", f"#fraud in {bound} parts {who}")
    if paired and snapshot.message.links and not signals.known_sender:
        yield "#fraud links"
    if names_a_machine(signals.reading.folded):
        yield "#machine named"
    if {"by another way", "other account"} <= signals.fraud_parts:
        yield "#fraud by another way"


def _claims(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    """Words of the user's own organisation, or of a position in it, at an address of another."""
    message = snapshot.message
    local, _, domain = message.sender_address.partition("@")
    own = {address.partition("@")[2] for address in snapshot.reader.addresses} - {""}
    if domain in own:
        return
    words, label = _words_of(own), domain.rpartition(".")[0]
    name, signature = fold(message.sender_name), signals.reading.folded[-_SIGNATURE:]
    free = any(word in label for word in _FREE_MAIL)
    for said, holds in (
        ("own words in domain", any(word in label for word in words)),
        ("own words in mailbox", any(word in local for word in words)),
        ("own words in name", any(word in name for word in words)),
        ("own words signed", any(word in signature for word in words)),
        ("free mail", free),
        ("free mail of title", free and any(title in local for title in _TITLES)),
        ("digits in mailbox", any(character.isdigit() for character in local)),
        ("long domain", label.count("-") > 1 or label.count(".") > 1),
        ("other domain in text", _names_another_domain(signals.reading.folded, domain)),
        ("stranger answers", message.subject.casefold().startswith(ANSWERS) and not message.in_reply_to),
        ("domain known", domain in snapshot.known_domains or snapshot.contact.written_to_domain),
    ):
        if holds:
            yield f"#claims {said}"


def _words_of(domains: Iterable[str]) -> set[str]:
    labels = (domain.rpartition(".")[0].replace(".", "-") for domain in domains)
    return {word for label in labels for word in label.split("-") if len(word) > 3}  # noqa: PLR2004 - no "the"


def _names_another_domain(folded: str, domain: str) -> bool:
    hosts = {match[1] for match in islice(_HOST.finditer(folded[:_TEXT_READ]), _HOSTS_READ)} - {domain}
    return any(registrable_domain(host) != registrable_domain(domain) for host in hosts)


def _elsewhere(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    """Words of attachment names, of the calendar part and of what the HTML hides."""
    message, invitation = snapshot.message, signals.invitation
    for place, text in (
        ("f", attachment_names(message)),
        ("c", "\n".join(invitation.words) if invitation else ""),
        ("h", hidden_words(message)),
    ):
        if not text:
            continue
        spoken = speak(text[:_PLACE_TEXT])
        words = ("0" if word.isdecimal() else word for word in spoken.split()[:_PLACE_WORDS])
        yield from (f"{place}:{word}" for word in dict.fromkeys(words))
        yield from (f"#{place} says {cue}" for cue in set(cues_in(spoken)))
        yield from (f"#{place} fraud {part}" for part in parts_in(spoken))

"""Signs that a message wants to deceive its reader or to steer an assistant, each with its weight and reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.mail.addresses import look_alike, registrable_domain
from app.mail.parse import Problem
from app.triage.plain import MAX_REASON, one_line
from app.triage.signals.authentication import Authentication
from app.triage.signals.calendars import Invitation
from app.triage.signals.imitations import imitated_brand, imitates_its_name
from app.triage.signals.injections import (
    INSTRUCTION_WEIGHTS,
    Instruction,
    instructions_in,
    orders_in_names,
    talked_about,
)
from app.triage.signals.lures import ACCOUNT_CHANGES, HONEST_TOO, WEIGHTS, Lure, lures_in, pressed
from app.triage.signals.money import money_in
from app.triage.signals.places import attachment_names, hidden_words
from app.triage.signals.reading import Reading, fold
from app.triage.signals.senders import Origin, SenderKind
from app.triage.snapshot import Earlier, Incoming, Snapshot

SUSPICIOUS: Final = 1.0
"""Findings that weigh so much together make a message suspicious."""
_HIDDEN_ALLOWED: Final = 40
_HIDDEN_ALLOWED_BULK: Final = 2_000
"""Honest newsletters hide a preview line and its padding."""


class AttackKind(StrEnum):
    INSTRUCTION = "instruction"
    HIDDEN_TEXT = "hidden_text"
    LOOK_ALIKE = "look_alike"
    REPLY_ELSEWHERE = "reply_elsewhere"
    FALSE_NAME = "false_name"
    UNAUTHENTICATED = "unauthenticated"
    LURE = "lure"
    FALSE_LINK = "false_link"
    DANGEROUS_FILE = "dangerous_file"
    FORGED_SELF = "forged_self"


@dataclass(frozen=True, slots=True)
class Attack:
    kind: AttackKind
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    snapshot: Snapshot
    reading: Reading
    origin: Origin
    authentication: Authentication
    invitation: Invitation | None
    parts: frozenset[str]
    """Of the language of fraud; see `lures`."""

    @property
    def message(self) -> Incoming:
        return self.snapshot.message

    @property
    def known(self) -> bool:
        return self.snapshot.contact.written > 0


_HELP_DESK: Final = re.compile(
    r"\b(?:it[ -]?(?:support|help ?desk|service|avdelning\w*|abteilung|department|team)|help ?desk|mail ?admin\w*|"
    r"system ?admin\w*|webmail|mail(?:box)? (?:team|support|service)|security team)\b"
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@([\w-]+(?:\.[\w-]+)+)")
_SHOWN_HOST: Final = re.compile(
    r"^\s*(?:https?://)?(?:www\.)?((?:[\w-]{1,63}\.){1,5}[a-z]{2,24})(?:[/:?#]\S*)?\s*$", re.IGNORECASE
)
_TARGET_HOST: Final = re.compile(r"^\s*https?://(?:[^@/\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_TEXT_LINK: Final = re.compile(r"https?://(?:[^@/\s]{0,100}@)?([^/:?#\s<>()\"']{1,253})", re.IGNORECASE)
_DANGEROUS: Final = re.compile(
    r"\.(?:exe|scr|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|msi|lnk|iso|img|jar|docm|xlsm|pptm|html?|shtml|svg|one)$",
    re.IGNORECASE,
)
_DOUBLE_EXTENSION: Final = re.compile(r"\.(?:pdf|docx?|xlsx?|jpg|png|txt)\.\w{2,5}$", re.IGNORECASE)
_HEADER_SMUGGLED: Final = re.compile(
    r"[\r\n]\s*(?:bcc|cc|to|from|reply-to|content-type)\s*:|(?:^|\s)bcc\s*:\s*\S+@", re.IGNORECASE
)


def attacks_on(
    snapshot: Snapshot,
    reading: Reading,
    origin: Origin,
    authentication: Authentication,
    invitation: Invitation | None,
    *,
    parts: frozenset[str],
) -> tuple[Attack, ...]:
    evidence = _Evidence(snapshot, reading, origin, authentication, invitation, parts)
    found = [*_instructions(evidence), *_sender(evidence), *_hidden(evidence), *_links(evidence), *_files(evidence)]
    return (*found, *_lures(evidence, found))


def weight_of(attacks: tuple[Attack, ...]) -> float:
    return sum(attack.weight for attack in attacks)


def _instructions(evidence: _Evidence) -> Iterator[Attack]:
    for place, text, trust in _places(evidence):
        # A text that is quoted and talked about has several marks at once and is still one finding.
        kind = max(instructions_in(text), key=INSTRUCTION_WEIGHTS.__getitem__, default=None)
        if kind is None:
            continue
        weight = _trust(evidence, kind, trust)
        if place in _TALKED_IN and _talked_about(evidence.message):
            weight = trust / 2
        yield Attack(AttackKind.INSTRUCTION, weight * INSTRUCTION_WEIGHTS[kind], f"{place} {kind.value}")
    if orders_in_names(attachment_names(evidence.message)):
        yield Attack(AttackKind.INSTRUCTION, 1.0, "The name of an attachment tells an assistant what to do")


def _trust(evidence: _Evidence, kind: Instruction, trust: float) -> float:
    """Friends write to people: an order to a machine that they do not talk about is not theirs."""
    passed_on = kind is Instruction.ADDRESS and evidence.known and not evidence.origin.mass
    return 1.0 if passed_on else trust


def _talked_about(message: Incoming) -> bool:
    return talked_about(f"{message.subject}\n{message.text}")


_TALKED_IN: Final = frozenset({"The subject", "The text", "The quoted text"})


def _places(evidence: _Evidence) -> Iterator[tuple[str, str, float]]:
    message = evidence.message
    # An editor's article or a friend's warning may quote such words; from both it still holds everything up.
    trusted = 0.5 if evidence.known or (evidence.origin.mass and not evidence.origin.discussion) else 1.0
    yield "The subject", message.subject, 1.0
    yield "The text", message.text, trusted
    yield "The quoted text", message.quoted_text, trusted
    yield "The sender's name", message.sender_name, 1.0
    if hidden := hidden_words(message):
        yield "The hidden text", hidden, 1.0
    if message.attachments:
        yield "The name of an attachment", attachment_names(message), 1.0
    if evidence.invitation:
        yield "The invitation", "\n".join(evidence.invitation.words), 1.0


def _sender(evidence: _Evidence) -> Iterator[Attack]:
    message, snapshot = evidence.message, evidence.snapshot
    domain = registrable_domain(message.sender_address)
    if imitated := look_alike(message.sender_address.rpartition("@")[2], snapshot.known_domains):
        yield Attack(AttackKind.LOOK_ALIKE, 1.0, f"The sender's domain {domain} looks like {imitated} and is not it")
    if Problem.ALTERNATIVES_DIFFER in message.problems:
        yield Attack(AttackKind.HIDDEN_TEXT, 0.5, "Its plain and its formatted version say different things")
    elsewhere = {registrable_domain(address) for address in message.reply_to} - {domain, ""}
    if elsewhere and not (evidence.origin.mass or evidence.origin.discussion):
        yield Attack(
            AttackKind.REPLY_ELSEWHERE, 0.5, f"Answers would go to {', '.join(sorted(elsewhere))} instead of {domain}"
        )
        if money_in(evidence.reading).ibans:
            yield Attack(AttackKind.LURE, 0.5, "It names a bank account and wants its answers elsewhere")
    if _quotes_what_was_never_written(evidence):
        yield Attack(AttackKind.FALSE_NAME, 1.0, "It answers a mail that the user never wrote")
    if reason := next(_false_names(evidence, domain), ""):
        yield Attack(AttackKind.FALSE_NAME, 0.7, one_line(reason, MAX_REASON))
    if evidence.authentication.failed and not evidence.origin.discussion:
        yield Attack(AttackKind.UNAUTHENTICATED, 0.5, "The receiving server could not confirm the sender")
        if evidence.origin.kind is SenderKind.SELF:
            yield Attack(AttackKind.FORGED_SELF, 0.7, "It claims to come from the user and does not")
    if _HEADER_SMUGGLED.search(message.subject) or _HEADER_SMUGGLED.search(message.sender_name):
        yield Attack(AttackKind.INSTRUCTION, 1.0, "A header carries another header in it")


def _quotes_what_was_never_written(evidence: _Evidence) -> bool:
    """An answer by its subject and its quotation, without the header every real answer has, from a stranger."""
    message, snapshot = evidence.message, evidence.snapshot
    if (
        not evidence.origin.human
        or message.in_reply_to
        or snapshot.contact.written
        or any(earlier.mine for earlier in snapshot.earlier)
    ):
        return False
    attribution = fold(message.quoted_text[:500])
    return any(address in attribution for address in snapshot.reader.addresses if address)


def _false_names(evidence: _Evidence, domain: str) -> Iterator[str]:
    """Every way in which the display name claims what the address does not bear out."""
    message, reader, name = evidence.message, evidence.snapshot.reader, fold(evidence.message.sender_name)
    if (written := _ADDRESS.search(name)) and registrable_domain(written[1]) != domain and not evidence.origin.mass:
        yield "The sender's name shows another address than the message comes from"
    if evidence.known or not name:
        return
    if imitated := imitates_its_name(name, domain):
        yield f"The domain {domain} only resembles the sender's name {imitated}"
    if brand := imitated_brand(name, domain):
        yield f"The sender's name speaks of {brand}, the domain {domain} is another"
    if _HELP_DESK.search(name) and domain not in {registrable_domain(address) for address in reader.addresses}:
        yield "The sender's name pretends to be a help desk"
    if " " in name.strip() and name == fold(reader.name) and message.sender_address not in reader.addresses:
        yield "The sender uses the user's own name from another address"
    if any(_same_name(earlier, name, domain) for earlier in evidence.snapshot.earlier):
        yield f"{message.sender_name} wrote from another domain earlier in this conversation"


def _same_name(earlier: Earlier, name: str, domain: str) -> bool:
    return fold(earlier.sender_name) == name and registrable_domain(earlier.sender_address) != domain


def _hidden(evidence: _Evidence) -> Iterator[Attack]:
    allowed = _HIDDEN_ALLOWED_BULK if evidence.origin.mass else _HIDDEN_ALLOWED
    if (hidden := evidence.message.hidden_characters) > allowed:
        reason = f"{hidden} characters are hidden from the reader"
        # A service hides a preview line now and then; a person writing to a person never does.
        yield Attack(AttackKind.HIDDEN_TEXT, 0.5 if evidence.origin.human else 0.3, reason)


def _links(evidence: _Evidence) -> Iterator[Attack]:
    for link in evidence.message.links:
        shown, target = _SHOWN_HOST.match(link.text), _TARGET_HOST.match(link.target)
        if not (shown and target):
            continue
        said, meant = registrable_domain(shown[1]), registrable_domain(target[1])
        # Bulk senders count clicks through a host of their own; to everybody else a link is what it says.
        if said != meant and not evidence.origin.mass:
            yield Attack(AttackKind.FALSE_LINK, 0.7, f"A link that reads {said} leads to {meant}")
            return


def _files(evidence: _Evidence) -> Iterator[Attack]:
    for attachment in evidence.message.attachments:
        name = attachment.filename[-200:].strip()
        if _DANGEROUS.search(name) or _DOUBLE_EXTENSION.search(name):
            yield Attack(AttackKind.DANGEROUS_FILE, 0.5, "An attachment is of a kind that can run code")
            return


def _lures(evidence: _Evidence, others: list[Attack]) -> Iterator[Attack]:
    lures = lures_in(evidence.reading, evidence.parts)
    if not lures:
        return
    strangers_links = _strangers_links(evidence)
    vouched = evidence.authentication.passed and not strangers_links and not others
    if evidence.origin.mass and not others:
        return
    warned = _talked_about(evidence.message)
    for lure in lures:
        weight = WEIGHTS[lure]
        if evidence.known and lure not in ACCOUNT_CHANGES:
            weight /= 2
        if warned:
            weight /= 2
        if lure in ACCOUNT_CHANGES and "by another way" in evidence.parts and not money_in(evidence.reading).ibans:
            weight /= 3
        yield Attack(AttackKind.LURE, weight / 2 if vouched and lure in HONEST_TOO else weight, lure.value)
    serious = any(lure is not Lure.OPEN_DOCUMENT for lure in lures)
    if strangers_links and serious:
        yield Attack(AttackKind.FALSE_LINK, 0.4, f"Its links lead to {strangers_links}, not to the sender")
    if pressed(evidence.reading) and (serious or others) and not evidence.known:
        yield Attack(AttackKind.LURE, 0.3, "It presses for haste")


def _strangers_links(evidence: _Evidence) -> str:
    """The first domain linked to that is neither the sender's nor one the user knows; empty when there is none."""
    own = registrable_domain(evidence.message.sender_address)
    hosts = [match[1] for link in evidence.message.links if (match := _TARGET_HOST.match(link.target))]
    hosts += _TEXT_LINK.findall(evidence.message.text[:8_000])[:20]
    for host in hosts:
        domain = registrable_domain(host)
        if domain and domain != own and domain not in evidence.snapshot.known_domains:
            return domain
    return ""

"""Who or what sent a message: a person, a role, a service, a list, a mail server."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.triage.signals.reading import Reading, phrases
from app.triage.signals.topic_words import Topic
from app.triage.signals.topics import Topics
from app.triage.snapshot import Incoming, Reader

Headers = Mapping[str, Sequence[str]]


class SenderKind(StrEnum):
    PERSON = "person"
    ROLE = "role"
    """A shared address (info@, billing@) that people read and write from."""
    SERVICE = "service"
    SERVER = "server"
    """A mail server reporting on delivery."""
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the message comes from, each finding with the evidence in words."""

    kind: SenderKind
    mass: tuple[str, ...]
    """Headers that mass mailings carry; a sender of single mails may put them there, too."""
    bulk: tuple[str, ...]
    """The same, where they prove reading matter or an offer sent to many, or a list; else empty."""
    automatic: tuple[str, ...]
    """Header evidence that no person pressed send."""
    machine_address: bool
    """The address is that of a service or a mail server, or takes no answers."""
    unsubscribe_words: bool
    discussion: bool
    """A mailing list on which people write."""
    bounce: bool
    auto_reply: bool
    no_reply: bool
    """The address says that it does not read answers."""
    reply_address: bool
    """It names an address for answers that is not the sender's."""

    @property
    def human(self) -> bool:
        """A person may have written it, as far as headers tell."""
        return self.kind in {SenderKind.PERSON, SenderKind.ROLE} and not (self.mass or self.automatic)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Everything that speaks for a machine, headers first."""
        address = ("The sender's address belongs to a service",) if self.machine_address else ()
        return self.mass + self.automatic + address


_NO_REPLY: Final = re.compile(
    r"(?:^|[._+-])(?:no[._-]?repl(?:y|ies)|do[._-]?not[._-]?reply|noreply|no[._-]?answer|svara[._-]?(?:ej|inte)|"
    r"inget[._-]?svar|nicht[._-]?antworten|keine[._-]?antwort|ne[._-]?pas[._-]?repondre|no[._-]?responder|"
    r"nao[._-]?responda|ikke[._-]?svar)"
)
_SERVER: Final = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|maildaemon|bounces?)$")
_SERVICE: Final = re.compile(
    r"(?:^|[._+-])(?:notif(?:y|ications?)|alerts?|automated|automail|auto|system|robot|bot|cron|root|daemon|"
    r"mailer|updates?|digest|news|newsletter|nyhetsbrev|marketing|promo(?:tions?)?|offers?|deals|account-security|"
    r"security|receipts?|orders?-confirm\w*|auto-confirm|statements?|monitor(?:ing)?|jenkins|ci|builds?)(?:$|[._+-])"
)
_ROLE: Final = re.compile(
    r"(?:^|[._+-])(?:info|hello|hej|hallo|bonjour|hola|kontakt|contact|support|help(?:desk)?|billing|invoices?|"
    r"invoicing|faktura|fakturor|rechnung(?:en)?|buchhaltung|facturation|accounts?|accounting|ekonomi|finance|"
    r"orders?|order|bestellung|sales|office|kanzlei|kundservice|kundtjanst|kundenservice|customer(?:s|service)?|"
    r"service|team|admin|hr|jobs|reception|bookings?|bokning|events?|legal|press|members?|school|skola|reservier\w*|reservations?|boka|booking|kund|claims|bibliotek\w*|library|status)(?:$|[._+-])"
)
_UNSUBSCRIBE: Final = phrases(
    "unsubscribe*", "manage your preferences", "email preferences", "view in browser", "view this email in*",
    "view online", "avprenumerera*", "avregistrera*", "avsluta prenumerationen", "läs i webbläsare*", "abmelden",
    "abbestellen", "im browser ansehen", "se désinscrire", "se désabonner", "désinscription", "darse de baja",
    "cancelar suscripción",
)  # fmt: skip
_BOUNCE: Final = phrases(
    "undeliver*", "delivery status notification*", "delivery failure", "delivery has failed", "mail delivery failed",
    "mail delivery system", "failure notice", "returned mail", "returned to sender", "could not be delivered",
    "wasn't delivered", "message delayed", "delivery delayed", "delivery is delayed", "delivery incomplete",
    "unzustellbar*", "nicht zugestellt werden",
    "zustellung fehlgeschlagen", "kunde inte levereras", "kunde inte skickas", "gick inte att leverera",
    "olevererbart", "non remis", "n'a pas pu être remis", "échec de la remise", "no se pudo entregar",
    "no se ha podido entregar", "error de entrega",
)  # fmt: skip
_AUTO_REPLY_SUBJECT: Final = phrases(
    "automatic reply", "auto reply", "autoreply", "out of office", "out of the office", "automatiskt svar",
    "automatsvar", "autosvar", "frånvaro", "frånvaromeddelande", "automatische antwort", "abwesenheitsnotiz",
    "abwesenheit", "nicht im büro", "réponse automatique", "absence du bureau", "respuesta automática",
    "fuera de la oficina", "automatisk svar", "risposta automatica", "automatisch antwoord",
)  # fmt: skip
_LEISURE: Final = (Topic.NEWSLETTER, Topic.MARKETING)
_WORDS_ON_A_LIST: Final = 1
_WORDS_ALONE: Final = 3
"""As much as one word in the subject, or three in the text."""


def first_header(headers: Headers, name: str) -> str:
    return str(next(iter(headers.get(name, ())), ""))


def origin_of(message: Incoming, reader: Reader, reading: Reading, topics: Topics, *, vital: bool) -> Origin:
    """`vital` says that a person must not miss it (see `vital_in`): then no header proves it harmless."""
    headers = message.headers
    local, _, domain = message.sender_address.partition("@")
    passed_on = _passed_on(message, reader, domain)
    mass = () if passed_on else tuple(_mass_evidence(headers))
    automatic = tuple(_automatic_evidence(headers))
    discussion = not passed_on and _is_discussion(message, local, domain)
    auto_reply = _is_auto_reply(headers, local, reading)
    return Origin(
        kind=_kind(message, reader, local),
        mass=mass,
        bulk=mass if not vital and _is_bulk(headers, topics, discussion=discussion) else (),
        automatic=automatic,
        machine_address=bool(_NO_REPLY.search(local) or _SERVICE.search(local) or _SERVER.search(local)),
        unsubscribe_words=_UNSUBSCRIBE.found_in(reading.spoken),
        discussion=discussion,
        bounce=_is_bounce(headers, local, reading),
        auto_reply=auto_reply,
        no_reply=bool(_NO_REPLY.search(local)),
        reply_address=bool(set(message.reply_to) - {message.sender_address, ""}),
    )


def _passed_on(message: Incoming, reader: Reader, domain: str) -> bool:
    """The user's own office group (info@, team@) hands on what an outsider wrote to it, and adds its list headers."""
    list_id = first_header(message.headers, "list-id").lower()
    own = {address.partition("@")[2] for address in reader.addresses}
    return bool(list_id) and domain not in own and any(one and f".{one}>" in list_id for one in own)


def _kind(message: Incoming, reader: Reader, local: str) -> SenderKind:
    if message.sender_address in reader.addresses:
        return SenderKind.SELF
    if _SERVER.search(local):
        return SenderKind.SERVER
    if not local or _NO_REPLY.search(local) or _SERVICE.search(local):
        return SenderKind.SERVICE
    if _ROLE.search(local) or _is_organisation(message.sender_name, local, message.sender_address):
        return SenderKind.ROLE
    return SenderKind.PERSON


def _is_organisation(name: str, local: str, address: str) -> bool:
    """The display name is that of the domain and not of the mailbox: "Hotel Quay <stay@hotelquay.example>"."""
    words = [_plain_letters(word) for word in name[:100].split()]
    domain = _plain_letters(address.rpartition("@")[2].rpartition(".")[0])
    mailbox = _plain_letters(local)
    named_after_domain = any(len(word) > 3 and word in domain for word in words)  # noqa: PLR2004 - "the" is in many
    return named_after_domain and not any(len(word) > 1 and word in mailbox for word in words)


def _plain_letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())


def _mass_evidence(headers: Headers) -> list[str]:
    # Not Feedback-ID or X-Campaign: some services put them on every single mail that they carry.
    found = [
        f"It has the header {name.title()}"
        for name in ("list-unsubscribe", "list-unsubscribe-post", "list-id", "list-post")
        if headers.get(name)
    ]
    if precedence := _bulk_precedence(headers):
        found.append(f"Its Precedence is {precedence}")
    return found


def _bulk_precedence(headers: Headers) -> str:
    precedence = first_header(headers, "precedence").strip().lower()
    return precedence if precedence in {"bulk", "list", "junk"} else ""


def _is_bulk(headers: Headers, topics: Topics, *, discussion: bool) -> bool:
    """A list, or headers together with words: appointments, too, come with a way to unsubscribe."""
    listed = bool(headers.get("list-id") or headers.get("list-post") or _bulk_precedence(headers))
    if discussion:
        return listed
    leisure = max(topics.score(topic) for topic in _LEISURE)
    if any(topics.score(topic) > leisure for topic in Topic if topic not in _LEISURE):
        return False
    return leisure >= (_WORDS_ON_A_LIST if listed else _WORDS_ALONE)


def _automatic_evidence(headers: Headers) -> list[str]:
    found: list[str] = []
    submitted = _auto_submitted(headers)
    if submitted not in {"", "no"}:
        found.append("Its header Auto-Submitted says that no person sent it")
    if "return-path" in headers and first_header(headers, "return-path").strip() in {"<>", ""}:
        found.append("Its return path is empty")
    found += [
        f"It has the header {name.title()}"
        for name in ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-auto-reply")
        if headers.get(name)
    ]
    return found


def _auto_submitted(headers: Headers) -> str:
    return first_header(headers, "auto-submitted").split(";")[0].strip().lower()


def _is_discussion(message: Incoming, local: str, domain: str) -> bool:
    """Lists with people have a posting address, or announce a list of another domain than the writer's."""
    headers = message.headers
    if _NO_REPLY.search(local) or _SERVICE.search(local) or headers.get("list-unsubscribe-post"):
        return False
    post = first_header(headers, "list-post")
    if post and post.strip().upper() != "NO":
        return True
    list_id = first_header(headers, "list-id").lower()
    answered = bool(message.in_reply_to) or message.subject.casefold().startswith(("re:", "sv:", "aw:", "[", "re ["))
    return bool(list_id) and bool(domain) and domain not in list_id and answered


def _is_bounce(headers: Headers, local: str, reading: Reading) -> bool:
    content_type = first_header(headers, "content-type").lower()
    if "report-type" in content_type and "delivery-status" in content_type:
        return True
    from_server = bool(_SERVER.search(local)) or first_header(headers, "return-path").strip() == "<>"
    return from_server and _BOUNCE.found_in(reading.spoken)


def _is_auto_reply(headers: Headers, local: str, reading: Reading) -> bool:
    if _SERVER.search(local):
        return False
    if _auto_submitted(headers) == "auto-replied" or headers.get("x-autoreply") or headers.get("x-autorespond"):
        return True
    if first_header(headers, "precedence").strip().lower() == "auto_reply":
        return True
    # A subject alone can be quoted back by a person, who then answers it: "Re: Out of office".
    return _AUTO_REPLY_SUBJECT.found_in(reading.subject_spoken[:60]) and not reading.subject_spoken.startswith(
        (" re ", " sv ", " aw ")
    )

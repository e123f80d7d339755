"""Makes the payloads that need more than a word: what goes below an answer, and the answers that are no replies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from typing_extensions import override

from app.actions.forwarding import files_of, fingerprint
from app.actions.kinds import ForwardPayload, LetterPayload, ReplyPayload, RsvpPayload, UnsubscribePayload
from app.db.models import Message
from app.errors import UserError
from app.mail.canonical import one_line, storable
from app.mail.compose import forward_subject, reply_subject
from app.mail.identities import Identity
from app.mail.invitations import Answer, calendar_answer, invitation_for
from app.mail.list_unsubscribe import by_mail, one_click_url
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address
from app.mail.quoting import Quotable, forwarded_inline, quote

MOST_FORWARDED_TO: Final = 10
MAX_NOTE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, how a mail of theirs ends, and in which words and hours they speak here."""

    identity: Identity
    name: str
    language: str
    """Of the conversation, as in `app.triage.signals.languages`."""
    timezone: str


def dressed(payload: ReplyPayload, message: Message, writer: Writer) -> ReplyPayload:
    """The reply as the person's own mail program would send it: with their signature, and the history below."""
    return payload.model_copy(
        update={
            "signature": writer.identity.signature,
            "quoted": quote(_quotable(message), language=writer.language, timezone=writer.timezone),
        }
    )


def rsvp_payload(
    message: Message, answer: Answer, own_addresses: Iterable[str], *, writer: Writer, now: datetime
) -> RsvpPayload | None:
    """Answer an invitation, to its organiser alone; None where there is none to the user."""
    found = invitation_for(message.calendar, own_addresses)
    if found is None:
        return None
    meeting, invited = found
    name = writer.identity.name or writer.name
    said = _ANSWERS.get(writer.language, _ANSWERS["en"])[answer]
    return RsvpPayload(
        # The subject of the conversation, so that Gmail keeps it together and we find our own mail again in it.
        subject=reply_subject(message.subject),
        body=f"{name or invited} {said}: {meeting.summary or one_line(message.subject, 300)}".rstrip(": "),
        to=(meeting.organizer,),
        answer=answer,
        calendar=calendar_answer(meeting, answer, attendee=invited, name=name, now=now),
        sender=writer.identity.address,
        sender_name=writer.identity.name,
    )


def unsubscribe_payload(message: Message, identity: Identity) -> UnsubscribePayload | None:
    """How to leave the list this message came through: by one click, else by a mail; None if neither can be trusted."""
    if url := one_click_url(message.headers, sender=message.sender_address):
        return UnsubscribePayload(url=url)
    mail = by_mail(message.headers)
    if mail is None:
        return None
    return UnsubscribePayload(to=(mail.address,), subject=mail.subject, sender=identity.address)


def forward_payload(
    message: Message, to: Sequence[str], note: str, *, attached: bool, writer: Writer
) -> ForwardPayload:
    """Pass a message on to addresses that the person typed. Raises UserError."""
    recipients = _typed(to)
    if len(note) > MAX_NOTE:
        raise UserError(f"A note has at most {MAX_NOTE:,} characters.")
    words = _FORWARDS.get(writer.language, _FORWARDS["en"])
    inline = forwarded_inline(_quotable(message), language=writer.language, timezone=writer.timezone)
    return ForwardPayload(
        subject=forward_subject(message.subject),
        body=storable(note).strip() or (words.attached if attached else words.inline),
        to=recipients,
        signature=writer.identity.signature,
        quoted="" if attached else "\n\n".join((inline, *_left_out(message, words))),
        attached=attached,
        sender=writer.identity.address,
        sender_name=writer.identity.name,
        original=fingerprint(message),
        files=files_of(message),
    )


def _typed(addresses: Sequence[str]) -> tuple[str, ...]:
    try:
        written = tuple(dict.fromkeys(ascii_address(address) for address in addresses if address.strip()))
    except UnsafeHeaderError as error:
        raise UserError("One of the addresses is not a mail address that can be written to.") from error
    if not 0 < len(written) <= MOST_FORWARDED_TO:
        raise UserError(f"Name between one and {MOST_FORWARDED_TO} addresses.")
    return written


def _left_out(message: Message, words: "_ForwardWords") -> Sequence[str]:
    names = [one_line(str(file.get("filename") or "?"), 100) for file in message.attachments[:20]]
    return [f"[{words.left_out}: {', '.join(names)}]"] if names else []


def _quotable(message: Message) -> Quotable:
    return Quotable(
        sender_name=message.sender_name,
        sender_address=message.sender_address,
        sent_at=message.sent_at or message.received_at,
        text=message.text,
        earlier=message.quoted_text,
        to=tuple(message.to),
        subject=message.subject,
    )


class ListLetter(LetterPayload):
    """The mail by which a list is left: to its software, and no part of any conversation."""

    @property
    @override
    def in_thread(self) -> bool:
        return False


def text_letter(payload: UnsubscribePayload) -> ListLetter:
    """Its only words are those that list software waits for."""
    return ListLetter(subject=payload.subject, body="unsubscribe", to=payload.to, sender=payload.sender)


@dataclass(frozen=True, slots=True)
class _ForwardWords:
    attached: str
    inline: str
    left_out: str


_FORWARDS: Final[Mapping[str, _ForwardWords]] = {
    "en": _ForwardWords("The message is attached.", "See below.", "Attachments left out"),
    "sv": _ForwardWords("Meddelandet är bifogat.", "Se nedan.", "Bilagor som inte följer med"),
    "de": _ForwardWords("Die Nachricht ist angehängt.", "Siehe unten.", "Nicht mitgesendete Anhänge"),
    "fr": _ForwardWords("Le message est en pièce jointe.", "Voir ci-dessous.", "Pièces jointes omises"),
    "es": _ForwardWords("El mensaje va adjunto.", "Véase abajo.", "Archivos adjuntos omitidos"),
}
_ANSWERS: Final[Mapping[str, Mapping[Answer, str]]] = {
    "en": {
        Answer.ACCEPTED: "has accepted the invitation",
        Answer.TENTATIVE: "may come",
        Answer.DECLINED: "has declined the invitation",
    },
    "sv": {
        Answer.ACCEPTED: "har tackat ja till inbjudan",
        Answer.TENTATIVE: "kommer kanske",
        Answer.DECLINED: "har tackat nej till inbjudan",
    },
    "de": {
        Answer.ACCEPTED: "hat die Einladung angenommen",
        Answer.TENTATIVE: "kommt vielleicht",
        Answer.DECLINED: "hat die Einladung abgelehnt",
    },
    "fr": {
        Answer.ACCEPTED: "a accepté l’invitation",
        Answer.TENTATIVE: "viendra peut-être",
        Answer.DECLINED: "a décliné l’invitation",
    },
    "es": {
        Answer.ACCEPTED: "ha aceptado la invitación",
        Answer.TENTATIVE: "quizá asista",
        Answer.DECLINED: "ha rechazado la invitación",
    },
}

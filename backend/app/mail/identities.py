"""The addresses a mailbox may send from, with the name and signature of each, kept with the mailbox."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from app.db.models import Mailbox
from app.db.session import Database
from app.mail import repository
from app.mail.canonical import one_line, storable
from app.mail.html_text import render_html
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address
from app.mail.provider import MailProvider, ProviderRefusedError, SendAs
from app.mail.repository import MailboxRef

log = structlog.get_logger(__name__)

READ_AGAIN_AFTER: Final = timedelta(hours=24)
MAX_SIGNATURE: Final = 2_000
_MOST_IDENTITIES: Final = 50
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a mail comes from."""

    address: str
    name: str = ""
    signature: str = ""
    """Plain text."""


def identities_of(mailbox: Mailbox) -> tuple[Identity, ...]:
    """The addresses that may be sent from, the usual one first; never empty."""
    stored = tuple(Identity(**{name: str(each.get(name, "")) for name in _FIELDS}) for each in mailbox.send_as)
    return stored or (Identity(mailbox.address),)


_FIELDS: Final = ("address", "name", "signature")


def identity_for(mailbox: Mailbox, addressed: Sequence[str]) -> Identity:
    """The identity that was written to, else the usual one."""
    known = {identity.address: identity for identity in identities_of(mailbox)}
    named = (known.get(address.lower()) for address in addressed)
    return next((identity for identity in named if identity is not None), next(iter(known.values())))


def own_addresses(mailbox: Mailbox, user_email: str) -> frozenset[str]:
    """Every address that is the user's own, lower case; an answer never goes to one of them."""
    return frozenset(one.lower() for one in (user_email, mailbox.address, *mailbox.aliases))


def may_send_as(mailbox: Mailbox, sender: str) -> bool:
    """Whether a mail may leave from this address; empty is the mailbox's own."""
    own = {mailbox.address.lower(), *(identity.address.lower() for identity in identities_of(mailbox))}
    return not sender or sender.lower() in own


def no_longer_yours(sender: str) -> str:
    return f"Gmail no longer lists {sender} among the addresses you send from. Change that, or prepare it anew."


def are_old(mailbox: Mailbox, now: datetime) -> bool:
    """Whether it is time to read the identities again."""
    return mailbox.send_as_read_at is None or mailbox.send_as_read_at <= now - READ_AGAIN_AFTER


async def refresh_identities(
    ref: MailboxRef, *, database: Database, provider: MailProvider, clock: Callable[[], datetime]
) -> None:
    """Read the identities again once they are a day old. Raises what reading at the provider raises."""
    async with database.transaction(ref.user_id) as session:
        mailbox = await repository.mailbox(session, ref)
        if mailbox is None or not are_old(mailbox, clock()):
            return
        known = mailbox.send_as
    try:
        found = [_stored(each) for each in _usable(await provider.send_as())]
    except ProviderRefusedError:
        # An older grant may not cover it: mail then leaves from the mailbox's own address, as it always can.
        log.warning("identities.refused", mailbox_id=str(ref.mailbox_id))
        found = known
    async with database.transaction(ref.user_id) as session:
        mailbox = await repository.mailbox(session, ref)
        if mailbox is None:
            return
        mailbox.send_as, mailbox.send_as_read_at = found, clock()
        own = [each["address"] for each in found if each["address"] != mailbox.address]
        mailbox.aliases = list(dict.fromkeys([*mailbox.aliases, *own]))


def _usable(listed: Iterable[SendAs]) -> list[SendAs]:
    """Only what the provider has verified to be the user's, the default first."""
    verified = [each for each in listed if each.verified and _is_writable(each.address)]
    return sorted(verified, key=lambda each: not each.default)[:_MOST_IDENTITIES]


def _is_writable(address: str) -> bool:
    try:
        return bool(ascii_address(address))
    except UnsafeHeaderError:
        return False


def _stored(identity: SendAs) -> dict[str, Any]:
    values: Mapping[str, str] = {
        "address": ascii_address(identity.address),
        "name": one_line(identity.name, _LONGEST_NAME),
        "signature": signature_text(identity.signature_html),
    }
    return dict(values)


def signature_text(html: str) -> str:
    """A signature written in HTML, as the text a person sees; images and hidden words are gone."""
    if not html.strip():
        return ""
    lines = storable(render_html(html).text).splitlines()
    return "\n".join(line for line in lines if line.strip() != "--").strip()[:MAX_SIGNATURE].rstrip()

"""Which mail the demo shows, and whose it is."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.errors import UserError
from app.simulator.loading import LoadedMail, LoadError, read_mail
from app.simulator.mime import Part, parse_mail
from app.simulator.outgoing import addresses_in
from app.simulator.sample_mail import USER_ADDRESS, USER_ALIASES, sample_messages

DELIVERY_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To")
NOBODY = "me@example.org"
WHAT_TO_GIVE = "Give MAIL an mbox file, a Maildir, an .eml file or a folder of .eml files."


@dataclass(frozen=True, slots=True)
class MailSource:
    path: Path
    count: int
    owner: str
    aliases: tuple[str, ...]
    owner_name: str
    timezone: str
    key: str
    """Names the data of a demo over this mail, so that demos over other mail never mix with it."""


def sample() -> MailSource:
    files = sample_messages()
    return MailSource(
        path=files[0].parent,
        count=len(files),
        owner=USER_ADDRESS,
        aliases=tuple(USER_ALIASES),
        owner_name="Ana Lindqvist",
        timezone="Europe/Stockholm",
        key="sample",
    )


def own_mail(path: Path, me: str | None) -> MailSource:
    """Somebody's own mail; `me` is their address, guessed from the mail when it is not given. Raises UserError."""
    path = path.expanduser().resolve()
    try:
        mails = read_mail(path)
    except LoadError as error:
        raise UserError(f"{error}. {WHAT_TO_GIVE}") from error
    headers = [parse_mail(_head(mail)) for mail in mails]
    if not any(one.header("From") or one.header("Date") or one.header("Subject") for one in headers):
        raise UserError(f"{path} does not look like mail: nothing in it has a From, Date or Subject. {WHAT_TO_GIVE}")
    owner = _address(me) if me else _guess_owner(headers)
    key = hashlib.sha256(f"{path}\0{owner}".encode()).hexdigest()[:12]
    return MailSource(
        path=path, count=len(mails), owner=owner, aliases=(), owner_name="", timezone="UTC", key=f"own-{key}"
    )


def _address(me: str) -> str:
    found = addresses_in(me)
    if len(found) != 1:
        raise UserError(f"ME must be one address, like ana@example.org, not {me!r}.")
    return found[0].lower()


def _head(mail: LoadedMail) -> bytes:
    """The header block only: whole mails need not be parsed to see whose they are."""
    for gap in (b"\r\n\r\n", b"\n\n"):
        head, found, _ = mail.raw.partition(gap)
        if found:
            return head + gap
    return mail.raw[:65536]


def _guess_owner(headers: list[Part]) -> str:
    """Whom the mail was delivered to most often; without such headers, whom it was addressed to most often."""
    for names in (DELIVERY_HEADERS, ("To",)):
        found: Counter[str] = Counter()
        for one in headers:
            for name in names:
                found.update({address.lower() for address in addresses_in(one.header(name))})
        if found:
            return found.most_common(1)[0][0]
    return NOBODY

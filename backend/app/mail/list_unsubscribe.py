"""How a mail says that one can be taken off its list, and whether its word may be relied on (RFC 2369, RFC 8058)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.mail.addresses import registrable_domain
from app.mail.canonical import one_line
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address

_LONGEST_URL: Final = 2_000
_LONGEST_SUBJECT: Final = 200
_MOST: Final = 10
_IN_BRACKETS: Final = re.compile(r"<\s*([^<>\s]{1,2000})\s*>")
_URL: Final = re.compile(r"[!-;=?-~]{1,2000}\Z")
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+\Z")
_ONE_CLICK: Final = "list-unsubscribe=one-click"
_COVERED: Final = frozenset({"list-unsubscribe", "list-unsubscribe-post", "from"})
_TAG: Final = re.compile(r"\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)
_PASSED: Final = re.compile(r"\s*dkim\s*=\s*pass\b([^;]*)", re.IGNORECASE)
_SIGNER: Final = re.compile(r"\bheader\.(?:d\s*=\s*|i\s*=\s*[^\s;@]*@)([a-z0-9.-]{1,253})", re.IGNORECASE)

Headers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ByMail:
    """A mail that the list's own software understands; the person sends it, or nobody."""

    address: str
    subject: str


def one_click_url(headers: Headers, *, sender: str) -> str | None:
    """The address that takes one POST, when the mail says so and its signature covers the saying.

    The signature must be of the sender's own domain, be good by the receiving server's word, and cover both headers:
    otherwise anybody could have written into the mail where the user is to be sent.
    """
    if _ONE_CLICK not in {value.strip().lower() for value in headers.get("list-unsubscribe-post", ())}:
        return None
    if len(headers.get("list-unsubscribe", ())) != 1 or not _is_covered(headers, registrable_domain(sender)):
        return None
    return next((url for url in _offered(headers) if is_safe_url(url)), None)


def by_mail(headers: Headers) -> ByMail | None:
    for url in _offered(headers):
        if not url.lower().startswith("mailto:"):
            continue
        address, _, query = url[len("mailto:") :].partition("?")
        try:
            written = ascii_address(unquote(address))
            subject = next(iter(parse_qs(query, max_num_fields=_MOST).get("subject", ())), "")
        except (UnsafeHeaderError, ValueError):
            continue
        return ByMail(written, one_line(subject, _LONGEST_SUBJECT) or "unsubscribe")
    return None


def is_safe_url(url: str) -> bool:
    """Https to a named host at the usual port, without a user name: nothing that could point into a house."""
    if len(url) > _LONGEST_URL or not _URL.match(url):
        return False
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    named = bool(_HOST.match(host)) and not _is_ip(host)
    return parts.scheme.lower() == "https" and named and port in {None, 443} and "@" not in parts.netloc


def _offered(headers: Headers) -> Iterator[str]:
    for value in list(headers.get("list-unsubscribe", ()))[:1]:
        yield from _IN_BRACKETS.findall(value)[:_MOST]


def _is_covered(headers: Headers, domain: str) -> bool:
    """Whether a good signature of this very domain covers what the mail says about unsubscribing."""
    topmost = next(iter(headers.get("authentication-results", ())), "")
    # Only the topmost was written by the receiving server; quoted strings and comments are the sender's words.
    plain = re.sub(r'"[^"]*"|\([^()]*\)', " ", topmost)
    if '"' in plain or "(" in plain:
        return False
    passed = {
        found[1].lower()
        for clause in plain.split(";")
        if (verdict := _PASSED.match(clause)) and (found := _SIGNER.search(verdict[1]))
    }
    return any(
        signer in passed and registrable_domain(signer) == domain
        for signer in (_signer_of(signature) for signature in headers.get("dkim-signature", ()))
        if signer
    )


def _signer_of(signature: str) -> str | None:
    """The domain of a signature that covers the headers in question."""
    tags = {found[1].lower(): "".join(found[2].split()) for part in signature.split(";") if (found := _TAG.match(part))}
    covered = {name.lower() for name in tags.get("h", "").split(":")}
    return tags.get("d", "").lower() if covered >= _COVERED else None


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

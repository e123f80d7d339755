"""Who stands behind an address: its registrable domain, and whose name it imitates."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from tldextract import TLDExtract

# The snapshot in the package, never fetched; private suffixes count, so that two users of one host are two domains.
_extract: Final = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)

_LONGEST_DOMAIN = 253
_LONG_ENOUGH = 6
"""Shorter names differ by one letter too often by chance."""
_TYPOS_OF_COM: Final = frozenset({"co", "cm", "om", "con", "cam"})
_LOOKS_LIKE: Final = str.maketrans({
    "0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "ı": "l", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h",
    "ɑ": "a", "ɡ": "g", "ʟ": "l", "ß": "b",
    # Cyrillic
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "н": "h", "і": "l", "ј": "j", "к": "k", "ӏ": "l",
    "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "у": "y", "ѵ": "v", "ԝ": "w",
    "х": "x", "ь": "b", "ё": "e", "ї": "l",
    # Greek
    "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "l", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u",
    "χ": "x", "ω": "w", "γ": "y",
    # Armenian
    "օ": "o", "ո": "n", "ս": "u", "հ": "h", "ց": "g",
})  # fmt: skip
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_IN_BRACKETS = re.compile(r"\[(?:ipv6:)?([^\]]*)\]\Z")


def registrable_domain(address_or_domain: str) -> str:
    """The part of a domain that somebody registered, in lower-case ASCII (xn--…), so that equal means same owner.

    An IP address and a name of one label stand for themselves; under an unknown top level it is the last two labels.
    """
    host = _host(address_or_domain)
    return _registrable(host) if host else ""


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    if _is_ip(host):
        return host
    found = _extract.extract_str(host)
    if found.suffix:
        return found.top_domain_under_public_suffix or found.suffix
    return ".".join(host.split(".")[-2:])


def _host(address_or_domain: str) -> str:
    host = address_or_domain.strip().rpartition("@")[2].strip("<> ").lower().rstrip(".")[:_LONGEST_DOMAIN]
    literal = _IN_BRACKETS.match(host)
    return literal[1] if literal else ascii_domain(host)


def ascii_domain(domain: str) -> str:
    """The domain with every label in ASCII (xn--…). Never raises."""
    return ".".join(_ascii_label(label) for label in re.split("[.。．｡]", domain.lower()))


def _ascii_label(label: str) -> str:
    """Punycode without the mappings of IDNA, some of which (ß is ss) would make two owners one."""
    if label.isascii():
        return label
    try:
        return "xn--" + unicodedata.normalize("NFC", label).encode("punycode").decode("ascii")
    except UnicodeError:
        return label


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def look_alike(domain: str, known: Iterable[str]) -> str | None:
    """Find the known domain that this one imitates: by letters that look alike, one slip of the pen, or as a subdomain.

    `known` may hold addresses or domains; what is itself known imitates nobody.
    """
    host, own = _host(domain), registrable_domain(domain)
    others = {registrable_domain(other) for other in known} - {""}
    if not own or own in others or _is_ip(own):
        return None
    return next((other for other in sorted(others) if not _is_ip(other) and _imitates(host, own, other)), None)


def _imitates(host: str, own: str, other: str) -> bool:
    (label, suffix), (other_label, other_suffix) = _parts(own), _parts(other)
    if not other_suffix:
        return False
    if host.removesuffix(own).startswith(f"{other}.") or f".{other}." in host.removesuffix(own):
        return True
    if label == other_label:
        return other_suffix == "com" and suffix in _TYPOS_OF_COM
    if _skeleton(label) == _skeleton(other_label):
        return True
    return len(other_label) >= _LONG_ENOUGH and _one_slip(_unicode_label(label), _unicode_label(other_label))


def _parts(domain: str) -> tuple[str, str]:
    label, _, suffix = domain.partition(".")
    return label, suffix


@lru_cache(maxsize=8192)
def _skeleton(label: str) -> str:
    """What remains of a label when everything that looks the same is made the same."""
    text = unicodedata.normalize("NFKC", _unicode_label(label)).casefold()
    plain = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    plain = plain.translate(_LOOKS_LIKE).replace("-", "")
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _one_slip(left: str, right: str) -> bool:
    """Whether one letter inserted, left out, exchanged, or two neighbours swapped make one of the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    a, b = left[start:], right[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]

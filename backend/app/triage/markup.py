"""What an HTML part holds beyond its visible text: where its links lead, and every word that is in it."""

import html as entities
import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from app.triage.plain import one_line
from app.triage.snapshot import MAX_TEXT, Link

MAX_LINKS: Final = 50
_MAX_HTML: Final = 200_000
_MAX_TARGET: Final = 500
_MAX_LABEL: Final = 200
_TAG: Final = re.compile(r"<(?!!--)[^<>]{0,5000}>")
_SPACES: Final = re.compile(r"\s+")


def read_links(html: str | None) -> tuple[Link, ...]:
    """Read the first MAX_LINKS links. Nothing is fetched."""
    if not html or "href" not in html[:_MAX_HTML].lower():
        return ()
    anchors = LexborHTMLParser(html[:_MAX_HTML]).css("a[href]")
    return tuple(
        Link(one_line(anchor.text(), _MAX_LABEL), one_line(anchor.attributes.get("href") or "", _MAX_TARGET))
        for anchor in anchors[:MAX_LINKS]
    )


def read_html_words(html: str | None) -> str:
    """Every text of the part, hidden elements and comments (with their marks) included; only for attack rules."""
    if not html:
        return ""
    text = _TAG.sub(" ", html[:_MAX_HTML])
    return _SPACES.sub(" ", entities.unescape(text)).strip()[:MAX_TEXT]

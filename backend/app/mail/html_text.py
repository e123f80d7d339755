"""Turns the HTML of a mail into the text that a person would see."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.mail.canonical import canonical_text, one_line
from app.mail.html_bounds import bound_html
from app.mail.html_stylesheet import Stylesheet, parse_stylesheet
from app.mail.html_visibility import Look, hides_all, inherit
from app.mail.quotes import QUOTE_MARK, starts_forward

_MAX_LINKS = 500
_LONGEST_LINK = 2_000
_FIRST_WORDS = 200
_FIRST_NODES = 100
_MAX_QUOTE_CHECKS = 50

_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "header", "hr", "li", "main", "nav", "ol", "pre", "section", "table", "tbody", "tr", "ul",
})  # fmt: skip
_PARAGRAPHS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})
_CELLS: Final = frozenset({"td", "th"})
_SIGNATURE_CLASSES: Final = frozenset({"gmail_signature", "moz-signature", "protonmail_signature_block"})
_SIGNATURE_IDS: Final = frozenset({"Signature", "ms-outlook-mobile-signature", "AppleMailSignature"})
_QUOTE_CLASSES: Final = frozenset({
    "gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "zmail_extra",
})  # fmt: skip
_WHITE = re.compile(r"[ \t\r\n\f]+")
_SPACES = re.compile(r"(?<=\S) {2,}")


@dataclass(frozen=True, slots=True)
class RenderedHtml:
    text: str
    """Canonical; lines of quoted history begin with `> `, a signature with `-- `."""
    hidden: int
    """Characters (other than white space) that were hidden from the eye, invisible characters included."""
    links: tuple[str, ...]
    complete: bool
    """False when so much was left out before that no other HTML parser should be given the original."""


class _Page:
    """The text so far. Lines are ended late, so that nested blocks make one line break and not several."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.blank_wanted = False
        self.quoted = False

    def write(self, text: str, *, indented: bool = False) -> None:
        if not self.line and not indented:
            text = text.lstrip(" ")
        if text:
            if self.blank_wanted and self.lines:
                self.lines.append("")
            self.blank_wanted = False
            self.line.append(text)

    def end_line(self) -> None:
        if self.line:
            self.lines.append((QUOTE_MARK if self.quoted else "") + "".join(self.line))
            self.line = []

    def break_line(self) -> None:
        """Write a <br>: on an empty line it makes a blank one."""
        if self.line:
            self.end_line()
        else:
            self.blank_wanted = True

    def end_paragraph(self) -> None:
        self.end_line()
        self.blank_wanted = True

    def quote(self, quoted: bool) -> None:  # noqa: FBT001
        if quoted != self.quoted:
            self.end_line()
            self.quoted = quoted


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the walk: an element or text to enter, or (with `leaving`) one to leave."""

    node: LexborNode
    look: Look
    quoted: bool
    preformatted: bool
    leaving: bool = False


class _Walk:
    def __init__(self, sheet: Stylesheet) -> None:
        self.sheet = sheet
        self.page = _Page()
        self.hidden = 0
        self.links: dict[str, None] = {}
        self.alternatives: list[str] = []
        self.quote_checks = 0

    def run(self, body: LexborNode) -> None:
        stack = [_Step(body, Look(), quoted=False, preformatted=False)]
        while stack:
            step = stack.pop()
            if step.leaving:
                self._leave(step.node.tag or "")
            elif step.node.is_text_node:
                self._text(step)
            elif step.node.is_element_node:
                stack.extend(self._enter(step))
        self.page.end_line()

    def _text(self, step: _Step) -> None:
        text = step.node.text_content or ""
        if not step.look.shows_text:
            self.hidden += _weight(text)
            return
        if text.strip():
            self.page.quote(step.quoted)
        if not step.preformatted:
            self.page.write(_WHITE.sub(" ", text))
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self.page.break_line()
            self.page.write(line, indented=True)

    def _enter(self, step: _Step) -> Iterator[_Step]:
        """Open an element; gives what to do next, last first."""
        node, tag = step.node, step.node.tag or ""
        attributes = node.attributes
        style = self.sheet.style_of(node, tag, attributes)
        if hides_all(attributes, style):
            self.hidden += _weight(node.text())
            return
        look = inherit(step.look, attributes, style)
        quoted = step.quoted or self._is_quote(node, tag, attributes)
        self._open(tag, attributes, quoted=quoted)
        yield _Step(node, look, quoted, step.preformatted, leaving=True)
        preformatted = step.preformatted or tag == "pre" or style.get("white-space", "").startswith("pre")
        children = [_Step(child, look, quoted, preformatted) for child in node.iter(include_text=True)]
        if quoted and not step.quoted and tag != "blockquote":
            children = list(_with_answers(children))
        yield from reversed(children)

    def _open(self, tag: str, attributes: Mapping[str, str | None], *, quoted: bool) -> None:
        if tag in _BLOCKS or tag in _PARAGRAPHS:
            (self.page.end_paragraph if tag in _PARAGRAPHS else self.page.end_line)()
        if tag == "br":
            self.page.break_line()
        elif tag == "li":
            self.page.quote(quoted)
            self.page.write("- ")
        elif tag == "img":
            self.alternatives.append(one_line(attributes.get("alt") or "", _FIRST_WORDS))
        elif tag == "a":
            self._link(attributes.get("href") or "")
        if _SIGNATURE_CLASSES & set((attributes.get("class") or "").split()) or attributes.get("id") in _SIGNATURE_IDS:
            self.page.end_line()
            self.page.quote(quoted)
            self.page.write("-- ")
            self.page.end_line()

    def _leave(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.page.end_paragraph()
        elif tag in _BLOCKS:
            self.page.end_line()
        elif tag in _CELLS:
            self.page.write(" ")

    def _link(self, target: str) -> None:
        target = one_line(target, _LONGEST_LINK)
        if len(self.links) < _MAX_LINKS and target and not target.startswith("#"):
            self.links.setdefault(target)

    def _is_quote(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> bool:
        classes = set((attributes.get("class") or "").split())
        cited = tag == "blockquote" and (attributes.get("type") or "").lower() == "cite"
        if not cited and not classes & _QUOTE_CLASSES:
            return False
        self.quote_checks += 1
        return self.quote_checks > _MAX_QUOTE_CHECKS or not starts_forward(_first_words(node))


def _with_answers(children: Sequence[_Step]) -> Iterator[_Step]:
    """The children of a box of history: between and below the quotes in it stand the sender's answers."""
    passed = False
    for child in children:
        is_quote = child.node.tag == "blockquote"
        yield replace(child, quoted=False) if passed and not is_quote else child
        passed |= is_quote


def _first_words(node: LexborNode) -> str:
    words = ""
    for count, inner in enumerate(node.traverse(include_text=True)):
        if count > _FIRST_NODES or len(words) > _FIRST_WORDS:
            break
        if inner.is_text_node:
            words += (inner.text_content or "")[:_FIRST_WORDS]
    return words.strip()


def _weight(text: str) -> int:
    return len("".join(canonical_text(text).text.split()))


def render_html(html: str) -> RenderedHtml:
    bounded = bound_html(html)
    walk = _Walk(parse_stylesheet(bounded.stylesheet))
    body = LexborHTMLParser(bounded.markup).body
    if body is not None:
        walk.run(body)
    lines = walk.page.lines
    if not any(line.strip() for line in lines):
        # Nothing but pictures: what stands in for them is what a reader without pictures sees.
        lines = [text for text in walk.alternatives if text]
    canonical = canonical_text("\n".join(lines))
    return RenderedHtml(
        text="\n".join(_SPACES.sub(" ", line) for line in canonical.text.split("\n")),
        hidden=walk.hidden + canonical.hidden,
        links=tuple(walk.links),
        complete=bounded.complete,
    )

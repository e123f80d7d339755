"""Fills the templates of our mails; whatever is not explicitly ours is treated as a stranger's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.notify.strangers import harmless


class Link(str):
    """An address of this installation: the only thing in our mails that may be clicked."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    html: str


def page_link(base_url: str, path: str) -> Link:
    return Link(base_url.rstrip("/") + path)


def message_link(base_url: str, message_id: UUID) -> Link:
    """The review page of a message. It asks for sign-in, and looking at it approves nothing."""
    return page_link(base_url, f"/messages/{message_id}")


def settings_link(base_url: str) -> Link:
    return page_link(base_url, "/settings")


def render(template: str, values: Mapping[str, Any]) -> Rendered:
    """Both forms of the mail `template`; a value that is missing is an error, never a gap."""
    return Rendered(
        text=PLAIN.get_template(f"{template}.txt").render(values),
        html=RICH.get_template(f"{template}.html").render(values),
    )


def _guarded(value: object) -> object:
    """Stand between every value and the page: a template cannot forget to ask for it."""
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) and not isinstance(value, Link | Markup) else value


def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("app.notify"),
        autoescape=autoescape,  # noqa: S701 - off only for plain text, which has no markup to escape
        undefined=StrictUndefined,
        finalize=_guarded,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


PLAIN: Final = _environment(autoescape=False)
RICH: Final = _environment(autoescape=True)

"""Rendering: templates, what every page shows at its head, and the note of the change before."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.sessions import SignedIn
from app.actions.addressing import choices_for
from app.actions.transitions import WAITING
from app.actions.undo import is_reversible
from app.actions.waiting import state_at
from app.doors.asking import cookies_of, resources_of
from app.doors.cookies import Cookie
from app.policy.sureness import sure_in_words
from app.review import repository
from app.web import text, words
from app.web.notes import Note, sentence_of

STATIC_FILES: Final = Path(__file__).parent / "static"


def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC_FILES / name).read_bytes()).hexdigest()[:12]


def _static(name: str) -> str:
    return f"/static/{name}?v={FINGERPRINTS[name]}"


def _gmail_link(address: str, provider_message_id: str) -> str:
    return f"https://mail.google.com/mail/?authuser={quote(address)}#all/{quote(provider_message_id)}"


FINGERPRINTS: Final = {path.name: _fingerprint(path.name) for path in STATIC_FILES.iterdir()}

GLOBALS: Final[dict[str, Any]] = {
    "static": _static,
    "words": words,
    "person": text.person,
    "gmail_link": _gmail_link,
    "is_reversible": is_reversible,
    "choices_for": choices_for,
    "state_at": state_at,
    "WAITING": WAITING,
}
FILTERS: Final[dict[str, Any]] = {
    "sureness": sure_in_words,
    "visible": text.visible,
    "editable": text.editable,
    "one_line": text.one_line,
    "marked": text.marked,
    "local_time": text.local_time,
    "file_size": text.file_size,
}
TEMPLATES: Final = Environment(
    loader=PackageLoader("app.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(GLOBALS)
TEMPLATES.filters.update(FILTERS)


async def page(
    request: Request, template: str, me: SignedIn | None, *, status: HTTPStatus = HTTPStatus.OK, **values: Any
) -> HTMLResponse:
    """Render a page for the person who is signed in, if anybody is."""
    standing, ctx = None, resources_of(request)
    now = ctx.clock()
    if me is not None:
        async with ctx.database.transaction(me.user_id) as session:
            standing = await repository.standing(session, me.user_id, now=now)
    return _rendered(request, template, status, me=me, standing=standing, now=now, **values)


def bare_page(request: Request, template: str, *, status: HTTPStatus, **values: Any) -> HTMLResponse:
    """Render without asking the database anything: for when that may be what is broken."""
    return _rendered(request, template, status, me=None, standing=None, **values)


def _rendered(request: Request, template: str, status: HTTPStatus, **values: Any) -> HTMLResponse:
    cookies = cookies_of(request)
    note = cookies.read(request, Cookie.NOTE)
    body = TEMPLATES.get_template(template).render(path=request.url.path, note=sentence_of(note), **values)
    response = HTMLResponse(body, status)
    if note is not None:
        cookies.forget(response, Cookie.NOTE)
    return response


def see_other(request: Request, path: str, note: Note | None = None) -> Response:
    """After a change: a reload then repeats the page, not the change."""
    response = RedirectResponse(path, HTTPStatus.SEE_OTHER)
    if note is not None:
        cookies_of(request).write(response, Cookie.NOTE, note)
    return response

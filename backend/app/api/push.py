"""Where a Pub/Sub push subscription tells of new mail. Closed until GMAIL_PUSH_AUDIENCE is set."""

from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Header, HTTPException, Request
from pydantic import BaseModel, ValidationError

from app.accounts.google_identity import GoogleKeys, KeysUnavailableError, NotGoogleError, require_google
from app.accounts.throttle import Throttle
from app.doors.asking import Ctx
from app.mail.push import count_refused, take_notifications

log = structlog.get_logger(__name__)

router = APIRouter(tags=["push"])

BEARER: Final = "Bearer "


class Envelope(BaseModel):
    message: object = None


def google_keys_of(request: Request) -> GoogleKeys:
    return request.app.state.google_keys


@router.post("/push/gmail", status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def gmail_has_news(
    request: Request,
    ctx: Ctx,
    keys: Annotated[GoogleKeys, Depends(google_keys_of)],
    authorization: Annotated[str, Header()] = "",
) -> None:
    """Make the mailbox due. What cannot be read is counted and thanked for as well, or it would be sent for days."""
    settings = ctx.settings
    if not settings.gmail_push_audience:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such page.")
    try:
        await require_google(
            authorization.removeprefix(BEARER),
            keys=keys,
            audience=settings.gmail_push_audience,
            account=settings.gmail_push_account,
        )
    except NotGoogleError as error:
        await _note_refusal(request, ctx)
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "Only Google may push here.") from error
    except KeysUnavailableError as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "Google's keys cannot be fetched.") from error
    await take_notifications(ctx.database, [_message(await request.body())], now=ctx.clock())


async def _note_refusal(request: Request, ctx: Ctx) -> None:
    """Only so many of one source, or strangers could keep the database busy."""
    throttle: Throttle = request.app.state.push_throttle
    if throttle.allows(request.client.host if request.client else "unknown"):
        log.warning("push.refused")
        await count_refused(ctx.database, now=ctx.clock())


def _message(body: bytes) -> object:
    try:
        return Envelope.model_validate_json(body).message
    except ValidationError:
        return None

"""Voice: what is known of the user's way of writing and what edits taught, each to be seen and deleted."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.doors.asking import Ctx, Me
from app.triage.voice import keeping, repository
from app.triage.voice.habits import Voice
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter()

VOICE: Final = "/settings/voice"


@router.get(VOICE)
async def voice(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        row = await repository.profile(session, me.user_id)
        notes = await repository.notes(session, me.user_id)
    enabled = row is None or row.enabled
    known = Voice.model_validate(row.profile) if row is not None else Voice()
    return await page(request, "voice.html", me, enabled=enabled, voice=known, notes=notes)


@router.post("/settings/voice/forget")
async def forget(*, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    await keeping.forget(ctx.database, user_id=me.user_id, now=ctx.clock())
    return see_other(request, VOICE, Note.VOICE_FORGOTTEN)


@router.post("/settings/voice/learn")
async def learn(*, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    await keeping.learn_again(ctx.database, user_id=me.user_id, now=ctx.clock())
    return see_other(request, VOICE, Note.VOICE_LEARNED)


@router.post("/settings/voice/notes/{note_id}/delete")
async def forget_note(note_id: UUID, *, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    await keeping.forget_note(ctx.database, note_id, user_id=me.user_id)
    return see_other(request, VOICE, Note.NOTE_DELETED)

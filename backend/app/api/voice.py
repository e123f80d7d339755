"""The user's voice: habits found in their own sent mail, and notes learnt from their edits."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from app.api.asking import ChangingMe
from app.api.shapes import Shape
from app.doors.asking import Ctx, Me
from app.triage.voice import keeping, repository
from app.triage.voice.habits import Voice

router = APIRouter(prefix="/voice", tags=["voice"])


class NoteShape(Shape):
    id: UUID
    scope: str
    scope_value: str
    kind: str
    text: str
    seen: int
    updated_at: datetime


class VoiceShape(Shape):
    enabled: bool
    voice: Voice
    notes: list[NoteShape]


@router.get("")
async def voice(me: Me, ctx: Ctx) -> VoiceShape:
    async with ctx.database.transaction(me.user_id) as session:
        row = await repository.profile(session, me.user_id)
        notes = await repository.notes(session, me.user_id)
    return VoiceShape(
        enabled=row is None or row.enabled,
        voice=Voice.model_validate(row.profile) if row is not None else Voice(),
        notes=[NoteShape.model_validate(note, from_attributes=True) for note in notes],
    )


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
async def forget(me: ChangingMe, ctx: Ctx) -> None:
    """Delete the profile and every note, and learn nothing more."""
    await keeping.forget(ctx.database, user_id=me.user_id, now=ctx.clock())


@router.post("/learn")
async def learn(me: ChangingMe, ctx: Ctx) -> VoiceShape:
    """Learn from the sent mail, also after it was forgotten."""
    await keeping.learn_again(ctx.database, user_id=me.user_id, now=ctx.clock())
    return await voice(me, ctx)


@router.delete("/notes/{note_id}", status_code=HTTPStatus.NO_CONTENT)
async def forget_note(note_id: UUID, me: ChangingMe, ctx: Ctx) -> None:
    await keeping.forget_note(ctx.database, note_id, user_id=me.user_id)

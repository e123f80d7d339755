"""The profile kept up to date, notes learnt from edits, and both forgotten when the user says so."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repository import record
from app.db.models import NoteScope, VoiceNote
from app.db.session import Database
from app.errors import NotFoundError
from app.mail.addresses import registrable_domain
from app.triage.guidance import Guidance
from app.triage.user_rules.keeping import active_rules
from app.triage.voice import repository
from app.triage.voice.habits import Voice
from app.triage.voice.lessons import Lesson, lessons_from
from app.triage.voice.profile import voice_of
from app.triage.voice.repository import Written

FRESH_FOR: Final = timedelta(days=1)
FEW_MAILS: Final = 20
FRESH_WHILE_FEW: Final = timedelta(minutes=30)
LEARNED_WITHIN: Final = timedelta(days=14)
DOMAIN_SENDERS: Final = 2
ALL_DOMAINS: Final = 3
"""So many senders of a domain, or domains, must teach the same before it holds for the whole domain, or for all."""
SHARED_DOMAINS: Final = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
    "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "telia.com", "orange.fr", "free.fr",
})  # fmt: skip
"""People who share nothing but a provider."""
_WIDEST_LAST: Final = (NoteScope.SENDER, NoteScope.DOMAIN, NoteScope.ALL)


async def keep_up(database: Database, user_id: UUID, *, now: datetime) -> None:
    """Learn what there is to learn of the user's writing; cheap when nothing is due."""
    async with database.transaction(user_id) as session:
        row = await repository.profile(session, user_id)
        if row is not None and not row.enabled:
            return
        written = await repository.unlearned(session, user_id, since=now - LEARNED_WITHIN)
        few = row is None or Voice.model_validate(row.profile).messages < FEW_MAILS
        due = row is None or row.computed_at <= now - (FRESH_WHILE_FEW if few else FRESH_FOR)
        texts = await repository.own_mail(session, user_id) if due else []
        name = await repository.own_name(session, user_id)
    lessons = await asyncio.to_thread(_lessons, written, name)
    voice = await asyncio.to_thread(voice_of, texts, name) if due else None
    if voice is None and not written:
        return
    async with database.transaction(user_id) as session:
        if not await enabled(session, user_id):  # switched off meanwhile
            return
        if voice is not None:
            values = voice.model_dump(mode="json")
            await repository.save_profile(session, user_id, values=values, enabled=True, now=now)
        for one, found in zip(written, lessons, strict=True):
            await _note_down(session, user_id, one.sender_address, found, now=now)
        await repository.mark_learned(session, user_id, [one.verdict_id for one in written], now=now)
        await repository.trim_notes(session, user_id)


async def enabled(session: AsyncSession, user_id: UUID) -> bool:
    row = await repository.profile(session, user_id)
    return row is None or row.enabled


async def guidance_for(session: AsyncSession, user_id: UUID, sender_address: str) -> Guidance:
    """What the user wants, as far as a mail from this sender is concerned."""
    row = await repository.profile(session, user_id)
    learned = await repository.notes_for(
        session, user_id, sender=sender_address, domain=registrable_domain(sender_address)
    )
    return Guidance(
        rules=await active_rules(session, user_id),
        voice=Voice.model_validate(row.profile) if row is not None and row.enabled and row.profile else None,
        notes=_narrowest(learned),
    )


async def forget(database: Database, *, user_id: UUID, now: datetime) -> None:
    """Delete the profile and every note, and learn nothing more until the user asks for it."""
    async with database.transaction(user_id) as session:
        await repository.save_profile(session, user_id, values={}, enabled=False, now=now)
        await repository.remove_all_notes(session, user_id)
        record(session, "voice.forgotten", user_id=user_id, subject_type="user", subject_id=user_id)


async def learn_again(database: Database, *, user_id: UUID, now: datetime) -> None:
    async with database.transaction(user_id) as session:
        long_ago = now - 2 * FRESH_FOR
        await repository.save_profile(session, user_id, values={}, enabled=True, now=long_ago)
        record(session, "voice.learned_again", user_id=user_id, subject_type="user", subject_id=user_id)
    await keep_up(database, user_id, now=now)


async def forget_note(database: Database, note_id: UUID, *, user_id: UUID) -> None:
    async with database.transaction(user_id) as session:
        if not await repository.remove_note(session, user_id, note_id):
            raise NotFoundError("There is no such note.")


def _lessons(written: Sequence[Written], name: str) -> list[tuple[Lesson, ...]]:
    return [lessons_from(one.draft, one.sent, name) for one in written]


async def _note_down(
    session: AsyncSession, user_id: UUID, sender: str, lessons: Sequence[Lesson], *, now: datetime
) -> None:
    domain = registrable_domain(sender)
    for lesson in lessons:
        await _save(session, user_id, (NoteScope.SENDER, sender), lesson, now=now)
        held = await repository.learned_for(session, user_id, kind=lesson.kind, text=lesson.text)
        near = [one for one in held if one and registrable_domain(one) == domain]
        if "" in held or len({registrable_domain(one) for one in held}) >= ALL_DOMAINS:
            await _save(session, user_id, (NoteScope.ALL, ""), lesson, now=now)
            narrower = [one for one in held if one]
        elif len(near) >= DOMAIN_SENDERS and domain not in SHARED_DOMAINS:
            await _save(session, user_id, (NoteScope.DOMAIN, domain), lesson, now=now)
            narrower = [one for one in near if "@" in one]
        else:
            continue
        await repository.remove_narrower(session, user_id, narrower, kind=lesson.kind, text=lesson.text)


async def _save(
    session: AsyncSession, user_id: UUID, where: tuple[NoteScope, str], lesson: Lesson, *, now: datetime
) -> None:
    scope, value = where
    await repository.save_note(session, user_id, scope=scope, value=value, kind=lesson.kind, text=lesson.text, now=now)


def _narrowest(notes: Sequence[VoiceNote]) -> tuple[str, ...]:
    """One text of each kind: what holds for this sender stands above what holds for all."""
    by_kind: dict[str, str] = {}
    for note in sorted(notes, key=lambda one: (_WIDEST_LAST.index(NoteScope(one.scope)), one.kind)):
        by_kind.setdefault(note.kind, note.text)
    return tuple(by_kind.values())

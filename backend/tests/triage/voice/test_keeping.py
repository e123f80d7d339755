"""The user's voice in the database: whose words it is made of, what edits teach, and that it can be forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db.models import Mailbox, Message, User, Verdict, VoiceNote, VoiceProfile
from app.db.session import SYSTEM, Database
from app.triage.engines.offline import OfflineEngine
from app.triage.guidance import Guidance
from app.triage.pipeline import triage_message
from app.triage.voice import keeping, repository
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user, add_verdict
from tests.triage.engines.desk import opened_desk
from tests.triage.engines.test_judgement import VALID

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINE = "Hey Erik,\n\nyes, you can have the drawings on Friday, and I will send them to you.\n\nCheers\nAna"
THEIRS = "Ahoy Ana,\n\nyou can have the drawings on Friday, and we will send them.\n\nLove\nErik"
DRAFT = (
    "Hi Erik,\n\nThank you for your message. I have seen your question, and you will hear from me.\n\nBest regards\nAna"
)
EDITED = DRAFT.replace("Hi Erik,", "Hello,")


@pytest.fixture
async def mailbox(database: Database) -> Mailbox:
    async with database.transaction(SYSTEM) as session:
        return await add_mailbox(session, await add_user(session))


async def _mail(database: Database, mailbox: Mailbox, text: str, **over: object) -> Message:
    async with database.transaction(SYSTEM) as session:
        return await add_message(session, mailbox, text=text, **over)


async def _sent(database: Database, mailbox: Mailbox, text: str, **over: object) -> Message:
    values: dict[str, object] = {"direction": "out", "state": "ignored", "sender_address": mailbox.address} | over
    return await _mail(database, mailbox, text, **values)


async def _edited(
    database: Database,
    mailbox: Mailbox,
    sent: str,
    *,
    sender: str = "erik@example.com",
    state: str = "done",
    kind: str = "reply",
) -> Verdict:
    async with database.transaction(SYSTEM) as session:
        message = await add_message(session, mailbox, sender_address=sender, state="triaged")
        await add_action(
            session,
            message,
            kind=kind,
            state=state,
            decided_by="user",
            payload={"subject": "Re", "body": sent, "to": [sender], "cc": []},
        )
        return await add_verdict(session, message, draft=DRAFT, created_at=NOON)


async def _keep_up(database: Database, mailbox: Mailbox, now: datetime = NOW) -> None:
    await keeping.keep_up(database, mailbox.user_id, now=now)


async def _notes(database: Database) -> list[tuple[str, str, str, int]]:
    async with database.transaction(SYSTEM) as session:
        found = await session.scalars(select(VoiceNote).order_by(VoiceNote.scope, VoiceNote.scope_value))
        return [(one.scope, one.scope_value, one.text, one.seen) for one in found]


async def _guidance(database: Database, mailbox: Mailbox, sender: str) -> Guidance:
    async with database.transaction(mailbox.user_id) as session:
        return await keeping.guidance_for(session, mailbox.user_id, sender)


async def test_the_profile_is_made_of_the_users_own_mail_alone(database: Database, mailbox: Mailbox) -> None:
    for _ in range(3):
        await _sent(database, mailbox, MINE)
    for _ in range(9):
        await _mail(database, mailbox, THEIRS)
    async with database.transaction(SYSTEM) as session:
        other = await add_mailbox(session, await add_user(session))
    for _ in range(9):
        await _sent(database, other, THEIRS)
    await _keep_up(database, mailbox)
    voice = (await _guidance(database, mailbox, "erik@example.com")).voice
    assert voice is not None
    assert voice.messages == 3
    [habits] = voice.habits
    assert (habits.greeting, habits.closing, habits.signature) == ("Hey {name},", "Cheers", "Ana")


async def test_what_was_sent_from_here_says_nothing_about_the_users_voice(database: Database, mailbox: Mailbox) -> None:
    sent = [await _sent(database, mailbox, DRAFT) for _ in range(3)]
    async with database.transaction(SYSTEM) as session:
        for number, one in enumerate(sent):
            question = await add_message(session, mailbox, subject=str(number))
            await add_action(session, question, kind="reply", state="done", provider_result_id=one.provider_message_id)
        assert await repository.own_mail(session, mailbox.user_id) == []


async def test_it_is_made_again_only_when_it_is_old(database: Database, mailbox: Mailbox) -> None:
    await _keep_up(database, mailbox)
    for _ in range(25):
        await _sent(database, mailbox, MINE)
    made: list[int] = []
    for now in (NOW + timedelta(minutes=1), NOW + timedelta(hours=1), NOW + timedelta(hours=2)):
        await _keep_up(database, mailbox, now)
        voice = (await _guidance(database, mailbox, "")).voice
        made.append(voice.messages if voice else 0)
        await _sent(database, mailbox, MINE)
    assert made == [0, 26, 26]


async def test_an_edit_becomes_a_note_for_its_sender_once(database: Database, mailbox: Mailbox) -> None:
    await _edited(database, mailbox, EDITED)
    for _ in range(2):
        await _keep_up(database, mailbox)
    assert await _notes(database) == [("sender", "erik@example.com", "Begin with “Hello,”.", 1)]
    assert (await _guidance(database, mailbox, "erik@example.com")).notes == ("Begin with “Hello,”.",)
    assert (await _guidance(database, mailbox, "mira@example.net")).notes == ()


@pytest.mark.parametrize(("kind", "state"), [("reply", "superseded"), ("draft", "done")])
async def test_the_users_own_answer_in_the_draft_s_place_teaches_too(
    database: Database, mailbox: Mailbox, kind: str, state: str
) -> None:
    verdict = await _edited(database, mailbox, DRAFT, kind=kind, state=state)
    async with database.transaction(SYSTEM) as session:
        message = await session.get_one(Message, verdict.message_id)
    later = {"conversation_id": message.conversation_id, "received_at": NOON + timedelta(hours=1)}
    await _mail(database, mailbox, EDITED.replace("Hello,", "Dear Erik,"), **later)
    await _keep_up(database, mailbox)
    assert await _notes(database) == [], "what others write in the conversation teaches nothing"
    await _sent(database, mailbox, EDITED, **later)
    await _keep_up(database, mailbox)
    assert await _notes(database) == [("sender", "erik@example.com", "Begin with “Hello,”.", 1)]


@pytest.mark.parametrize("state", ["proposed", "rejected", "expired"])
async def test_what_was_not_sent_teaches_nothing(database: Database, mailbox: Mailbox, state: str) -> None:
    await _edited(database, mailbox, EDITED, state=state)
    await _keep_up(database, mailbox)
    assert await _notes(database) == []


async def test_the_same_again_is_counted_and_something_else_takes_its_place(
    database: Database, mailbox: Mailbox
) -> None:
    for sent in (EDITED, EDITED, DRAFT.replace("Hi Erik,", "Dear Erik,")):
        await _edited(database, mailbox, sent)
        await _keep_up(database, mailbox)
        if sent == EDITED:
            assert len(await _notes(database)) == 1
    assert await _notes(database) == [("sender", "erik@example.com", "Begin with “Dear <name>,”.", 1)]


@pytest.mark.parametrize(
    ("senders", "expected"),
    [
        (["a@firm.example", "b@firm.example"], [("domain", "firm.example")]),
        (["a@gmail.com", "b@gmail.com"], [("sender", "a@gmail.com"), ("sender", "b@gmail.com")]),
        (["a@one.example", "b@two.example", "c@three.example"], [("all", "")]),
        (["a@firm.example", "b@firm.example", "b@two.example", "c@three.example", "d@four.example"], [("all", "")]),
    ],
)
async def test_what_many_teach_holds_for_more(
    database: Database, mailbox: Mailbox, senders: list[str], expected: list[tuple[str, str]]
) -> None:
    for sender in senders:
        await _edited(database, mailbox, EDITED, sender=sender)
        await _keep_up(database, mailbox)
    assert [(scope, value) for scope, value, _, _ in await _notes(database)] == expected


async def test_forgotten_is_forgotten_until_it_is_asked_for(database: Database, mailbox: Mailbox) -> None:
    for _ in range(3):
        await _sent(database, mailbox, MINE)
    await _edited(database, mailbox, EDITED)
    await _keep_up(database, mailbox)
    await keeping.forget(database, user_id=mailbox.user_id, now=NOW)
    await _edited(database, mailbox, EDITED)
    await _keep_up(database, mailbox, NOW + timedelta(days=2))
    async with database.transaction(SYSTEM) as session:
        [profile] = await session.scalars(select(VoiceProfile))
        assert (profile.enabled, profile.profile) == (False, {})
    assert await _notes(database) == []
    guidance = await _guidance(database, mailbox, "erik@example.com")
    assert (guidance.voice, guidance.notes) == (None, ())
    await keeping.learn_again(database, user_id=mailbox.user_id, now=NOW + timedelta(days=3))
    assert (await _guidance(database, mailbox, "erik@example.com")).voice is not None


async def test_voice_and_notes_reach_the_model_before_the_mail(database: Database, mailbox: Mailbox) -> None:
    for _ in range(3):
        await _sent(database, mailbox, MINE, received_at=NOON - timedelta(days=1))
    await _edited(database, mailbox, EDITED)
    question = await _mail(database, mailbox, "Hi Ana, could you send me the offer by Monday?")
    async with opened_desk(VALID) as desk:
        await triage_message(question.id, database=database, engine=desk.engine, clock=lambda: NOW)
    before = desk.model.last_text().partition("=== ")[0]
    assert "The person usually begins with “Hey <name>,”." in before
    assert "Begin with “Hello,”." in before


async def test_the_draft_is_kept_beside_the_verdict_to_learn_from(database: Database, mailbox: Mailbox) -> None:
    question = await _mail(database, mailbox, "Hi Ana, could you send me the offer by Monday?")
    await triage_message(question.id, database=database, engine=OfflineEngine(), clock=lambda: NOW)
    async with database.transaction(SYSTEM) as session:
        verdict = (await session.scalars(select(Verdict))).one()
        assert (await session.get_one(User, mailbox.user_id)).name.startswith("Ana")
    assert verdict.draft is not None
    assert verdict.draft.endswith("Ana")
    assert verdict.learned_at is None

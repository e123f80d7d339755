"""Rules on their way through the pipeline, and tried on what it left behind."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.models import Action, AuditEntry, Mailbox, RuleState, User, UserRule, Verdict
from app.db.session import SYSTEM, Database
from app.errors import ConflictError, NotFoundError, UserError
from app.triage.engines.offline import OfflineEngine
from app.triage.pipeline import triage_message
from app.triage.user_rules import keeping
from app.triage.user_rules.trying import Trial, try_on_past_mail
from tests.factories import add_mailbox, add_message, add_user
from tests.triage.engines.desk import opened_desk
from tests.triage.engines.test_judgement import VALID

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BULK = {
    "list-unsubscribe": ["<https://letters.example/u>"],
    "list-id": ["<week.letters.example>"],
    "precedence": ["bulk"],
    "authentication-results": ["mx.google.com; spf=pass; dkim=pass; dmarc=pass"],
}
NEWSLETTER = {
    "sender_address": "news@letters.example",
    "sender_name": "Letters",
    "subject": "The week in letters",
    "text": "Here is what happened this week. Read on our site. Unsubscribe at any time.",
    "headers": BULK,
}
QUESTION = {"text": "Hi Ana, could you send me the offer by Monday?"}


@pytest.fixture
async def mailbox(database: Database) -> Mailbox:
    async with database.transaction(SYSTEM) as session:
        return await add_mailbox(session, await add_user(session))


async def _rule(database: Database, mailbox: Mailbox, text: str, *, on: bool = True) -> UserRule:
    rule = await keeping.add(database, text, user_id=mailbox.user_id, engine=OfflineEngine())
    if on:
        await keeping.switch(database, rule.rule_id, on=True, user_id=mailbox.user_id)
    return rule


async def _triaged(database: Database, mailbox: Mailbox, **over: object) -> tuple[Verdict, dict[str, Action]]:
    async with database.transaction(SYSTEM) as session:
        message = await add_message(session, mailbox, **over)
    await triage_message(message.id, database=database, engine=OfflineEngine(), clock=lambda: NOW)
    async with database.transaction(SYSTEM) as session:
        verdict = (await session.scalars(select(Verdict).where(Verdict.message_id == message.id))).one()
        actions = await session.scalars(select(Action).where(Action.message_id == message.id))
        return verdict, {action.kind: action for action in actions}


async def _trial(database: Database, rule: UserRule) -> Trial:
    async with database.transaction(rule.user_id) as session:
        return await try_on_past_mail(session, rule.user_id, keeping.meaning_of(rule))


async def test_what_must_not_be_answered_gets_no_draft(database: Database, mailbox: Mailbox) -> None:
    await _rule(database, mailbox, "Never answer mail from example.com")
    verdict, actions = await _triaged(database, mailbox, **QUESTION)
    assert verdict.needs_reply, "what the mail asks is still said"
    assert verdict.draft is None
    assert "reply" not in actions
    assert verdict.reasons[0] == "Your rule: “Never answer mail from example.com”"


async def test_a_draft_and_a_rule_that_is_off_have_no_effect(database: Database, mailbox: Mailbox) -> None:
    await _rule(database, mailbox, "Never answer mail from example.com", on=False)
    _, actions = await _triaged(database, mailbox, **QUESTION)
    assert "reply" in actions


async def test_what_may_happen_unasked_waits_when_a_rule_says_so(database: Database, mailbox: Mailbox) -> None:
    await _rule(database, mailbox, "Always ask me about newsletters")
    _, actions = await _triaged(database, mailbox, **NEWSLETTER)
    assert {kind: action.state for kind, action in actions.items()} == {
        "archive": "proposed",
        "mark_read": "proposed",
        "label": "approved",
    }
    assert actions["archive"].rule == "user_rule"
    assert actions["archive"].reasons[0].startswith("Your rule")


async def test_a_label_of_the_users_own_is_added_to_the_others(database: Database, mailbox: Mailbox) -> None:
    await _rule(database, mailbox, "Newsletters go to Reading")
    _, actions = await _triaged(database, mailbox, **NEWSLETTER)
    assert actions["label"].payload["add"] == ["GetAnswers/Newsletter", "GetAnswers/Reading"]
    assert actions["label"].state == "approved"


async def _set(database: Database, mailbox: Mailbox, **values: object) -> None:
    async with database.transaction(SYSTEM) as session:
        user = await session.get_one(User, mailbox.user_id)
        for name, value in values.items():
            setattr(user, name, value)


async def test_at_low_autonomy_the_label_of_a_rule_waits_and_no_other_is_proposed(
    database: Database, mailbox: Mailbox
) -> None:
    await _set(database, mailbox, autonomy="low")
    _, without = await _triaged(database, mailbox, **NEWSLETTER)
    assert "label" not in without
    await _rule(database, mailbox, "Newsletters go to Reading.")
    _, actions = await _triaged(database, mailbox, **NEWSLETTER)
    label = actions["label"]
    assert (label.state, label.rule) == ("proposed", "autonomy_is_low")
    assert label.payload["add"] == ["GetAnswers/Newsletter", "GetAnswers/Reading"]
    assert actions["archive"].state == "proposed", "all else asks as before"
    _, others = await _triaged(database, mailbox, **QUESTION)
    assert "label" not in others, "nor is other mail labelled"


async def test_a_label_asked_for_by_a_rule_stops_at_the_kill_switch_and_in_shadow_mode(
    database: Database, mailbox: Mailbox
) -> None:
    await _rule(database, mailbox, "Newsletters go to Reading.")
    await _set(database, mailbox, effects_paused=True)
    label = (await _triaged(database, mailbox, **NEWSLETTER))[1]["label"]
    assert (label.state, label.rule) == ("proposed", "effects_are_paused")
    await _set(database, mailbox, effects_paused=False)
    async with database.transaction(SYSTEM) as session:
        (await session.get_one(Mailbox, mailbox.id)).live_kinds = []
    label = (await _triaged(database, mailbox, **NEWSLETTER))[1]["label"]
    assert (label.state, label.rule) == ("proposed", "mailbox_is_in_shadow_mode")


async def test_low_autonomy_for_labels_alone_is_low_autonomy_for_labels(database: Database, mailbox: Mailbox) -> None:
    await _set(database, mailbox, autonomy="high", autonomy_by_kind={"label": "low"})
    await _rule(database, mailbox, "Newsletters go to Reading.")
    _, actions = await _triaged(database, mailbox, **NEWSLETTER)
    assert actions["label"].state == "proposed"
    assert actions["archive"].state == "approved"


async def test_what_must_stay_in_the_inbox_stays_whatever_another_rule_says(
    database: Database, mailbox: Mailbox
) -> None:
    await _rule(database, mailbox, "Archive newsletters")
    await _rule(database, mailbox, "Never archive mail from letters.example")
    _, actions = await _triaged(database, mailbox, **NEWSLETTER)
    assert set(actions) == {"label"}


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("Archive everything", QUESTION),
        (
            "Archive mail from example.com",
            {"subject": "Your invoice", "text": "Invoice 7. Please pay 300 EUR by Friday."},
        ),
        ("Archive everything", {"text": "Your password was changed. Your verification code is 482913."}),
    ],
)
async def test_no_rule_archives_what_the_floor_protects(
    database: Database, mailbox: Mailbox, text: str, over: dict[str, object]
) -> None:
    await _rule(database, mailbox, text)
    _, actions = await _triaged(database, mailbox, **over)
    assert "archive" not in actions or actions["archive"].state == "proposed"


async def test_urgent_is_urgent(database: Database, mailbox: Mailbox) -> None:
    await _rule(database, mailbox, "Mail from Erik is urgent")
    verdict, _ = await _triaged(database, mailbox, **QUESTION)
    assert verdict.urgency == "high"


async def test_a_rule_is_tried_on_past_mail_and_changes_nothing_there(database: Database, mailbox: Mailbox) -> None:
    before = await _triaged(database, mailbox, **QUESTION)
    await _triaged(database, mailbox, **NEWSLETTER)
    silent = await _trial(database, await _rule(database, mailbox, "Never answer mail from Erik", on=False))
    asking = await _trial(database, await _rule(database, mailbox, "Always ask about newsletters", on=False))
    labelling = await _trial(database, await _rule(database, mailbox, "Label everything as Mine", on=False))
    nothing = await _trial(database, await _rule(database, mailbox, "Never archive mail from Erik", on=False))
    assert [(one.looked_at, one.matched, one.changed) for one in (silent, asking, labelling, nothing)] == [
        (2, 1, 1),
        (2, 1, 1),
        (2, 2, 2),
        (2, 1, 0),
    ]
    assert silent.shown[0].changes == ("No reply would have been prepared.",)
    assert asking.shown[0].changes == ("You would have been asked first.",)
    async with database.transaction(SYSTEM) as session:
        assert (await session.get_one(Action, before[1]["reply"].id)).state == "proposed"


async def test_what_was_not_understood_cannot_be_switched_on(database: Database, mailbox: Mailbox) -> None:
    rule = await _rule(database, mailbox, "Make me rich", on=False)
    with pytest.raises(UserError, match="not understood"):
        await keeping.switch(database, rule.rule_id, on=True, user_id=mailbox.user_id)


async def test_a_new_version_ends_the_old_one_and_waits(database: Database, mailbox: Mailbox) -> None:
    first = await _rule(database, mailbox, "Never answer mail from example.com")
    second = await keeping.add(
        database, "Archive newsletters", user_id=mailbox.user_id, engine=OfflineEngine(), rule_id=first.rule_id
    )
    assert (second.version, second.state) == (2, RuleState.DRAFT)
    _, actions = await _triaged(database, mailbox, **QUESTION)
    assert "reply" in actions
    with pytest.raises(ConflictError):
        await keeping.switch(database, first.rule_id, on=True, user_id=mailbox.user_id, version=1)
    async with database.transaction(SYSTEM) as session:
        states = await session.scalars(select(UserRule.state).order_by(UserRule.version))
        events = await session.scalars(select(AuditEntry.event).where(AuditEntry.subject_type == "rule"))
        assert (list(states), list(events)) == (
            ["replaced", "draft"],
            ["rule.written", "rule.switched_on", "rule.written"],
        )


async def test_nobody_touches_anothers_rules(database: Database, mailbox: Mailbox) -> None:
    rule = await _rule(database, mailbox, "Archive newsletters")
    async with database.transaction(SYSTEM) as session:
        stranger = (await add_user(session)).id
    for attempt in (
        keeping.switch(database, rule.rule_id, on=False, user_id=stranger),
        keeping.delete(database, rule.rule_id, user_id=stranger),
        keeping.add(database, "Archive ads", user_id=stranger, engine=OfflineEngine(), rule_id=rule.rule_id),
    ):
        with pytest.raises(NotFoundError):
            await attempt


READ: dict[str, object] = {
    "conditions": {"categories": ["invoice"], "words": ["haus*"]},
    "effects": {"label": "Haus", "always_ask": True},
    "not_understood": ["Weiterleiten kann GetAnswers nicht."],
}


async def test_a_model_reads_what_the_grammar_does_not(database: Database, mailbox: Mailbox) -> None:
    text = "Rechnungen fürs Haus bitte unter Haus ablegen und an Ben weiterleiten"
    async with opened_desk(READ) as desk:
        rule = await keeping.add(database, text, user_id=mailbox.user_id, engine=desk.engine)
    meaning = keeping.meaning_of(rule)
    assert rule.read_by == "openai:gpt-5-mini"
    assert meaning.effects.label == "Haus"
    assert meaning.not_understood == ("Weiterleiten kann GetAnswers nicht.",)
    assert rule.state == RuleState.DRAFT


async def test_no_model_is_asked_where_the_grammar_understands_all(database: Database, mailbox: Mailbox) -> None:
    async with opened_desk(READ) as desk:
        rule = await keeping.add(database, "Archive newsletters", user_id=mailbox.user_id, engine=desk.engine)
    assert rule.read_by == "grammar"
    assert desk.model.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        {"conditions": {"everything": True}, "effects": {"send_to": "ben@example.net"}},
        {"conditions": {"everything": True}, "effects": {"label": "../INBOX"}},
        {"conditions": {"addresses": ["not an address"]}, "effects": {"archive": True}},
    ],
)
async def test_a_model_cannot_give_a_rule_effects_that_there_are_not(
    database: Database, mailbox: Mailbox, answer: dict[str, object]
) -> None:
    async with opened_desk(answer) as desk:
        rule = await keeping.add(database, "Make me rich", user_id=mailbox.user_id, engine=desk.engine)
    assert rule.read_by == "grammar"
    assert not keeping.meaning_of(rule).usable


async def test_a_note_reaches_the_model_before_the_mail_and_only_where_its_rule_applies(
    database: Database, mailbox: Mailbox
) -> None:
    await _rule(database, mailbox, "When replying to Erik, say zanzibar")
    texts: list[Sequence[str]] = []
    async with opened_desk(VALID) as desk:
        for name in ("Erik Berg", "Mira Holm"):
            async with database.transaction(SYSTEM) as session:
                message_id: UUID = (await add_message(session, mailbox, sender_name=name, **QUESTION)).id
            await triage_message(message_id, database=database, engine=desk.engine, clock=lambda: NOW)
            texts.append(desk.model.last_text().split("=== "))
    assert "say zanzibar" in texts[0][0]
    assert "zanzibar" not in "".join(texts[1])


async def test_the_user_row_of_a_rule_goes_with_the_user(database: Database, mailbox: Mailbox) -> None:
    await _rule(database, mailbox, "Archive newsletters")
    async with database.transaction(SYSTEM) as session:
        await session.delete(await session.get_one(User, mailbox.user_id))
    async with database.transaction(SYSTEM) as session:
        assert (await session.scalars(select(UserRule))).all() == []

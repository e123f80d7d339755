"""The person is told, once, of what did not go as it should, and again of what still waits."""

from typing import Any

import pytest

from app.db.models import Action, ActionState
from app.db.session import SYSTEM
from app.errors import NotFoundError
from app.notify.about_actions import ADVICE, HEADINGS, REMINDED, tell_about_action
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user
from tests.notify.conftest import BASE_URL, Desk


async def action_of(desk: Desk, *, notices_enabled: bool = True, **over: Any) -> Action:
    async with desk.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, notices_enabled=notices_enabled))
        return await add_action(session, await add_message(session, mailbox), **over)


async def tell(desk: Desk, action: Action) -> None:
    await tell_about_action(**desk.pieces, user_id=action.user_id, action_id=action.id)


@pytest.mark.parametrize("state", HEADINGS)
async def test_trouble_is_told_once_with_what_is_known_and_what_to_do(desk: Desk, state: ActionState) -> None:
    action = await action_of(desk, state=state, error="Gmail said no.", undone_by="user")
    for _ in range(2):
        await tell(desk, action)
    (mail,) = desk.mails()
    assert str(mail["Subject"]).startswith(HEADINGS[state])
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = " ".join(plain.get_content().split())
    for words in ("Archive it", "Gmail said no.", ADVICE[state], f"{BASE_URL}/messages/{action.message_id}"):
        assert words in text


async def test_what_went_well_is_not_told(desk: Desk) -> None:
    for state in (ActionState.DONE, ActionState.UNDONE, ActionState.REJECTED):
        await tell(desk, await action_of(desk, state=state))
    await tell(desk, await action_of(desk, state="failed", error="It failed.", notices_enabled=False))
    assert desk.mails() == []


async def test_a_reminder_is_a_mail_once_and_its_failed_undoing_another(desk: Desk) -> None:
    action = await action_of(desk, kind="remind", state=ActionState.DONE, payload={"kind": "remind"})
    for _ in range(2):
        await tell(desk, action)
    (mail,) = desk.mails()
    assert str(mail["Subject"]).startswith(REMINDED)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert f"{BASE_URL}/messages/{action.message_id}" in plain.get_content()
    async with desk.database.transaction(SYSTEM) as session:
        (await session.get_one(Action, action.id)).error = "Gmail said no."
    await tell(desk, action)
    assert str(desk.mails()[-1]["Subject"]).startswith(HEADINGS[ActionState.DONE])


async def test_what_was_raised_is_told_a_second_time_and_no_third(desk: Desk) -> None:
    action = await action_of(desk)
    await tell(desk, action)
    async with desk.database.transaction(SYSTEM) as session:
        (await session.get_one(Action, action.id)).escalated_at = NOON
    for _ in range(2):
        await tell(desk, action)
    subjects = [str(mail["Subject"]).partition(":")[0] for mail in desk.mails()]
    assert subjects == ["Your decision, please", "Still waits for your decision"]


async def test_an_unknown_action_is_not_found(desk: Desk) -> None:
    action = await action_of(desk)
    with pytest.raises(NotFoundError):
        await tell_about_action(**desk.pieces, user_id=action.user_id, action_id=action.message_id)

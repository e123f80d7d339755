from itertools import product

import pytest

from app.actions.transitions import FINAL, TRANSITIONS, UNDER_WAY, WAITING, Actor, IllegalTransitionError, move
from app.db.models import ActionState
from tests.actions.mailroom import Mailroom
from tests.factories import add_action


def test_the_table_names_every_state_and_every_state_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(ActionState)
    reached = {ActionState.PROPOSED} | {to for following in TRANSITIONS.values() for to in following}
    assert reached == set(ActionState)


def test_a_state_waits_for_the_person_or_for_a_worker_or_is_an_end() -> None:
    assert sorted([*WAITING, *UNDER_WAY, *FINAL]) == sorted(ActionState)


def test_what_may_happen_to_what_was_proposed_may_happen_to_what_was_edited() -> None:
    assert TRANSITIONS[ActionState.EDITED] == TRANSITIONS[ActionState.PROPOSED]
    assert {state for state, following in TRANSITIONS.items() if ActionState.EDITED in following} == WAITING


def test_nothing_is_executed_that_was_not_approved() -> None:
    assert {state for state, following in TRANSITIONS.items() if ActionState.EXECUTING in following} == {
        ActionState.APPROVED,
        ActionState.EXECUTING,
    }
    # Besides, a person may say of an unknown one that it happened, and of what cannot be undone it stays so.
    assert {state for state, following in TRANSITIONS.items() if ActionState.DONE in following} == {
        ActionState.EXECUTING,
        ActionState.UNKNOWN,
        ActionState.UNDOING,
    }


def test_only_what_was_done_is_undone() -> None:
    assert {state for state, following in TRANSITIONS.items() if ActionState.UNDOING in following} == {
        ActionState.DONE,
        ActionState.UNDOING,
    }
    assert {state for state, following in TRANSITIONS.items() if ActionState.UNDONE in following} == {
        ActionState.UNDOING
    }


async def test_only_what_the_table_has_can_happen(room: Mailroom) -> None:
    message = await room.arrive()
    async with room.database.transaction(room.user.id) as session:
        action = await add_action(session, message)
        for before, to in product(ActionState, ActionState):
            action.state = before
            if to in TRANSITIONS[before]:
                move(session, action, to, actor=Actor.WORKER, now=room.now)
                assert action.state == to
            else:
                with pytest.raises(IllegalTransitionError):
                    move(session, action, to, actor=Actor.WORKER, now=room.now)
                assert action.state == before

"""A message that is judged anew: what was proposed for it makes room, and what was done unasked is taken back."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.transitions import WAITING, Actor, move
from app.actions.undo import begin_undo, is_reversible
from app.db.models import Action, ActionKind, ActionState, ArchivedAction, Message

PUT_AWAY: Final = frozenset({ActionKind.ARCHIVE, ActionKind.MARK_READ})


async def replace_proposals(session: AsyncSession, message: Message, *, now: datetime) -> None:
    """Close what was proposed and has not begun, and move it to the archive: a message has one row of a kind.

    What was put away is brought back, and is not proposed a second time: its row says that it was undone. A label
    stays; it says what the mail is.
    """
    found = await session.scalars(
        select(Action)
        .where(Action.user_id == message.user_id, Action.message_id == message.id, ~Action.requested)
        .order_by(Action.id)
        .with_for_update()
    )
    closed: list[Action] = []
    for action in found:
        untouched = action.state == ActionState.APPROVED and action.attempts == 0
        if action.state in WAITING or untouched:
            move(session, action, ActionState.SUPERSEDED, actor=Actor.USER, now=now)
            closed.append(action)
        elif action.kind in PUT_AWAY and is_reversible(action):
            begin_undo(session, action, actor=Actor.USER, now=now)
    await session.flush()  # the archive takes rows as the database has them
    await move_to_archive(session, select(Action.id).where(Action.id.in_([one.id for one in closed])), now=now)
    for action in closed:
        session.expunge(action)


async def move_to_archive(session: AsyncSession, chosen: Select[Any], *, now: datetime) -> int:
    """Move the actions with these ids to the archive, whole and in one statement; return how many."""
    columns = [column.name for column in Action.__table__.columns]
    gone = delete(Action).where(Action.id.in_(chosen)).returning(*Action.__table__.columns).cte("gone")
    kept = insert(ArchivedAction).from_select(
        [*columns, "archived_at"],
        select(*(gone.c[name] for name in columns), literal(now).label("archived_at")),
        include_defaults=False,
    )
    moved = kept.returning(ArchivedAction.id).cte("kept")
    return await session.scalar(select(func.count()).select_from(moved)) or 0

"""What the person does to our labels in their own mail client: moving one back undoes, and teaches."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import closing_repository as repository
from app.actions.transitions import Actor
from app.actions.undo import begin_undo

REMEMBERED: Final = timedelta(days=1)
"""So long a sweeper may have stood still without anything being missed."""


async def undo_by_hand(session: AsyncSession, *, now: datetime, limit: int = 500) -> int:
    """Begin to undo what the person has taken back in part; for the sweeper, over all users. Returns how many.

    Whoever takes GetAnswers/Archived off a mail wants it back in the inbox, and whoever puts the mail back there wants
    the label gone. Both say that archiving it was wrong, as the button on the page does.
    """
    corrected = await repository.corrected_by_hand(session, since=now - REMEMBERED, limit=limit)
    for action in corrected:
        begin_undo(session, action, actor=Actor.USER, now=now)
    return len(corrected)

"""What nobody's mail has used for long goes; what the user had forgotten stays forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db.models import SenderPattern
from app.db.session import SYSTEM, Database
from app.retention.patterns import KEPT_FOR, lapse_patterns
from tests.factories import NOON, add_user

LONG_AGO = NOON - KEPT_FOR - timedelta(days=1)


async def test_unused_patterns_lapse(database: Database, clock: Callable[[], datetime]) -> None:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
        values = {"user_id": user.id, "kind": "put_away", "mails": 5}
        session.add_all([
            SenderPattern(sender="unused", learned_at=LONG_AGO, **values),
            SenderPattern(sender="used", learned_at=LONG_AGO, skipped=1, skipped_at=NOON, **values),
            SenderPattern(sender="young", learned_at=NOON, **values),
            SenderPattern(sender="forgotten", learned_at=LONG_AGO, state="forgotten", **values),
        ])  # fmt: skip
    assert await lapse_patterns(database, clock=clock) == 1
    async with database.transaction(SYSTEM) as session:
        assert set(await session.scalars(select(SenderPattern.sender))) == {"used", "young", "forgotten"}

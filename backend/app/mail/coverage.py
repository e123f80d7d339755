"""How far back the mail of a mailbox was to be fetched, as its walks tell it."""

from collections.abc import Sequence
from datetime import datetime

from app.db.models import Walk, WalkKind


def covered_since(walks: Sequence[Walk], *, now: datetime) -> datetime | None:
    """From when on these walks were to fetch everything; None is all there is, now where nothing was."""
    starts = [(walk.reached or now) if _ended_by_number(walk) else walk.after for walk in walks]
    return None if None in starts else min([now, *(start for start in starts if start is not None)])


def taken(walks: Sequence[Walk]) -> int:
    """How many messages they listed, of which a full sync has none that others do not have."""
    return sum(walk.done for walk in walks if walk.kind != WalkKind.RESYNC)


def _ended_by_number(walk: Walk) -> bool:
    return walk.most is not None and walk.done >= walk.most

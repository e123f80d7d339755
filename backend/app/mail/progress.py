"""How far the fetching of a mailbox is, in words for a person."""

from collections.abc import Mapping
from typing import Final

from app.db.models import Walk, WalkKind

UNDER_WAY: Final = {
    WalkKind.FIRST: "first sync",
    WalkKind.RESYNC: "full sync",
    WalkKind.BACKFILL: "older mail",
    WalkKind.RECONCILE: "comparing with Gmail",
}


def in_words(walks: Mapping[WalkKind, Walk], failed: int) -> str:
    """What is under way, what the last comparison with Gmail has found, and what still fails."""
    said = [_progress(kind, way) for kind, way in walks.items() if way.finished_at is None]
    compared = walks.get(WalkKind.RECONCILE)
    if compared is not None and compared.finished_at is not None:
        said.append(f"{compared.missing} of {compared.done} were missing on {compared.finished_at:%Y-%m-%d}")
    if failed:
        said.append(f"{failed} could not be fetched yet")
    return "; ".join(said)


def _progress(kind: WalkKind, way: Walk) -> str:
    return f"{UNDER_WAY[kind]}: {way.done} of {way.expected or '?'}, {way.units_left} units left"

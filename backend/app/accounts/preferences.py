"""What users decide about themselves: how much may happen unasked, the kill switch, what they are told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from app.accounts import repository
from app.db.models import Autonomy, User
from app.db.session import Database
from app.errors import NotFoundError, UserError

LONGEST_DELAY: Final = 3600
LARGEST_BUDGET: Final = 1_000_000
TIMEZONES: Final = tuple(sorted(available_timezones()))


@dataclass(frozen=True, slots=True)
class Preferences:
    autonomy: Autonomy
    timezone: str
    notices_enabled: bool
    digest_enabled: bool


async def change(database: Database, preferences: Preferences, *, user_id: UUID) -> None:
    """Raises UserError for a time zone that does not exist."""
    if preferences.timezone not in TIMEZONES:
        raise UserError("There is no such time zone. Choose one from the list, for instance Europe/Stockholm.")
    async with database.transaction(user_id) as session:
        user = _existing(await repository.user_by_id(session, user_id, lock=True))
        user.autonomy = preferences.autonomy
        user.timezone = preferences.timezone
        user.notices_enabled = preferences.notices_enabled
        user.digest_enabled = preferences.digest_enabled
        repository.record(
            session,
            "settings.changed",
            user_id=user_id,
            subject_type="user",
            subject_id=user_id,
            **asdict(preferences),
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may happen unasked, in numbers, and where one kind of step differs from the others."""

    autonomy_by_kind: Mapping[str, Autonomy]
    send_delay_seconds: int
    daily_sends: int
    daily_changes: int
    changes_at_once: int


async def change_limits(database: Database, limits: Limits, *, user_id: UUID) -> None:
    """Raises UserError for numbers out of bounds."""
    budgets = (limits.daily_sends, limits.daily_changes, limits.changes_at_once)
    if not 0 <= limits.send_delay_seconds <= LONGEST_DELAY or not all(0 <= each <= LARGEST_BUDGET for each in budgets):
        raise UserError(f"The delay may be up to {LONGEST_DELAY} seconds, and each limit up to {LARGEST_BUDGET:,}.")
    by_kind = {kind: level.value for kind, level in limits.autonomy_by_kind.items()}
    async with database.transaction(user_id) as session:
        user = _existing(await repository.user_by_id(session, user_id, lock=True))
        user.autonomy_by_kind = dict(by_kind)
        user.send_delay_seconds = limits.send_delay_seconds
        user.daily_sends, user.daily_changes, user.changes_at_once = budgets
        details = asdict(limits) | {"autonomy_by_kind": by_kind}
        repository.record(
            session, "limits.changed", user_id=user_id, subject_type="user", subject_id=user_id, **details
        )


async def pause_effects(database: Database, *, user_id: UUID, paused: bool) -> None:
    """The kill switch: while it is on nothing is changed in any mailbox of this user, approved or not."""
    async with database.transaction(user_id) as session:
        user = _existing(await repository.user_by_id(session, user_id, lock=True))
        user.effects_paused = paused
        event = "effects.paused" if paused else "effects.resumed"
        repository.record(session, event, user_id=user_id, subject_type="user", subject_id=user_id)


def _existing(user: User | None) -> User:
    if user is None:
        raise NotFoundError("There is no such user.")
    return user

"""What users decide about themselves: how much may happen unasked, the kill switch, what they are told."""

from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from app.accounts import repository
from app.db.models import Autonomy, User
from app.db.session import Database
from app.errors import NotFoundError, UserError

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

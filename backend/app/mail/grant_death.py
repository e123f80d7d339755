"""Why a grant has died: Google does not say, but its age tells which cause is the likeliest."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

TESTING_LASTS: Final = timedelta(days=7)
UNUSED_LASTS: Final = timedelta(days=180)
ABOUT: Final = timedelta(hours=12)


class Cause(StrEnum):
    """In the words that the person reads."""

    TESTING = "the Google OAuth app is still in “Testing”, where connections end after 7 days"
    UNUSED = "it was unused for six months"
    REVOKED = "it was revoked in the Google account"
    PASSWORD = "the password was changed"  # noqa: S105 - words about one


def likeliest(*, granted_at: datetime | None, last_good: datetime | None, now: datetime) -> Cause:
    """Died at some time after `last_good`, when it still worked; an unknown time is no evidence."""
    last_good = last_good or granted_at or now
    if now - last_good >= UNUSED_LASTS:
        return Cause.UNUSED
    if granted_at is not None:
        would_end = granted_at + TESTING_LASTS
        if last_good <= would_end + ABOUT and now >= would_end - ABOUT:
            return Cause.TESTING
    return Cause.REVOKED


def in_words(cause: Cause) -> str:
    """The likeliest cause first, then what else it may have been, and what mends it."""
    others = [each.value for each in (Cause.REVOKED, Cause.PASSWORD, Cause.UNUSED, Cause.TESTING) if each is not cause]
    mend = " Set the app to “In production” in the Google Cloud console first, or it ends again in 7 days."
    return (
        f"Gmail no longer accepts this connection. Most likely {cause.value}. "
        f"It may also be that {', '.join(others[:-1])} or {others[-1]}. Reconnect the mailbox."
        f"{mend if cause is Cause.TESTING else ''}"
    )

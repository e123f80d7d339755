"""What a user always does with the mail of one sender, learnt from their own deeds."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned


class PatternKind(StrEnum):
    PUT_AWAY = "put_away"
    """Archived or deleted, and never opened."""
    ONLY_READ = "only_read"
    """Opened, and never answered."""


class PatternState(StrEnum):
    LEARNED = "learned"
    FORGOTTEN = "forgotten"
    """Not learnt again before the user wants it."""


class ForgottenBy(StrEnum):
    USER = "user"
    """They said so."""
    DEED = "deed"
    """They did something else with such a mail."""


class SenderPattern(Owned, Base):
    __tablename__ = "sender_patterns"
    __table_args__ = (
        UniqueConstraint("user_id", "list_id", "sender"),
        CheckConstraint("kind IN ('put_away', 'only_read')", name="kind"),
        CheckConstraint("state IN ('learned', 'forgotten')", name="state"),
        CheckConstraint("forgotten_by IN ('user', 'deed')", name="forgotten_by"),
    )

    sender: Mapped[str]
    """The address, lower case; of a list, the domain its mail comes from, where that is its own."""
    list_id: Mapped[str] = mapped_column(default="")
    """The header List-Id as it stands; empty for mail without one."""
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=PatternState.LEARNED)
    mails: Mapped[int]
    """So many in a row it was learnt from."""
    learned_at: Mapped[datetime]
    """What the user does later and contradicts it ends it."""
    forgotten_at: Mapped[datetime | None]
    forgotten_by: Mapped[str | None]
    skipped: Mapped[int] = mapped_column(default=0)
    """Messages judged by it, without a model."""
    skipped_at: Mapped[datetime | None]

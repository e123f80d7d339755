"""Users and the ways in: magic links, sessions, OAuth flows under way."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Created, Key, Owned


class Autonomy(StrEnum):
    """How much may happen unasked. The floor of the policy stands above all three."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_email_lower", func.lower(text("email")), unique=True),
        CheckConstraint("autonomy IN ('low', 'medium', 'high')", name="autonomy"),
        CheckConstraint("send_delay_seconds BETWEEN 0 AND 3600", name="send_delay"),
        CheckConstraint("least(daily_sends, daily_changes, changes_at_once) >= 0", name="budgets"),
    )

    id: Mapped[Key]
    created_at: Mapped[Created]
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="UTC")
    autonomy: Mapped[str] = mapped_column(default=Autonomy.MEDIUM)
    autonomy_by_kind: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Kinds of step for which another autonomy holds than `autonomy`."""
    effects_paused: Mapped[bool] = mapped_column(default=False)
    send_delay_seconds: Mapped[int] = mapped_column(default=60)
    """So long what is sent unasked can still be stopped."""
    daily_sends: Mapped[int] = mapped_column(default=20)
    daily_changes: Mapped[int] = mapped_column(default=500)
    """Budgets of what happens unasked within 24 hours."""
    changes_at_once: Mapped[int] = mapped_column(default=20)
    """Of so many messages put away unasked within minutes, the next one asks first."""
    is_operator: Mapped[bool] = mapped_column(default=False)
    """May stop and release the whole installation."""
    notices_enabled: Mapped[bool] = mapped_column(default=True)
    digest_enabled: Mapped[bool] = mapped_column(default=True)
    patterns_enabled: Mapped[bool] = mapped_column(default=True)
    """What they always do with a sender's mail is learnt, and then done without asking a model."""
    daily_model_tokens: Mapped[int | None]
    """What language models may cost this user a day; None is what the settings say."""
    daily_model_microdollars: Mapped[int | None] = mapped_column(BigInteger)


class MagicLink(Owned, Base):
    __tablename__ = "magic_links"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    browser_hash: Mapped[bytes | None]
    """Of a cookie in the browser that asked; None for links made on the command line."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Session(Owned, Base):
    __tablename__ = "sessions"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    csrf_token: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OAuthFlow(Owned, Base):
    """Consent under way: the state that went out with the browser and the PKCE verifier kept here."""

    __tablename__ = "oauth_flows"
    __table_args__ = (UniqueConstraint("user_id", "id"),)

    state_hash: Mapped[bytes] = mapped_column(unique=True)
    session_id: Mapped[UUID]
    verifier_encrypted: Mapped[bytes]
    expires_at: Mapped[datetime]

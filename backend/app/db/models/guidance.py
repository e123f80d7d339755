"""What the user wants of the agent and what it may spend: rules in plain language, voice, notes, and days of models."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned


class RuleState(StrEnum):
    DRAFT = "draft"
    """Parsed and shown, never yet switched on."""
    ON = "on"
    OFF = "off"
    REPLACED = "replaced"
    """A newer version of the same rule has taken its place."""


class NoteScope(StrEnum):
    """For whose mail a note on the user's way of writing holds."""

    ALL = "all"
    DOMAIN = "domain"
    SENDER = "sender"


RULE_STATES = ", ".join(f"'{state}'" for state in RuleState)
NOTE_SCOPES = ", ".join(f"'{scope}'" for scope in NoteScope)


class ModelDay(Owned, Base):
    """What language models cost one user on one day (UTC), with what calls under way have reserved."""

    __tablename__ = "model_days"
    __table_args__ = (UniqueConstraint("user_id", "day"),)

    day: Mapped[date]
    spent_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    spent_microdollars: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved_microdollars: Mapped[int] = mapped_column(BigInteger, default=0)
    calls: Mapped[int] = mapped_column(default=0)


class UserRule(Owned, Base):
    """One version of a rule in the user's own words, with what it was understood to mean."""

    __tablename__ = "user_rules"
    __table_args__ = (
        UniqueConstraint("user_id", "rule_id", "version"),
        CheckConstraint(f"state IN ({RULE_STATES})", name="state"),
    )

    rule_id: Mapped[UUID]
    """The same for all versions of a rule."""
    version: Mapped[int]
    text: Mapped[str]
    meaning: Mapped[dict[str, Any]]
    """Conditions and effects; see triage/user_rules/meaning.py."""
    read_by: Mapped[str]
    """'grammar', or provider:model."""
    state: Mapped[str] = mapped_column(default=RuleState.DRAFT)


class VoiceProfile(Owned, Base):
    """How the user writes, computed from their own sent mail alone."""

    __tablename__ = "voice_profiles"
    __table_args__ = (UniqueConstraint("user_id"),)

    enabled: Mapped[bool] = mapped_column(default=True)
    """False when the user deleted the profile: it is not made again until they ask for it."""
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    computed_at: Mapped[datetime]


class VoiceNote(Owned, Base):
    """One thing learnt from what the user changed in a draft; a newer one of its kind and scope takes its place."""

    __tablename__ = "voice_notes"
    __table_args__ = (
        UniqueConstraint("user_id", "scope", "scope_value", "kind"),
        CheckConstraint(f"scope IN ({NOTE_SCOPES})", name="scope"),
    )

    scope: Mapped[str]
    scope_value: Mapped[str] = mapped_column(default="")
    """The address or domain; empty for all."""
    kind: Mapped[str]
    text: Mapped[str]
    seen: Mapped[int] = mapped_column(default=1)
    """How often the same was learnt."""
    updated_at: Mapped[datetime]

"""What is only ever added to: the audit log, what language models cost, the switch of the installation."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Created, Key, Owned


class AuditEntry(Owned, Base):
    """Who did what to which row; ids and states only, nothing of the mail."""

    __tablename__ = "audit_log"

    actor: Mapped[str]
    """'user', 'policy', 'worker' or 'operator'."""
    event: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ModelUsage(Owned, Base):
    __tablename__ = "model_usage"

    message_id: Mapped[UUID | None]
    engine: Mapped[str]
    purpose: Mapped[str]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cached_tokens: Mapped[int] = mapped_column(default=0)
    """Of the input, what the provider had in its cache."""
    cost_microdollars: Mapped[int | None]
    """None where the price of the model is not known."""


class InstallationSwitch(Base):
    """The kill switch of the whole installation: the newest row says how it stands, and all of them who moved it."""

    __tablename__ = "installation_switches"

    id: Mapped[Key]
    created_at: Mapped[Created]
    effects_paused: Mapped[bool]
    actor: Mapped[str]
    """'command line', or 'operator' and the id of that user."""

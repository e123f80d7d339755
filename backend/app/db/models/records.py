"""What is only ever added to: the audit log and what language models cost."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned


class AuditEntry(Owned, Base):
    """Who did what to which row; ids and states only, nothing of the mail."""

    __tablename__ = "audit_log"

    actor: Mapped[str]
    """'user', 'policy', 'worker' or 'operator'."""
    event: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
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

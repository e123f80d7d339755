"""What people say of a message; `evaluation/GUIDELINE.md` says how they decide."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict

from app.triage.verdict import Category, Urgency


class Labels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Category
    needs_reply: bool
    urgency: Urgency
    deadline: date | None
    must_reply: bool | None = None
    """A person must answer: silence would hurt. None where the labeller did not say; so with the next two."""
    bulk: bool | None = None
    may_archive: bool | None = None


FIELDS: Final = tuple(Labels.model_fields)

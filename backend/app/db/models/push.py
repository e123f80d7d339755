"""How many notices of new mail came in, and what became of them."""

from datetime import date

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base


class PushCount(Base):
    """Belongs to no user: what cannot be read, or is about an unknown address, is counted as well."""

    __tablename__ = "push_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)

"""A comparison with Gmail that goes on where it was, and the gap of which no history tells."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ("listed_at", "compared_from", "gap_since")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("walks", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("walks", name)

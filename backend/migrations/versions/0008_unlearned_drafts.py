"""Drafts that nothing was learnt from yet are looked for with each message."""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEX = "ix_verdicts_unlearned"
UNLEARNED = "draft IS NOT NULL AND learned_at IS NULL"


def upgrade() -> None:
    op.execute(f"CREATE INDEX {INDEX} ON verdicts (user_id) WHERE {UNLEARNED}")


def downgrade() -> None:
    op.execute(f"DROP INDEX {INDEX}")

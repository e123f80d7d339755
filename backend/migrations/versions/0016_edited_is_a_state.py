"""A waiting reply that the person has changed is in a state of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | Sequence[str] | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATES = (
    "'proposed', 'approved', 'executing', 'done', 'rejected', 'expired', 'superseded', 'failed', 'unknown', "
    "'undoing', 'undone'"
)
CHANGED = """
    UPDATE actions SET state = 'edited' WHERE state = 'proposed' AND EXISTS (
        SELECT FROM audit_log
        WHERE audit_log.subject_id = actions.id AND event IN ('action.edited', 'action.readdressed')
    )
"""


def upgrade() -> None:
    _check(f"{STATES}, 'edited'")
    with _all_rows():
        op.execute(CHANGED)


def downgrade() -> None:
    with _all_rows():
        op.execute("UPDATE actions SET state = 'proposed' WHERE state = 'edited'")
    _check(STATES)


def _check(states: str) -> None:
    op.drop_constraint(op.f("ck_actions_state"), "actions", type_="check")
    op.create_check_constraint(op.f("ck_actions_state"), "actions", f"state IN ({states})")


@contextmanager
def _all_rows() -> Iterator[None]:
    """Row level security is forced on the owner as well, who else would find nothing; nobody sees this but us."""
    for table in ("actions", "audit_log"):
        op.execute(sa.text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
    yield
    for table in ("actions", "audit_log"):
        op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))

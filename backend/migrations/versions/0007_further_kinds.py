"""Further kinds of actions, what a person asks for by themselves, and the addresses mail may be sent from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = '0007'
down_revision: str | Sequence[str] | None = '0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ('reply', 'draft', 'label', 'archive', 'mark_read')
FURTHER_KINDS = ('snooze', 'wake', 'remind', 'rsvp', 'unsubscribe', 'forward')


def _check(kinds: Sequence[str]) -> None:
    op.drop_constraint(op.f('ck_actions_kind'), 'actions', type_='check')
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f('ck_actions_kind'), 'actions', f'kind IN ({listed})')


def upgrade() -> None:
    for table in ('actions', 'action_archive'):
        op.add_column(table, sa.Column('requested', sa.Boolean(), server_default=sa.false(), nullable=False))
        op.alter_column(table, 'requested', server_default=None)
    op.drop_constraint(op.f('uq_actions_message_id_kind'), 'actions', type_='unique')
    op.create_index(
        'uq_actions_proposed', 'actions', ['message_id', 'kind'], unique=True, postgresql_where=sa.text('NOT requested')
    )
    _check((*KINDS, *FURTHER_KINDS))
    op.add_column(
        'mailboxes', sa.Column('send_as', postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
    )
    op.alter_column('mailboxes', 'send_as', server_default=None)
    op.add_column('mailboxes', sa.Column('send_as_read_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        'ix_messages_calendar',
        'messages',
        ['user_id', 'received_at'],
        unique=False,
        postgresql_where=sa.text('calendar IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_messages_calendar', table_name='messages')
    op.drop_column('mailboxes', 'send_as_read_at')
    op.drop_column('mailboxes', 'send_as')
    op.execute(sa.text('DELETE FROM actions WHERE requested OR kind NOT IN ' + str(KINDS)))
    _check(KINDS)
    op.drop_index('uq_actions_proposed', table_name='actions')
    op.create_unique_constraint(op.f('uq_actions_message_id_kind'), 'actions', ['message_id', 'kind'])
    for table in ('action_archive', 'actions'):
        op.drop_column(table, 'requested')

"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = '0001'
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('users',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('timezone', sa.Text(), nullable=False),
    sa.Column('autonomy', sa.Text(), nullable=False),
    sa.Column('effects_paused', sa.Boolean(), nullable=False),
    sa.Column('notices_enabled', sa.Boolean(), nullable=False),
    sa.Column('digest_enabled', sa.Boolean(), nullable=False),
    sa.CheckConstraint("autonomy IN ('low', 'medium', 'high')", name=op.f('ck_users_autonomy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users'))
    )
    op.create_index('uq_users_email_lower', 'users', [sa.literal_column('lower(email)')], unique=True)
    op.create_table('action_archive',
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('risk', sa.Text(), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('reasons', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('policy_version', sa.Text(), nullable=False),
    sa.Column('approved_hash', sa.LargeBinary(), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provider_draft_id', sa.Text(), nullable=True),
    sa.Column('provider_result_id', sa.Text(), nullable=True),
    sa.Column('undo', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_action_archive_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_archive'))
    )
    op.create_index(op.f('ix_action_archive_user_id'), 'action_archive', ['user_id'], unique=False)
    op.create_table('audit_log',
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('event', sa.Text(), nullable=False),
    sa.Column('subject_type', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_audit_log_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_log'))
    )
    op.create_index(op.f('ix_audit_log_user_id'), 'audit_log', ['user_id'], unique=False)
    op.create_table('digests',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('mail_message_id', sa.Text(), nullable=False),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('sending', 'sent', 'failed')", name=op.f('ck_digests_state')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_digests_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digests')),
    sa.UniqueConstraint('user_id', 'day', name=op.f('uq_digests_user_id_day'))
    )
    op.create_index(op.f('ix_digests_user_id'), 'digests', ['user_id'], unique=False)
    op.create_table('magic_links',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('browser_hash', sa.LargeBinary(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_magic_links_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_magic_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_magic_links_token_hash'))
    )
    op.create_index(op.f('ix_magic_links_expires_at'), 'magic_links', ['expires_at'], unique=False)
    op.create_index(op.f('ix_magic_links_user_id'), 'magic_links', ['user_id'], unique=False)
    op.create_table('mailboxes',
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('aliases', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('state_reason', sa.Text(), nullable=True),
    sa.Column('refresh_token_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('access_token_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('access_token_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('history_id', sa.Numeric(precision=20, scale=0, asdecimal=False), nullable=True),
    sa.Column('first_sync_cursor', sa.Numeric(precision=20, scale=0, asdecimal=False), nullable=True),
    sa.Column('first_sync_page', sa.Text(), nullable=True),
    sa.Column('first_sync_done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_sync_expected', sa.Integer(), nullable=True),
    sa.Column('sync_window_days', sa.Integer(), nullable=True),
    sa.Column('next_sync_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_id', sa.Uuid(), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_synced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('units_spent', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('active', 'paused', 'needs_reconnect')", name=op.f('ck_mailboxes_state')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_mailboxes_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailboxes')),
    sa.UniqueConstraint('user_id', 'id', name=op.f('uq_mailboxes_user_id_id'))
    )
    op.create_index('ix_mailboxes_due', 'mailboxes', ['next_sync_at'], unique=False, postgresql_where=sa.text("state = 'active'"))
    op.create_index(op.f('ix_mailboxes_user_id'), 'mailboxes', ['user_id'], unique=False)
    op.create_index('uq_mailboxes_address', 'mailboxes', ['user_id', 'provider', 'address'], unique=True)
    op.create_table('model_usage',
    sa.Column('message_id', sa.Uuid(), nullable=True),
    sa.Column('engine', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('input_tokens', sa.Integer(), nullable=False),
    sa.Column('output_tokens', sa.Integer(), nullable=False),
    sa.Column('cost_microdollars', sa.Integer(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_model_usage_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_usage'))
    )
    op.create_index(op.f('ix_model_usage_user_id'), 'model_usage', ['user_id'], unique=False)
    op.create_table('notices',
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('mail_message_id', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('sending', 'sent', 'failed')", name=op.f('ck_notices_state')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notices_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('user_id', 'kind', 'subject_id', name=op.f('uq_notices_user_id_kind_subject_id'))
    )
    op.create_index(op.f('ix_notices_user_id'), 'notices', ['user_id'], unique=False)
    op.create_table('oauth_flows',
    sa.Column('state_hash', sa.LargeBinary(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('verifier_encrypted', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_oauth_flows_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth_flows')),
    sa.UniqueConstraint('state_hash', name=op.f('uq_oauth_flows_state_hash')),
    sa.UniqueConstraint('user_id', 'id', name=op.f('uq_oauth_flows_user_id_id'))
    )
    op.create_index(op.f('ix_oauth_flows_user_id'), 'oauth_flows', ['user_id'], unique=False)
    op.create_table('sessions',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('csrf_token', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sessions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash'))
    )
    op.create_index(op.f('ix_sessions_expires_at'), 'sessions', ['expires_at'], unique=False)
    op.create_index(op.f('ix_sessions_user_id'), 'sessions', ['user_id'], unique=False)
    op.create_table('conversations',
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('provider_thread_id', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('last_message_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id', 'mailbox_id'], ['mailboxes.user_id', 'mailboxes.id'], name=op.f('fk_conversations_user_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_conversations_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('mailbox_id', 'provider_thread_id', name=op.f('uq_conversations_mailbox_id_provider_thread_id')),
    sa.UniqueConstraint('user_id', 'id', name=op.f('uq_conversations_user_id_id'))
    )
    op.create_index(op.f('ix_conversations_user_id'), 'conversations', ['user_id'], unique=False)
    op.create_table('messages',
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('provider_message_id', sa.Text(), nullable=False),
    sa.Column('direction', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rfc_message_id', sa.Text(), nullable=True),
    sa.Column('in_reply_to', sa.Text(), nullable=True),
    sa.Column('references', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('sender_name', sa.Text(), nullable=False),
    sa.Column('sender_address', sa.Text(), nullable=False),
    sa.Column('reply_to', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('to', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('cc', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('recipients', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('labels', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('quoted_text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('calendar', sa.Text(), nullable=True),
    sa.Column('attachments', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('hidden_characters', sa.Integer(), nullable=False),
    sa.Column('problems', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("direction IN ('in', 'out')", name=op.f('ck_messages_direction')),
    sa.CheckConstraint("state IN ('pending', 'triaging', 'triaged', 'quarantined', 'ignored')", name=op.f('ck_messages_state')),
    sa.ForeignKeyConstraint(['user_id', 'conversation_id'], ['conversations.user_id', 'conversations.id'], name=op.f('fk_messages_user_id_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id', 'mailbox_id'], ['mailboxes.user_id', 'mailboxes.id'], name=op.f('fk_messages_user_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_messages_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('mailbox_id', 'provider_message_id', name=op.f('uq_messages_mailbox_id_provider_message_id')),
    sa.UniqueConstraint('user_id', 'id', name=op.f('uq_messages_user_id_id'))
    )
    op.create_index('ix_messages_conversation', 'messages', ['conversation_id', 'received_at'], unique=False)
    op.create_index('ix_messages_open', 'messages', ['not_before'], unique=False, postgresql_where=sa.text("state IN ('pending', 'triaging')"))
    op.create_index('ix_messages_recipients', 'messages', ['recipients'], unique=False, postgresql_using='gin')
    op.create_index('ix_messages_sender', 'messages', ['user_id', 'sender_address'], unique=False)
    op.create_index(op.f('ix_messages_user_id'), 'messages', ['user_id'], unique=False)
    op.create_table('actions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('mailbox_id', sa.Uuid(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('risk', sa.Text(), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('reasons', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('policy_version', sa.Text(), nullable=False),
    sa.Column('approved_hash', sa.LargeBinary(), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provider_draft_id', sa.Text(), nullable=True),
    sa.Column('provider_result_id', sa.Text(), nullable=True),
    sa.Column('undo', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("decision IN ('act', 'ask')", name=op.f('ck_actions_decision')),
    sa.CheckConstraint("kind IN ('reply', 'draft', 'label', 'archive', 'mark_read')", name=op.f('ck_actions_kind')),
    sa.CheckConstraint("state IN ('proposed', 'approved', 'executing', 'done', 'rejected', 'expired', 'superseded', 'failed', 'unknown')", name=op.f('ck_actions_state')),
    sa.ForeignKeyConstraint(['user_id', 'conversation_id'], ['conversations.user_id', 'conversations.id'], name=op.f('fk_actions_user_id_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id', 'mailbox_id'], ['mailboxes.user_id', 'mailboxes.id'], name=op.f('fk_actions_user_id_mailbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id', 'message_id'], ['messages.user_id', 'messages.id'], name=op.f('fk_actions_user_id_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_actions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actions')),
    sa.UniqueConstraint('message_id', 'kind', name=op.f('uq_actions_message_id_kind')),
    sa.UniqueConstraint('user_id', 'id', name=op.f('uq_actions_user_id_id'))
    )
    op.create_index('ix_actions_conversation', 'actions', ['conversation_id', 'state'], unique=False)
    op.create_index('ix_actions_open', 'actions', ['not_before'], unique=False, postgresql_where=sa.text("state IN ('approved', 'executing')"))
    op.create_index('ix_actions_queue', 'actions', ['user_id', 'state', 'created_at'], unique=False)
    op.create_index('ix_actions_resolved', 'actions', ['resolved_at'], unique=False, postgresql_where=sa.text('resolved_at IS NOT NULL'))
    op.create_index(op.f('ix_actions_user_id'), 'actions', ['user_id'], unique=False)
    op.create_table('verdicts',
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('needs_reply', sa.Boolean(), nullable=False),
    sa.Column('urgency', sa.Text(), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('asks', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('signals', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reasons', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('risk', sa.Text(), nullable=False),
    sa.Column('engine', sa.Text(), nullable=False),
    sa.Column('prompt_version', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id', 'message_id'], ['messages.user_id', 'messages.id'], name=op.f('fk_verdicts_user_id_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_verdicts_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verdicts')),
    sa.UniqueConstraint('message_id', name=op.f('uq_verdicts_message_id'))
    )
    op.create_index(op.f('ix_verdicts_user_id'), 'verdicts', ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_verdicts_user_id'), table_name='verdicts')
    op.drop_table('verdicts')
    op.drop_index(op.f('ix_actions_user_id'), table_name='actions')
    op.drop_index('ix_actions_resolved', table_name='actions', postgresql_where=sa.text('resolved_at IS NOT NULL'))
    op.drop_index('ix_actions_queue', table_name='actions')
    op.drop_index('ix_actions_open', table_name='actions', postgresql_where=sa.text("state IN ('approved', 'executing')"))
    op.drop_index('ix_actions_conversation', table_name='actions')
    op.drop_table('actions')
    op.drop_index(op.f('ix_messages_user_id'), table_name='messages')
    op.drop_index('ix_messages_sender', table_name='messages')
    op.drop_index('ix_messages_recipients', table_name='messages', postgresql_using='gin')
    op.drop_index('ix_messages_open', table_name='messages', postgresql_where=sa.text("state IN ('pending', 'triaging')"))
    op.drop_index('ix_messages_conversation', table_name='messages')
    op.drop_table('messages')
    op.drop_index(op.f('ix_conversations_user_id'), table_name='conversations')
    op.drop_table('conversations')
    op.drop_index(op.f('ix_sessions_user_id'), table_name='sessions')
    op.drop_index(op.f('ix_sessions_expires_at'), table_name='sessions')
    op.drop_table('sessions')
    op.drop_index(op.f('ix_oauth_flows_user_id'), table_name='oauth_flows')
    op.drop_table('oauth_flows')
    op.drop_index(op.f('ix_notices_user_id'), table_name='notices')
    op.drop_table('notices')
    op.drop_index(op.f('ix_model_usage_user_id'), table_name='model_usage')
    op.drop_table('model_usage')
    op.drop_index('uq_mailboxes_address', table_name='mailboxes')
    op.drop_index(op.f('ix_mailboxes_user_id'), table_name='mailboxes')
    op.drop_index('ix_mailboxes_due', table_name='mailboxes', postgresql_where=sa.text("state = 'active'"))
    op.drop_table('mailboxes')
    op.drop_index(op.f('ix_magic_links_user_id'), table_name='magic_links')
    op.drop_index(op.f('ix_magic_links_expires_at'), table_name='magic_links')
    op.drop_table('magic_links')
    op.drop_index(op.f('ix_digests_user_id'), table_name='digests')
    op.drop_table('digests')
    op.drop_index(op.f('ix_audit_log_user_id'), table_name='audit_log')
    op.drop_table('audit_log')
    op.drop_index(op.f('ix_action_archive_user_id'), table_name='action_archive')
    op.drop_table('action_archive')
    op.drop_index('uq_users_email_lower', table_name='users')
    op.drop_table('users')

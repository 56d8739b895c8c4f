"""Requests for credits, caps raised for a cycle, warnings given once"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('workspace', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alert_thresholds', sa.String(), nullable=False, server_default='80,95,100'))

    with op.batch_alter_table('credit_pool', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alerts', sa.String(), nullable=False, server_default='80,95,100'))

    with op.batch_alter_table('credit_cap', schema=None) as batch_op:
        batch_op.add_column(sa.Column('raised_by', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('raised_until', sa.BigInteger(), nullable=False, server_default='0'))

    op.create_table('credit_request',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('member_id', sa.String(), nullable=False),
    sa.Column('credits', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('decided_at', sa.BigInteger(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('approved', sa.BigInteger(), nullable=True),
    sa.Column('raised_until', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('credits > 0', name='asks_for_something'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], ),
    sa.PrimaryKeyConstraint('workspace_id', 'id')
    )
    with op.batch_alter_table('credit_request', schema=None) as batch_op:
        batch_op.create_index('requests_by_time', ['workspace_id', 'created_at', 'id'], unique=False)

    op.create_table('credit_warning',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('holder_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('period', sa.BigInteger(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], ),
    sa.PrimaryKeyConstraint('workspace_id', 'holder_id', 'kind', 'period', 'threshold')
    )


def downgrade() -> None:
    op.drop_table('credit_warning')
    op.drop_table('credit_request')
    with op.batch_alter_table('credit_cap', schema=None) as batch_op:
        batch_op.drop_column('raised_until')
        batch_op.drop_column('raised_by')
    with op.batch_alter_table('credit_pool', schema=None) as batch_op:
        batch_op.drop_column('alerts')
    with op.batch_alter_table('workspace', schema=None) as batch_op:
        batch_op.drop_column('alert_thresholds')

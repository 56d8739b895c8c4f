"""Enrichments, and what they found about contacts"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('enrichment',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('contact_id', sa.String(), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('asked', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('hold_id', sa.String(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('fields', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Text(), nullable=True),
    sa.Column('upstream_cost_micros', sa.BigInteger(), nullable=False),
    sa.Column('receipt_id', sa.String(), nullable=True),
    sa.Column('charged', sa.Integer(), nullable=False),
    sa.Column('started_by', sa.String(), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('deadline_at', sa.BigInteger(), nullable=False),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.Column('fresh_until', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], ),
    sa.PrimaryKeyConstraint('workspace_id', 'id')
    )
    with op.batch_alter_table('enrichment', schema=None) as batch_op:
        batch_op.create_index('enrichments_of_contact', ['workspace_id', 'contact_id', 'started_at'], unique=False)
        batch_op.create_index('one_enrichment_running', ['workspace_id', 'contact_id', 'action', 'asked'], unique=True, sqlite_where=sa.text("status = 'running'"), postgresql_where=sa.text("status = 'running'"))

    op.create_table('contact_field',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('contact_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('enrichment_id', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], ),
    sa.PrimaryKeyConstraint('workspace_id', 'contact_id', 'name')
    )


def downgrade() -> None:
    op.drop_table('contact_field')
    op.drop_table('enrichment')

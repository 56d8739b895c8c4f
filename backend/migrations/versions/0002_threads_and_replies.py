"""Threads that paid messages open, and the replies that were reported"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('credit_thread',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('holder_id', sa.String(), nullable=False),
    sa.Column('paid_at', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('workspace_id', 'thread')
    )
    op.create_table('credit_reply',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('contact_id', sa.String(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('refunded', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('receipt_id', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'message_id')
    )


def downgrade() -> None:
    op.drop_table('credit_reply')
    op.drop_table('credit_thread')

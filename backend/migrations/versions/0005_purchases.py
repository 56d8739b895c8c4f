"""Purchases, and what the payment service reports about them"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('credit_purchase',
    sa.Column('workspace_id', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('holder_id', sa.String(), nullable=False),
    sa.Column('member_id', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('pack', sa.BigInteger(), nullable=True),
    sa.Column('credits', sa.BigInteger(), nullable=False),
    sa.Column('price_cents', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('settled_at', sa.BigInteger(), nullable=True),
    sa.Column('payment_ref', sa.String(), nullable=True),
    sa.Column('receipt_id', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('checkout_id', sa.String(), nullable=True),
    sa.Column('checkout_url', sa.Text(), nullable=True),
    sa.Column('idempotency_key', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], ),
    sa.PrimaryKeyConstraint('workspace_id', 'id')
    )
    op.create_index('settled_once_per_payment', 'credit_purchase', ['workspace_id', 'payment_ref'], unique=True)
    op.create_index('purchases_by_key', 'credit_purchase', ['workspace_id', 'idempotency_key'], unique=False)
    op.create_index('purchases_by_time', 'credit_purchase', ['workspace_id', 'created_at', 'id'], unique=False)
    op.create_table('payment_event',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('workspace_id', sa.String(), nullable=True),
    sa.Column('purchase_id', sa.String(), nullable=True),
    sa.Column('payment_ref', sa.String(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('payment_events_by_ref', 'payment_event', ['payment_ref'], unique=False)


def downgrade() -> None:
    op.drop_table('payment_event')
    op.drop_table('credit_purchase')

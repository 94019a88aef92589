"""Add whether a link's panel account is an administrator.

Reason: administrators see the servers of others too, and nobody else is to cause the call that lists them. Null where
it was not asked yet, as for links from before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("links", sa.Column("is_admin", sa.Boolean))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("links", "is_admin")

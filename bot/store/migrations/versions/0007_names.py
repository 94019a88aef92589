"""Create the names that players type.

Reason: a panel has no place for the name under which players join a server, and everybody who reads that server is to
see it. It belongs to the server; who gave it is kept with it, and it goes with their unlink.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "names",
        sa.Column("panel", sa.Text, nullable=False),
        sa.Column("server", sa.String(8), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("port", sa.Integer, nullable=True),
        sa.Column("user_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("panel", "server"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("names")

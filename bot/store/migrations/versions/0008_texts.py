"""Create what people typed and are asked about yet, on PostgreSQL.

Reason: with several processes, and while one takes another's place, the answer may come to a process that did not ask.
It goes with the link of who typed it. A SQLite file is for one process alone, which keeps it in memory.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, on PostgreSQL alone."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "texts",
        sa.Column("user_id", sa.BigInteger, sa.ForeignKey("links.user_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("texts")

"""Add what is known of keys that the bot made for itself, and the intents to make one.

Reason: a key of the bot's own can take the place of the pasted one. An intent is written down before such a key is
made, so that one which nobody holds after a crash is found on the panel by its description, and removed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("links", sa.Column("own_description", sa.Text))
    op.add_column("links", sa.Column("own_allowed_ips", sa.Text))
    op.add_column("links", sa.Column("pasted_masked", sa.String(16)))
    op.add_column("links", sa.Column("pasted_mark", sa.String(32)))
    op.create_table(
        "intents",
        sa.Column("user_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("panel_origin", sa.String(255), nullable=False),
        sa.Column("description", sa.Text, nullable=False, unique=True),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("intents")
    for column in ("pasted_mark", "pasted_masked", "own_allowed_ips", "own_description"):
        op.drop_column("links", column)

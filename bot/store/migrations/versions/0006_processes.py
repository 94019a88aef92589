"""Create what several processes on one PostgreSQL ask each other by, and have links tell of their changes.

Reason: a press is to be answered by one process of several, and what one changes the others are to forget. A SQLite
file is for one process alone, and gets none of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# By the server's clock, which is one for all processes.
_NOW = """
    CREATE FUNCTION berth_now() RETURNS double precision LANGUAGE sql VOLATILE
    AS 'SELECT extract(epoch FROM clock_timestamp())::double precision'
"""
_TELLS = """
    CREATE FUNCTION berth_link_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- A link that another took the place of: its insertion tells.
        IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM links WHERE user_id = OLD.user_id) THEN
            RETURN NULL;
        END IF;
        PERFORM pg_notify('berth', current_setting('application_name') || CASE
            WHEN TG_OP = 'DELETE' THEN ' unlinked ' || OLD.user_id
            WHEN TG_OP = 'INSERT' THEN ' linked ' || NEW.user_id
            WHEN NEW.linked_at <> OLD.linked_at THEN ' linked ' || NEW.user_id
            WHEN NEW.masked_key <> OLD.masked_key AND NEW.own_description IS NULL THEN ' linked ' || NEW.user_id
            ELSE ' changed ' || NEW.user_id END);
        RETURN NULL;
    END $$
"""
# At the end of the transaction, when it is clear what it came to; and not where only the last use is noted.
_TOLD_OF = """
    CREATE CONSTRAINT TRIGGER berth_link_changed
    AFTER INSERT OR DELETE OR UPDATE OF panel_origin, sealed_key, masked_key, linked_at, pasted_mark ON links
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION berth_link_changed()
"""


def upgrade() -> None:
    """Create the tables and the trigger, on PostgreSQL alone."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "claims",
        sa.Column("interaction", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("over", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_claims_person_at", "claims", ["person", "at"])
    op.create_table(
        "marks",
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )
    op.create_table(
        "starts",
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("begun", sa.BigInteger, nullable=False),
    )
    for statement in (_NOW, _TELLS, _TOLD_OF):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER berth_link_changed ON links")
    op.execute("DROP FUNCTION berth_link_changed()")
    op.execute("DROP FUNCTION berth_now()")
    for table in ("claims", "marks", "starts"):
        op.drop_table(table)

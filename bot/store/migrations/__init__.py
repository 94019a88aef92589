"""Schema migrations (Alembic), applied at start; append-only.

`HEAD` is the newest revision. It stands here so that a start with a current schema need not import Alembic.
"""

HEAD = "0008"

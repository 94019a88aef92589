"""The bot as a process of its own on a PostgreSQL server."""

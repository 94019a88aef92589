"""What every connection that stays asks of the server: to notice when this machine is gone."""

from __future__ import annotations

_ASKED = """
    ('tcp_keepalives_idle', '15'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
    ('tcp_user_timeout', '20000')
"""
"""Else the server keeps the locks of a machine that vanished for as long as its kernel does: two hours and more."""


def set_up(own: str) -> str:
    """Return the one statement that sets up a connection; `own` are further settings, as rows of a name and a value."""
    # One of them may be missing: servers know `idle_session_timeout` since PostgreSQL 14.
    return f"""
        SELECT set_config(name, value, false) FROM (VALUES {own}, {_ASKED}) AS asked (name, value)
        WHERE name IN (SELECT name FROM pg_settings)
    """  # noqa: S608 - it is all of this program's own

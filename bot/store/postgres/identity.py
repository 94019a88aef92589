"""The name of this process among those that work on one database."""

from __future__ import annotations

import secrets

ME = f"berth-{secrets.token_hex(6)}"
"""What the server knows this process's connections by, and in what it tells whose doing it was."""

"""The requests to the panel that actions are made of."""

from __future__ import annotations

SERVER = "/servers/5e000001"
ROWS = f"{SERVER}/network/allocations"
VIEW = f"GET {SERVER}"
LIST = f"GET {ROWS}"
CREATE = f"POST {ROWS}"

"""The panel's own web page in somebody's hands: the same changes as by a key, and logged as made without one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.panel.records import Allocation, Server, User
from bot.demo.panel.state import PanelState

IP = "198.51.100.99"


@dataclass(frozen=True, slots=True)
class WebPage:
    """What somebody else does on the panel meanwhile; None is the panel itself, as a scheduled task is."""

    state: PanelState
    user: User | None
    ip: str = IP

    def create(self, server: Server, port: int, ip: str | None = None) -> Allocation:
        """Give a server one more row."""
        row = self.state.assign(server, port, ip)
        self._log(server, "create", row)
        return row

    def delete(self, server: Server, row: Allocation) -> None:
        """Return a row to the pool; the log names it as it was."""
        self._log(server, "delete", row)
        self.state.release(row)

    def make_primary(self, server: Server, row: Allocation) -> None:
        """Make a row the primary."""
        server.primary_id = row.id
        self._log(server, "primary", row)

    def write_notes(self, server: Server, row: Allocation, notes: str | None) -> None:
        """Replace a row's notes."""
        old, row.notes = row.notes, notes
        if notes != old:
            self._log(server, "notes", row, old=old, new=notes)

    def _log(self, server: Server, what: str, row: Allocation, **properties: str | None) -> None:
        self.state.log(
            f"server:allocation.{what}",
            actor=self.user,
            ip=self.ip,
            is_api=False,
            server=server,
            row=row,
            properties=properties,
        )

"""The simulated panel of one flavour on the way through the recorded exchanges."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.demo.panel import Allocation, PanelState, Server, SimulatedPanel

from .traces import Trace

_KEY = re.compile(r"(?:ptlc|ptla|pacc|papp)_\S+(?: secret characters>)?")
_WHOLE = 48
_IDENTIFIER = re.compile(r"pacc_[A-Z]+_ID")


@dataclass
class Lab:
    """The simulated panel of one flavour, brought into the state each trace was recorded in."""

    panel: SimulatedPanel
    build: Callable[[], tuple[PanelState, dict[str, str]]]
    """Makes the seeded data, and the full key behind each label."""
    keys: dict[str, str] = field(default_factory=dict)
    group: str | None = None
    """The group of the trace replayed last."""

    @property
    def state(self) -> PanelState:
        """The panel's state."""
        return self.panel.state

    def server(self, number: int) -> Server:
        """Return a server by its number."""
        return self.state.servers[number]

    def reset(self) -> None:
        """Start over with the seeded data and no calls counted."""
        self.panel.state, self.keys = self.build()
        self.panel.throttle.clear()
        self.panel.faults.clear()

    def foresee(self, trace: Trace) -> None:
        """Make the random choices those of the recording."""
        document = trace.document
        chosen = document.get("attributes", {}) if isinstance(document, dict) else {}

        def row(rows: Sequence[Allocation]) -> Allocation:
            return next((row for row in rows if row.id == chosen.get("id")), rows[0])

        def port(ports: Sequence[int]) -> int:
            return next((port for port in ports if port == chosen.get("port")), ports[0])

        self.panel.chance.row, self.panel.chance.port = row, port
        self.panel.chance.token = lambda: _new_key(document)

    def headers(self, trace: Trace) -> dict[str, str]:
        """Return the trace's headers with real keys and this panel's address."""
        headers = {
            name: value.replace("http://panel.test", self.panel.url).replace("<value>", "x")
            for name, value in trace.headers.items()
        }
        if "Authorization" in headers:
            headers["Authorization"] = _KEY.sub(self._real_key, headers["Authorization"])
        return headers

    def path(self, trace: Trace) -> str:
        """Return the trace's path with the real identifiers of keys."""
        return _IDENTIFIER.sub(self._real_key, trace.path)

    def _real_key(self, found: re.Match[str]) -> str:
        label = found[0]
        made = self.state.keys[-1]  # by the trace before
        if label == "pacc_NEW" or label.endswith(" secret characters>"):
            return made.token
        return made.identifier if label == "pacc_NEW_ID" else self.keys.get(label, label)


def _new_key(document: Any) -> str | None:
    """Return the key that an answer tells, unless the recording has its parts hidden."""
    meta = document.get("meta", {}) if isinstance(document, dict) else {}
    key = str(document["attributes"]["identifier"]) + str(meta["secret_token"]) if "secret_token" in meta else ""
    return key if len(key) == _WHOLE else None

"""What it means when the machine of a server fails or refuses; those of every call are in `bot.panel.errors`.

PanelError
├── DaemonRefused       Pterodactyl, any 4xx
└── PanelTrouble
    └── DaemonAway      Pterodactyl, any 5xx; Pelican 500
"""

from __future__ import annotations

from bot.nextstep import NextStep
from bot.panel.errors import PANEL_SIDE, PanelError, PanelTrouble


class DaemonRefused(PanelError):
    """4xx that the panel passes on from the server's machine: about the machine, not about key, rights or server."""

    title = "The server's machine refused that"
    advice = "Try again in a minute; if it stays so, show your host what {panel} says. Nothing was changed."
    next_step = NextStep.TRY_AGAIN


class DaemonAway(PanelTrouble):
    """The panel got no good answer from the server's machine; a command may have reached it all the same."""

    title = "The server's machine does not answer {panel}"
    advice = f"Try again in a minute; if it lasts, tell your host. {PANEL_SIDE}"
    may_have_happened = True
    may_come_later = True

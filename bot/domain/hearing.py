"""Which ports no check hears: what is there speaks a protocol over UDP that none here knows."""

from __future__ import annotations

from bot.domain.meant import purposes_in
from bot.domain.models import Allocation, GameServer
from bot.domain.purposes import QUERY, VOICE
from bot.domain.srv import FACTORIO, MINECRAFT, TEAMSPEAK


def unheard(server: GameServer, row: Allocation) -> str | None:
    """Return what is at a port that no check hears, by its notes or the server's game; None where that is not known.

    The query of a Source game is heard, Minecraft's is not.
    """
    if row.is_primary:
        return server.game.name if server.game in (FACTORIO, TEAMSPEAK) else None
    of_minecraft = server.game is MINECRAFT
    names = {VOICE: "Voice chat", **({QUERY: "Minecraft's query"} if of_minecraft else {})}
    purposes = purposes_in(row.notes)
    if not purposes or any(purpose not in names for purpose in purposes):
        return None
    return names[purposes[0]]

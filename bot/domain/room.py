"""Whether a server's allocation limit leaves room for another one, and who can make some."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.models import GameServer


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be done (`cause`), what can be done about it (`remedy`), and the cause in few words."""

    cause: str
    remedy: str
    short: str
    never: bool = False
    """Whether nothing that the server's people can do makes room."""
    counted: bool = False
    """Whether the cause is no more than how many there are and may be."""

    @property
    def words(self) -> str:
        """The cause and the remedy, a sentence each."""
        return f"{self.cause} {self.remedy}".rstrip()


def no_room(server: GameServer) -> Obstacle | None:
    """Return why the limit allows no further allocation; None if it does, or if too few are seen to tell.

    Where the panel shows only the primary there may be more, but never fewer.
    """
    used, limit = len(server.allocations), server.limit
    if limit is None:
        cause = "This server has no allocation limit set, so none can be added."
        return Obstacle(cause, "Ask your host to set one.", "its allocation limit is not set", never=True)
    if limit <= 0:
        cause = "This server's allocation limit is 0, so none can be added."
        return Obstacle(cause, "Ask your host to raise it.", "the allocation limit is 0", never=True)
    if used < limit:
        return None
    if limit == 1 and used == 1 and server.primary:
        cause = "This server's allocation limit is 1, and the primary takes it."
        return Obstacle(cause, "Ask your host to raise it.", "the allocation limit is 1, for the primary", never=True)
    included = ", the primary included" if server.primary else ""
    numbers = f"{used} of {limit} {'port' if limit == 1 else 'ports'} used"
    return Obstacle(f"{numbers}{included}.", making_room(server), numbers, counted=True)


def room_left(server: GameServer) -> int:
    """Return how many more the limit allows; where the panel shows only the primary, it may be fewer."""
    return max(0, (server.limit or 0) - len(server.allocations))


def making_room(server: GameServer) -> str:
    """Say how a full server gets room for one more: by deleting, where this person can, or by its host."""
    others = [row for row in server.allocations if not row.is_primary]
    # Where the panel refuses what the reading would allow, one is what is known to be too many.
    excess = max(1, len(server.allocations) - (server.limit or 0) + 1)
    if server.restricted:
        # What else there is cannot be seen, so neither can whether deleting would help.
        return (
            "Ask the server's owner which other ports it has, for you cannot see them, or your host to raise the limit."
        )
    if len(others) < excess:
        return "Ask your host to raise the limit."
    number = "a port" if excess == 1 else f"{excess} ports"
    if not server.may("allocation.delete"):
        return f"Ask somebody who may remove {number} that nobody needs, or your host to raise the limit."
    return f"Remove {number} you no longer need, or ask your host to raise the limit."

"""Keys of the bot's own: the buttons for them, and those that are on the panel."""

from __future__ import annotations

from bot.demo.panel.records import ApiKey
from tests.process.harbour import Harbour, Member

SWAP = "Swap it for a key of my own"
DELETE = "Delete the key I pasted"


def own(harbour: Harbour, member: Member) -> list[ApiKey]:
    """Return the keys that the bot made for a member, as far as they are on the panel."""
    user = harbour.state.users[member.server.owner_id]
    return [key for key in harbour.state.client_keys_of(user) if key.description.startswith("Berth")]

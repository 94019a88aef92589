"""A small Discord on the wire, for tests of the whole process: HTTP and gateway on loopback, people who act."""

from tests.wire.discord_app import WireDiscord
from tests.wire.interaction import Interaction
from tests.wire.process import BotProcess

__all__ = ["BotProcess", "Interaction", "WireDiscord"]

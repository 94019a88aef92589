"""Games whose clients look for their server's port in DNS: the record they ask for, with the source of each.

Data. Where a client does not ask for such a record, as that of Minecraft Bedrock or of a Source game, players type the
port, or it is the game's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache


class Asks(Enum):
    """When a client asks for its record."""

    WITHOUT_PORT = auto()
    """Only where a player types no port."""
    AT_OWN_PORT = auto()
    """Also where the port that is typed is the game's own."""
    ALWAYS = auto()
    """Whatever port is typed: the record's counts."""
    FOR_HOST = auto()
    """Whatever port is typed, which counts: of the record only the host does then."""


@dataclass(frozen=True, slots=True)
class Game:
    """A game whose client asks DNS for the port when a player types none."""

    name: str
    record: str
    """What stands before the name in the record it asks for."""
    port: int
    """Where it connects without such a record."""
    words: tuple[str, ...]
    """With which a word of the image or the features of a server begins that names it, in lower case."""
    source: str
    asks: Asks = Asks.WITHOUT_PORT
    takes_any: bool = False
    """Whether its client takes the first record of the answer, which chance decides, whatever the priorities say."""

    def asks_though_typed(self, port: int) -> bool:
        """Tell whether its client asks for the record though a player typed this port."""
        return self.asks in (Asks.ALWAYS, Asks.FOR_HOST) or (self.asks is Asks.AT_OWN_PORT and port == self.port)

    @property
    def keeps_typed_port(self) -> bool:
        """Whether its client goes to the port that a player typed, at the host of the record."""
        return self.asks is Asks.FOR_HOST


MINECRAFT = Game(
    "Minecraft",
    "_minecraft._tcp",
    25565,
    ("eula", "java_version", "minecraft"),
    "https://minecraft.wiki/w/Tutorial:Setting_up_a_Java_Edition_server, mcstatus/dns.py of py-mine/mcstatus; "
    "ServerRedirectHandler.createDnsSrvRedirectHandler in the client",
    asks=Asks.AT_OWN_PORT,
    takes_any=True,
)
FACTORIO = Game(
    "Factorio",
    "_factorio._udp",
    34197,
    ("factorio",),
    "https://wiki.factorio.com/Multiplayer, since 1.1.67",
)
TEAMSPEAK = Game(
    "TeamSpeak",
    "_ts3._udp",
    9987,
    ("teamspeak", "ts3"),
    "TS3AudioBot/../TsDnsResolver.cs of Splamy/TS3AudioBot, after support.teamspeak.com",
    asks=Asks.FOR_HOST,
    takes_any=True,
)
MUMBLE = Game(
    "Mumble",
    "_mumble._tcp",
    64738,
    ("mumble", "murmur"),
    "src/mumble/ServerResolver.cpp of mumble-voip/mumble",
    asks=Asks.ALWAYS,
)
FIVEM = Game(
    "FiveM",
    "_cfx._udp",
    30120,
    ("fivem", "cfx"),
    "code/components/net-base/src/NetAddress.cpp and NetAddress.Win32.cpp of citizenfx/fivem",
    asks=Asks.ALWAYS,
    takes_any=True,
)
VINTAGE_STORY = Game(
    "Vintage Story",
    "_vintagestory._tcp",
    42420,
    ("vintagestory", "vintage-story", "vintage_story"),
    "Vintagestory.Client.ServerConnectData.FromHost, in the client's VintagestoryLib.dll",
    takes_any=True,
)
GAMES = (MINECRAFT, FACTORIO, TEAMSPEAK, MUMBLE, FIVEM, VINTAGE_STORY)
OF_RECORD = {game.record: game for game in GAMES}
"""The game whose clients ask for a record."""
BEDROCK_PORT = 19132
"""The own port of Minecraft Bedrock, whose clients ask for no record; some of its servers run on an image with Java."""
_BEGINS = "(?<![a-z0-9])"
"""Where a word begins: "bots3" is not TeamSpeak's."""


@lru_cache(500)
def game_of(words: tuple[str, ...]) -> Game | None:
    """Return the game that the panel's words on a server name, as its image and its features; None where they do not.

    An image with Java names none: other games run on one too.
    """
    said = " ".join(words).lower()
    if "bedrock" in said:
        return None
    return next((game for game in GAMES if re.search(f"{_BEGINS}(?:{'|'.join(game.words)})", said)), None)

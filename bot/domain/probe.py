"""What came of asking whether a game answers at an address: data, free of how it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Protocol(StrEnum):
    """In which way a game was asked, and answered."""

    JAVA = "Minecraft Java"
    BEDROCK = "Minecraft Bedrock"
    SOURCE = "Source"


class Refusal(Enum):
    """Why an address is not asked at all."""

    NOT_PUBLIC = auto()
    """It is of a private network, or another that is not of the public internet."""
    NOWHERE = auto()
    """It leads to no single machine."""
    CARRIES = auto()
    """It carries an IPv4 address within itself, and may end in a network that is not to be asked."""
    OURS = auto()
    """It is the panel's own, or the bot's."""
    MAYBE_OURS = auto()
    """Its port is one of the panel's or the bot's, and where those are could not be looked up."""
    UNKNOWN_NAME = auto()
    """It is a name that could not be looked up."""


class Tcp(Enum):
    """What came of a TCP connection."""

    ACCEPTED = auto()
    REFUSED = auto()
    """Its machine, or what stands before it, said no."""
    SILENT = auto()
    NO_WAY = auto()
    """The bot's machine has no way to the address, as where it has no IPv6."""


@dataclass(frozen=True, slots=True)
class GameAnswer:
    """What a game says of itself; its texts are hostile, and no longer than a message can take."""

    protocol: Protocol
    version: str
    players: int | None
    slots: int | None
    seconds: float
    """From the question to the answer."""
    name: str = ""
    """What the game calls itself, as on the list of servers."""
    game: str = ""
    """Which game it is, where the protocol is that of many."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of asking one address in every protocol there is."""

    answers: tuple[GameAnswer, ...] = ()
    tcp: Tcp = Tcp.SILENT
    strange_udp: bool = False
    """Whether something came back over UDP that no protocol here explains."""
    refusal: Refusal | None = None
    """Why nothing was asked."""

    @property
    def answered(self) -> bool:
        """Whether anything at all came back that shows somebody there."""
        return bool(self.answers) or self.tcp is Tcp.ACCEPTED or self.strange_udp

    @property
    def silent(self) -> bool:
        """Whether it was asked, and nothing came back."""
        return self.refusal is None and not self.answered and self.tcp is not Tcp.NO_WAY

"""A Minecraft Bedrock server, as far as its list entry: RakNet's unconnected ping (minecraft.wiki, RakNet)."""

from __future__ import annotations

import struct

from bot.demo.games.datagrams import DatagramGame

MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")
_PING, _PONG = 0x01, 0x1C
_GUID = 0x1122334455667788


class BedrockGame(DatagramGame):
    """Answers an unconnected ping with the line that the game's server list shows."""

    def __init__(
        self,
        *,
        port: int = 0,
        name: str = "A Bedrock world",
        version: str = "1.21.60",
        players: int = 2,
        slots: int = 10,
    ) -> None:
        super().__init__(port=port)
        self.name, self.version, self.players, self.slots = name, version, players, slots

    def entry(self) -> bytes:
        """Return the line of the server list."""
        fields = ("MCPE", self.name, 776, self.version, self.players, self.slots, _GUID, "world", "Survival", 1)
        return ";".join([*map(str, fields), str(self.port), str(self.port), ""]).encode()

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the pong for a ping, with the ping's own time in it, and nothing for anything else."""
        if len(datagram) < 33 or datagram[0] != _PING or datagram[9:25] != MAGIC:
            return []
        entry = self.entry()
        return [
            bytes([_PONG])
            + datagram[1:9]
            + struct.pack(">Q", _GUID)
            + MAGIC
            + struct.pack(">H", min(len(entry), 0xFFFF))
            + entry
        ]

"""A Source game server, as far as its list entry: A2S_INFO with its challenge (developer.valvesoftware.com)."""

from __future__ import annotations

import struct

from bot.demo.games.datagrams import DatagramGame

SINGLE = b"\xff\xff\xff\xff"
SPLIT = b"\xfe\xff\xff\xff"
REQUEST = SINGLE + b"TSource Engine Query\0"
CHALLENGE = bytes.fromhex("0a0b0c0d")


class SourceGame(DatagramGame):
    """Asks for its challenge to be repeated, and then tells what the game's server browser shows."""

    def __init__(
        self,
        *,
        port: int = 0,
        name: str = "A Rust island",
        game: str = "Rust",
        version: str = "2592",
        players: int = 7,
        slots: int = 50,
    ) -> None:
        super().__init__(port=port)
        self.name, self.game, self.version, self.players, self.slots = name, game, version, players, slots

    def info(self) -> bytes:
        """Return the answer without the mark of a single packet."""
        texts = b"".join(text.encode() + b"\0" for text in (self.name, "Procedural Map", "rust", self.game))
        numbers = struct.pack("<HBBB", 0, self.players, self.slots, 0)
        # Dedicated, on Linux, without a password, with the protection against cheats; a port as the only extra.
        return b"I\x11" + texts + numbers + b"dl\0\1" + self.version.encode() + b"\0" + struct.pack("<BH", 0x80, 28015)

    def answers(self, datagram: bytes) -> list[bytes]:
        """Return the challenge, or for who repeats it the answer, and nothing for anything else."""
        if not datagram.startswith(REQUEST):
            return []
        if datagram[len(REQUEST) :] != CHALLENGE:
            return [SINGLE + b"A" + CHALLENGE]
        return [SINGLE + self.info()]


def split(answer: bytes, pieces: int, *, number: int = 0x1234) -> list[bytes]:
    """Return an answer in as many packets, each with its place among them."""
    whole = SINGLE + answer
    size = -(-len(whole) // pieces)
    return [
        SPLIT + struct.pack("<LBBH", number, pieces, place, size) + whole[place * size : (place + 1) * size]
        for place in range(pieces)
    ]

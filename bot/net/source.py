"""Asking a Source game for its list entry: A2S_INFO with its challenge (developer.valvesoftware.com, Server queries).

python-a2s speaks the protocol and reads the entry. Putting split packets together is done here: it keeps no count of
them, and unpacks what they hold, 722 bytes of which become a gigabyte.
"""

from __future__ import annotations

import struct
import time

from a2s.a2s_async import request_async_impl
from a2s.exceptions import BrokenMessageError
from a2s.info import InfoProtocol

from bot.domain.probe import GameAnswer, Protocol
from bot.net.bounded import Datagrams, Unreadable
from bot.net.wording import amount, words

_SINGLE, _SPLIT = b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff"
_SPLIT_HEAD = struct.Struct("<LBBH")
_PACKED = 1 << 31
_LARGEST = 8_192
"""Bytes of an entry: the largest there are fit into a few packets, and python-a2s reads one byte after the other."""


class Pieces:
    """What comes back of one question, put together."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._pieces: dict[int, bytes] = {}

    def add(self, datagram: bytes) -> bytes | None:
        """Return the answer once it is whole, without its mark; raise Unreadable where it is none."""
        mark, rest = datagram[:4], datagram[4:]
        whole: bytes | None = None
        if mark == _SINGLE:
            whole = rest
        elif mark == _SPLIT:
            whole = self._with(rest)
        else:
            raise Unreadable("no mark of a packet")
        if whole is not None and len(whole) > _LARGEST:
            raise Unreadable("too large for a list entry")
        return whole

    def _with(self, piece: bytes) -> bytes | None:
        if len(piece) < _SPLIT_HEAD.size:
            raise Unreadable("a piece without its head")
        number, pieces, place, _ = _SPLIT_HEAD.unpack_from(piece)
        if number & _PACKED or place >= pieces:
            raise Unreadable("a piece that is packed, or of none")
        if number != self._number:
            self._number, self._pieces = number, {}
        self._pieces[place] = piece[_SPLIT_HEAD.size :]
        if len(self._pieces) < pieces:
            return None
        return b"".join(self._pieces[at] for at in sorted(self._pieces)).removeprefix(_SINGLE)


class Questions:
    """What python-a2s asks through."""

    def __init__(self, datagrams: Datagrams) -> None:
        self._datagrams = datagrams
        self._asked = 0.0
        self.seconds = 0.0
        """From the last question, as it was sent the last time, to its answer."""

    async def request(self, payload: bytes) -> bytes:
        """Send a question and return the whole answer."""

        def question() -> bytes:
            self._asked = time.perf_counter()
            return _SINGLE + payload

        pieces = Pieces()
        whole = pieces.add(await self._datagrams.ask(question))
        while whole is None:
            whole = pieces.add(await self._datagrams.next())
        self.seconds = time.perf_counter() - self._asked
        return whole


async def ask_source(datagrams: Datagrams) -> GameAnswer:
    """Return what a Source game says of itself; raise Unreadable where what answers is none."""
    questions = Questions(datagrams)
    try:
        said = await request_async_impl(questions, "utf-8", InfoProtocol)
    except (BrokenMessageError, struct.error, ValueError):
        raise Unreadable("no list entry") from None
    return GameAnswer(
        Protocol.SOURCE,
        # GoldSource, of before, does not tell it.
        version=words(getattr(said, "version", "")),
        players=amount(said.player_count),
        slots=amount(said.max_players),
        seconds=questions.seconds,
        name=words(said.server_name),
        game=words(said.game),
    )

"""Whatever bytes come back: they are an entry, or unreadable, and nothing else happens."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.games.java import varint
from bot.demo.games.source import SPLIT
from bot.domain.probe import GameAnswer
from bot.net.bedrock import BedrockPing
from bot.net.bounded import Unreadable
from bot.net.java import entry
from bot.net.source import Pieces


@given(payload=st.binary(max_size=200))
def test_whatever_a_status_packet_holds_it_is_an_entry_or_unreadable(payload: bytes) -> None:
    _read_or_not(lambda: entry(payload, 0.1))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["version", "players", "description", "name", "protocol", "online", "max", "text", "extra"]
            ),
            part,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(said=_json)
def test_whatever_an_entry_says_it_is_read_or_unreadable(said: Any) -> None:
    text = json.dumps(said).encode()
    _read_or_not(lambda: entry(b"\0" + varint(len(text)) + text, 0.1))


@given(fields=st.lists(st.text(max_size=8), max_size=12), size=st.integers(0, 0xFFFF))
def test_whatever_a_pong_says_it_is_read_or_unreadable(fields: list[str], size: int) -> None:
    ping = BedrockPing()
    line = ";".join(fields).encode()
    pong = b"\x1c" + ping.question()[1:9] + bytes(8) + ping.question()[9:25] + struct.pack(">H", size) + line
    _read_or_not(lambda: ping.answer(pong))


@given(datagrams=st.lists(st.binary(max_size=40).map(lambda data: SPLIT + data), max_size=6))
def test_whatever_comes_in_pieces_is_whole_or_not_or_unreadable(datagrams: list[bytes]) -> None:
    pieces = Pieces()
    for datagram in datagrams:
        try:
            whole = pieces.add(datagram)
        except Unreadable:
            return
        assert whole is None or isinstance(whole, bytes)


def _read_or_not(read: Callable[[], GameAnswer]) -> None:
    try:
        answer = read()
    except Unreadable:
        return
    assert all(isinstance(text, str) and len(text) <= 300 for text in (answer.version, answer.name, answer.game))
    assert all(number is None or 0 <= number <= 10_000_000 for number in (answer.players, answer.slots))

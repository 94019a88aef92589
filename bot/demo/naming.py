"""The demo's own DNS: which names of its servers lead where, and what the bot asks in place of this machine's."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from bot.demo.games.datagrams import LOOPBACK
from bot.demo.nameserver import NameServer
from bot.demo.panel import PanelState
from bot.net.resolver import Resolver

FREE = "survival.example.org"
"""A name that nobody has given yet, whose DNS leads to Survival."""
_OLD_PORT = 25570
"""Where the name of Skyblock led before its primary was changed."""
_PROXY = "192.0.2.80"
"""Where the name of Proxy leads: to what protects it, or to a wrong machine."""
_KEPT = 5
"""Seconds for which an answer is kept."""


@contextlib.asynccontextmanager
async def names_of(state: PanelState) -> AsyncIterator[Resolver]:
    """Yield what asks the demo's DNS, which answers until the block ends."""
    async with NameServer(_zone(state), ttl=_KEPT) as server:
        yield Resolver([LOOPBACK], port=server.port)


def _zone(state: PanelState) -> dict[str, list[str]]:
    """Return the records: right ones for Survival and Prison Break, an old one for Skyblock, another's for Proxy."""
    primaries = {server.name: state.primary_of(server) for server in state.servers.values()}
    survival, skyblock = primaries["Survival"], primaries["Skyblock"]
    return {
        **_named("play.example.com", survival.ip, survival.port),
        **_named(FREE, survival.ip, survival.port),
        **_named("sky.example.com", skyblock.ip, _OLD_PORT),
        **_named("prison.example.com", primaries["Prison Break"].ip),
        **_named("mc.example.com", _PROXY),
    }


def _named(name: str, address: str, port: int | None = None) -> dict[str, list[str]]:
    """Return the records of a name: its address, and the port for Minecraft's clients."""
    records = {f"{name} A": [address]}
    return records if port is None else records | {f"_minecraft._tcp.{name} SRV": [f"0 5 {port} {name}."]}

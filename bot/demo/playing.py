"""The games behind the demo's addresses, which are nobody's: on this machine, and reached by a connector alone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.demo.games import BedrockGame, JavaGame
from bot.demo.games.datagrams import LOOPBACK
from bot.demo.panel import PanelState
from bot.demo.panel.daemon import RUNNING
from bot.demo.panel.records import Server
from bot.net.bounded import Connector, Datagrams, Stream


@dataclass(frozen=True, slots=True)
class _Played:
    server: Server
    port: int
    """Where on this machine the game listens."""


class DemoConnector(Connector):
    """Leads from an address of the demo to the game on this machine, while its server runs; from others nowhere."""

    def __init__(self, state: PanelState, games: Mapping[tuple[str, int], _Played]) -> None:
        self._state = state
        self._games = games

    async def stream(self, address: str, port: int) -> Stream:
        """Open a TCP connection to the game."""
        return await super().stream(LOOPBACK, self._port_of(address, port))

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """Return what talks to the game over UDP."""
        return await super().datagrams(LOOPBACK, self._port_of(address, port))

    def _port_of(self, address: str, port: int) -> int:
        played = self._games.get((address, port))
        if played is None or self._state.process_of(played.server).at(self._state.clock()).state != RUNNING:
            raise ConnectionRefusedError(f"no game of the demo listens at {address}, port {port}")
        return played.port


@contextlib.asynccontextmanager
async def games_of(state: PanelState) -> AsyncIterator[DemoConnector]:
    """Yield the way to the demo's games, which play until the block ends: Survival's, and Bedrock's."""
    java = JavaGame(motd="§aSurvival§r, season 5", version="Paper 1.21.4", players=4, slots=20)
    bedrock = BedrockGame(name="Bedrock Bay", version="1.21.60", players=2, slots=10)
    by_name = {server.name: server for server in state.servers.values()}
    async with java, bedrock:
        played: dict[tuple[str, int], _Played] = {}
        for name, port in (("Survival", java.port), ("Bedrock", bedrock.port)):
            primary = state.primary_of(by_name[name])
            played[primary.ip, primary.port] = _Played(by_name[name], port)
        yield DemoConnector(state, played)

"""Where the process tests happen: a Discord, a panel, a folder with the database, and people with a server each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bot.demo.panel import PanelState, Server, SimulatedPanel
from bot.demo.panel.records import Allocation
from tests.wire import BotProcess, Interaction, WireDiscord
from tests.wire.interaction import Clocks

PATIENT = Clocks(first_answer=15)
"""Answers within 3 seconds are proven where time is virtual; here a busy machine must not fail a test."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the community, with a key for the panel and a server of their own on it."""

    id: int
    name: str
    key: str
    server: Server

    spare: int
    """The id of the allocation that is not the primary at first."""


class Harbour:
    """Everything around the process, and short ways to do what most tests begin with."""

    def __init__(self, discord: WireDiscord, panel: SimulatedPanel, folder: Path) -> None:
        self.discord = discord
        self.panel = panel
        self.folder = folder
        self.processes: list[BotProcess] = []
        self._numbers = count(1)

    @property
    def state(self) -> PanelState:
        """What the panel holds."""
        return self.panel.state

    def member(self) -> Member:
        """Return a new person with a server of two allocations, of five it may have."""
        number = next(self._numbers)
        name = f"member{number}"
        user = self.state.add_user(name)
        server = self.state.add_server(
            user, f"Server {number}", limit=5, ip=f"203.0.113.{number}", ports=(25565, 25566), notes={25566: "before"}
        )
        return Member(
            200_000_000_000_000_000 + number, name, self.state.add_key(user), server, (server.primary_id or 0) + 1
        )

    def bot(
        self,
        *arguments: str,
        watch_network: bool = False,
        bound_by_permissions: bool = False,
        haste: float = 1,
        sleeps: float = 0,
        hangs: bool = False,
        fails: str = "",
        **settings: str | None,
    ) -> BotProcess:
        """Return the process, not yet started."""
        process = BotProcess(
            self.discord,
            self.panel.url,
            self.folder,
            *arguments,
            watch_network=watch_network,
            bound_by_permissions=bound_by_permissions,
            haste=haste,
            sleeps=sleeps,
            hangs=hangs,
            fails=fails,
            **settings,
        )
        self.processes.append(process)
        return process

    async def link(self, member: Member, key: str | None = None) -> Interaction:
        """Link a member's key through the form and return the answer."""
        opened = await (await self.discord.slash(member.id, "link")).wait_for_answer()
        return await (await opened.submit(key=key or member.key)).wait_for_answer()

    async def linked(self) -> Member:
        """Return a new member who has linked their key."""
        member = self.member()
        answer = await self.link(member)
        assert "✅ Linked" in answer.text, answer.text
        return member

    async def open_panel(self, member: Member) -> Interaction:
        """Return the manage panel of the member's server."""
        opened = await self.discord.slash(member.id, "allocations list", {"server": member.server.identifier})
        return await opened.wait_for_answer()

    async def annotate(self, member: Member, text: str) -> Interaction:
        """Send `/allocations notes` for the spare allocation, without waiting for the answer."""
        options = {"server": member.server.identifier, "allocation": f"#{member.spare}", "text": text}
        return await self.discord.slash(member.id, "allocations notes", options)

    def rows(self, member: Member) -> list[Allocation]:
        """Return what the panel holds of the member's server."""
        return self.state.allocations_of(member.server)

    def notes(self, member: Member) -> str | None:
        """Return the notes of the member's spare allocation on the panel."""
        return self.state.allocations[member.spare].notes

    def statuses(self) -> list[int | None]:
        """Return how Discord has answered the bot's calls so far, None for those under way or cut."""
        return [call.status for call in self.discord.calls]

    def writes(self, method: str = "POST") -> int:
        """Return how many changes of this verb have reached the panel."""
        return self.panel.requests.count(method=method)


@asynccontextmanager
async def open_harbour(folder: Path, **options: Any) -> AsyncIterator[Harbour]:
    """Yield a harbour with its files in this folder; `options` are the Discord's."""
    async with WireDiscord(**{"clocks": PATIENT, **options}) as discord, SimulatedPanel(PanelState()) as panel:
        yield Harbour(discord, panel, folder)

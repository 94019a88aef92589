"""The first visitor, before anybody has a key: the process has found out by itself which panel it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.panel import Flavour, PanelState, SimulatedPanel
from tests.process.harbour import PATIENT, Harbour
from tests.wire import WireDiscord

PAGES = {Flavour.PTERODACTYL_1_12: "account/api", Flavour.PELICAN: "profile"}


@asynccontextmanager
async def harbour_of(flavour: Flavour, folder: Path) -> AsyncIterator[Harbour]:
    """Yield a harbour whose panel is of this kind."""
    async with WireDiscord(clocks=PATIENT) as discord, SimulatedPanel(PanelState(), flavour=flavour) as panel:
        yield Harbour(discord, panel, folder)


async def sent_to(harbour: Harbour) -> list[str]:
    """Return where the buttons lead that somebody gets who has no key."""
    answer = await (await harbour.discord.slash(harbour.member().id, "servers")).wait_for_answer()
    rows = answer.shown.rows
    return [part["url"] for row in rows for part in row["components"] if "url" in part]


@pytest.mark.parametrize("flavour", PAGES, ids=str)
async def test_the_first_visitor_is_sent_to_the_page_for_keys_that_the_panel_has(
    flavour: Flavour, tmp_path: Path
) -> None:
    async with harbour_of(flavour, tmp_path) as harbour, harbour.bot() as bot:
        await bot.until_line("The panel is a ")
        await bot.until_line("Ready as")
        asked = [(request.method, request.path, request.key) for request in harbour.panel.requests]

        pages = await sent_to(harbour)

        assert pages == [f"{harbour.panel.url}/{PAGES[flavour]}"]
        # Once, at the start, and without a key; a visit asks nothing.
        assert asked == [("GET", "/api/client", None)]
        assert len(harbour.panel.requests) == 1
        bot.assert_content()


async def test_what_was_found_out_is_known_at_the_next_start_while_the_panel_is_away(tmp_path: Path) -> None:
    async with harbour_of(Flavour.PELICAN, tmp_path) as harbour:
        async with harbour.bot() as bot:
            await bot.until_line("The panel is a Pelican")
            await bot.until_line("Ready as")
        await harbour.panel.kill()
        async with harbour.bot() as again:
            await again.until_line("Which panel it is could not be found out yet: PanelUnreachable")
            await again.until_line("Ready as")

            pages = await sent_to(harbour)

            assert pages == [f"{harbour.panel.url}/profile"]
            again.assert_content()

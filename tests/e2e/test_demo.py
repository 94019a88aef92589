"""The demo as its visitors have it, whose Discord keeps the time of day while the bot's timers are simulated."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from simcord.preview import Preview
from yarl import URL

from bot.demo.live import Live
from bot.demo.mentions import show_mentions_in_embeds
from bot.demo.people import Person
from bot.demo.run import opened
from bot.demo.stage import Stage
from bot.demo.transcript import TourFailed, Transcript
from bot.demo.world import demo_key


class Visit:
    """Somebody has the page open and does nothing: it asks for its state again and again, time passes."""

    def __init__(self, stage: Stage, preview: Preview, session: aiohttp.ClientSession) -> None:
        self._now = datetime.now(UTC)
        self._stage = stage
        self._live = Live(stage, preview, now=lambda: self._now)
        self._session = session

    async def wait(self, seconds: int) -> None:
        """Let time pass, on the panel too, in the steps of the demo."""
        for _ in range(seconds):
            self._now += timedelta(seconds=1)
            self._stage.panel.advance(1)
            await self._live.tick()

    async def newest(self) -> tuple[str, list[dict[str, Any]]]:
        """Return the text of the newest message on the page, and the mentions in it."""
        async with self._session.get("/api/state") as answer:
            state = await answer.json()
        message = state["messages"][state["timeline"][-1]]
        found: list[dict[str, Any]] = []
        return _read(message["embeds"], found), found


def _read(part: Any, found: list[dict[str, Any]]) -> str:
    """Return the texts of a part of the page in their order; keep the mentions."""
    if isinstance(part, list):
        return "".join(_read(inner, found) for inner in part)
    if not isinstance(part, dict):
        return ""
    if part.get("type") in {"mention", "command"}:
        found.append(part)
        return str(part["label"])
    own = part.get("content")
    return (own if isinstance(own, str) else "") + "".join(_read(inner, found) for inner in part.values())


@asynccontextmanager
async def visiting(stage: Stage, mara: Person) -> AsyncIterator[Visit]:
    """Yield a visit of Mara's to the page."""
    async with (
        stage.env.preview(stage.channel, viewers=[mara.actor], layout="channel") as preview,
        await _page_of(preview) as session,
    ):
        yield Visit(stage, preview, session)


async def _page_of(preview: Preview) -> aiohttp.ClientSession:
    """Return a session that has opened the page."""
    url = URL(preview.url)
    said = {"X-Simcord-Capability": url.fragment}
    async with aiohttp.ClientSession(url.origin(), headers=said) as session, session.post("/api/pages", json={}) as at:
        context = (await at.json())["context"]["id"]
    return aiohttp.ClientSession(url.origin(), headers=said | {"X-Simcord-Context": context})


async def test_nobody_is_told_in_the_demo_that_a_press_came_late_because_a_timer_went_off() -> None:
    async with opened() as (_, stage, people):
        mara = people["Mara"]
        await mara.run("servers")
        # As when an idle connection to the panel is closed, which is after 15 seconds.
        await stage.env.advance_time(15)

        seen = await mara.run("servers")

    assert "7 servers on your panel account" in seen.text


async def test_what_came_of_a_restart_appears_on_the_page_by_itself() -> None:
    async with opened() as (_, stage, people), visiting(stage, people["Mara"]) as visit:
        await people["Mara"].run("allocations list", server="Survival")
        await people["Mara"].press("Restart…")
        await people["Mara"].press("Restart Survival")
        await visit.wait(1)
        at_first, _ = await visit.newest()

        await visit.wait(60)
        later, _ = await visit.newest()

    assert "has accepted it" in at_first
    assert "It is running again" in later


async def test_several_ports_are_added_on_the_page_as_the_panel_allows_without_a_press() -> None:
    async with opened() as (_, stage, people), visiting(stage, people["Mara"]) as visit:
        await people["Mara"].run("allocations list", server="Proxy")
        await people["Mara"].press("Add several…")
        await people["Mara"].choose_several("Voice chat", "Query", "Votes")
        await people["Mara"].press("Add 3 ports")
        await visit.wait(1)
        at_first, _ = await visit.newest()

        await visit.wait(61)
        later, _ = await visit.newest()

    assert "2 of 3 ports added. panel.example.com adds at most 2 ports a minute" in at_first
    assert "3 of 3 ports added" in later


async def test_the_page_names_channels_the_bot_and_commands_in_an_embed() -> None:
    show_mentions_in_embeds()
    async with opened() as (_, stage, people), visiting(stage, people["Mara"]) as visit:
        await people["Mara"].run("allocations list", server="Survival")
        await people["Mara"].press("Post address here")
        await visit.wait(1)
        asked, mentioned = await visit.newest()
        await people["Mara"].run("account")
        await visit.wait(1)
        account, commands = await visit.newest()

    assert [(part["kind"], part["label"]) for part in mentioned] == [("channel", "#game-servers"), ("user", "@Berth")]
    assert "<" not in asked
    assert "/allocations history" in [part["label"] for part in commands]
    assert "<" not in account


async def test_the_account_names_the_demos_panel_and_not_this_machine() -> None:
    async with opened() as (_, _stage, people):
        seen = await people["Mara"].run("account")
        text = seen.text
        exported = await people["Mara"].press("Get it all as JSON")
        (file,) = exported.message.attachments
        content = await file.read()

    assert "**Panel**: `https://panel.example.com`" in text
    assert json.loads(content)["panel"] == "https://panel.example.com"


async def test_the_tour_prints_what_discord_shows_and_fails_where_it_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    async with opened() as (_, stage, people):
        told, noa = Transcript(stage.panel.now), people["Noa"]
        await noa.run("allocations list")
        await noa.press("I have my key")
        seen = await noa.fill(key=demo_key("demoNobody9"))
        told.show("Noa pastes a wrong key", seen, "about the key you entered at <t:")
        printed = capsys.readouterr().out
        noted = await people["Mara"].run("allocations notes", server="Bedrock", allocation="19132", text="<t:5:F>")

        with pytest.raises(TourFailed, match="“<t:5:F>” is nothing that Discord shows, after: Mara notes a date"):
            told.show("Mara notes a date", noted)

    assert re.search(r"about the key you entered at \d\d:\d\d:\d\d\.", printed)

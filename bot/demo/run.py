"""`python -m bot demo`: the page in the browser; `--tour`: the scripted visit."""

from __future__ import annotations

import contextlib
import logging
import signal
import tempfile
from asyncio import Event, create_task, get_running_loop, wait_for
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from simcord._clock import Clock
from simcord.preview import Preview
from yarl import URL

from bot.demo.keyspage import PATH as KEYS_PAGE
from bot.demo.keyspage import KeysPage
from bot.demo.live import Live
from bot.demo.mentions import show_mentions_in_embeds
from bot.demo.naming import FREE, names_of
from bot.demo.page import served
from bot.demo.panel import SimulatedPanel
from bot.demo.people import Person
from bot.demo.playing import games_of
from bot.demo.stage import Stage, open_stage
from bot.demo.tour import SEEN_AT, Tour
from bot.demo.world import DemoWorld, demo_world
from bot.front.client import Bot
from bot.settings import Settings

_TRY = (
    "As Noa: run `/servers` and take the two steps it names. Then swap the key for one of the bot's own.",
    "As Mara: run `/allocations list`, choose Survival, add a port, and say that it is for an “event world”. Post the "
    "address: everybody sees that, and nothing else. Restart it, and check whether its game answers.",
    "As Mara again, to see what it warns of: make another port of Survival the primary, and undo that. Run "
    "`/allocations address` for Skyblock, whose DNS is out of date; say that players type "
    f"`{FREE}` for Survival, then change its primary. "
    "In Proxy, which has 35 ports, find “event”, then add three or more at once: this panel takes two a minute.",
    "As Sam, who may only look: do the same, and see what is off and why. Then try `/servers` and `/help`.",
)
_TO_TRY = "Four things to try"
PANEL = "https://panel.example.com/"
"""What the simulated panel is called."""
CLOCK_TICKS = 0.5
"""Seconds between two looks at the time of day and at what the bot did by itself."""


class _NamedStage(Stage):
    """The panel has a name, under which people know it: this machine's address is nobody's, nor any game's."""

    async def build(self) -> Bot:
        """Return a bot that reaches the demo's games and its DNS, and nothing else."""
        if self.way is None:
            self.way = await self._stack.enter_async_context(games_of(self.panel.state))
            self.look_names_up_by(await self._stack.enter_async_context(names_of(self.panel.state)))
        bot = await super().build()
        # The tour lets minutes pass at once: what was read is as old as the panel's clock says.
        seats = bot.services.directory.seats
        seats.clock = seats.time = self.panel.now
        return bot

    @property
    def panel_at(self) -> str:
        """Where the bot's requests to the panel go: not to its name."""
        return self.panel.url

    @property
    def settings(self) -> Settings:
        """The settings the bot is built with."""
        # The demo's addresses are of the documentation's networks, which are not public; nothing is sent there.
        ours = {"panel_url": PANEL, "panel_key_url": f"{PANEL}account/api", "check_private": "on"}
        return super().settings.model_copy(update=ours)


class _LockedStage(_NamedStage):
    """A key of the bot's own works from its own address only."""

    @property
    def settings(self) -> Settings:
        """The settings the bot is built with."""
        return super().settings.model_copy(update={"key_allowed_ips": "seen"})


class _PanelsClock(Clock):
    """The simulated Discord keeps the panel's time, which is that of day until some is let pass.

    So live timestamps read as they would, and whoever waits sees as much time go by here as there.
    """

    def __init__(self, panel: SimulatedPanel) -> None:
        super().__init__()
        self._panel = panel

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self._panel.now(), UTC)


@contextlib.contextmanager
def _without_advice_on_the_key() -> Iterator[None]:
    """Keep quiet inside the block that a key file was made and wants a backup: the demo's is gone afterwards."""
    logger = logging.getLogger("bot.store.keyfile")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextlib.asynccontextmanager
async def opened(kind: type[Stage] = _NamedStage) -> AsyncIterator[tuple[DemoWorld, Stage, dict[str, Person]]]:
    """Yield the world on a stage in a folder of its own that is gone afterwards, with those linked who should be."""
    world = demo_world()
    with _without_advice_on_the_key(), tempfile.TemporaryDirectory(prefix="berth-demo-") as folder:
        async with open_stage(world.state, Path(folder), kind=kind) as stage:
            stage.env.backend.clock = _PanelsClock(stage.panel)
            stage.env.backend.bot_user.name = "Berth"
            people = {person.name: stage.person(person.name) for person in world.people}
            for person in world.people:
                if person.linked and person.key:
                    await stage.bot.services.accounts.link(people[person.name].id, person.key)
            yield world, stage, people


async def run_demo(*, port: int = 0) -> int:
    """Serve the demo page until Ctrl-C; return the exit code. Raises PortTaken if it cannot be at this port."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        get_running_loop().add_signal_handler(number, stop.set)
    async with opened() as (world, stage, people):
        show_mentions_in_embeds()
        await stage.person("harbourmaster").actor.send(stage.channel, _greeting(world))
        viewers = [person.actor for person in people.values()]
        async with contextlib.AsyncExitStack() as stack:
            preview = await stack.enter_async_context(
                stage.env.preview(stage.channel, viewers=viewers, layout="channel")
            )
            live = Live(stage, preview)
            beside = {KEYS_PAGE: KeysPage(world)}
            url = await stack.enter_async_context(served(preview.url, port=port, beside=beside, turn=live.turn))
            stage.bot.site.keys_page_set = str(URL(url).with_fragment(None).with_path(KEYS_PAGE))
            print(_welcome(world, url), flush=True)
            over = create_task(_ended_on_the_page(preview, stop))
            stack.callback(over.cancel)
            while not stop.is_set():
                await live.tick()
                with contextlib.suppress(TimeoutError):
                    await wait_for(stop.wait(), CLOCK_TICKS)
    print("\nThe demo has ended and left nothing behind.")
    return 0


async def _ended_on_the_page(preview: Preview, stop: Event) -> None:
    """End the demo when its page is ended by SimCord's own button: nobody could see it any more."""
    await preview.wait_closed()
    stop.set()


def _greeting(world: DemoWorld) -> str:
    """Return the message that a visitor of the page finds in the channel."""
    newcomers = [person for person in world.people if person.key and not person.linked]
    lines = [
        "**Welcome to the demo.** The bot is the real one; this Discord and the panel behind it are simulated.",
        "Choose who you are at the top, under “Viewing as”. Type / below, pick a command, and send it with the arrow.",
        "Some things are better in a real Discord: suggestions open as soon as an option is picked "
        "(here, only once you type a letter), and you can press the name of a command in a text.",
        "",
        f"{_TO_TRY}:",
        *(f"{number}. {what}" for number, what in enumerate(_TRY, 1)),
        "",
        *(f"{person.name}'s key: `{person.key}`" for person in newcomers),
    ]
    return "\n".join(lines)


def _welcome(world: DemoWorld, url: str) -> str:
    lines = [
        "Berth demo: the real bot against a simulated Discord and a simulated panel.",
        "",
        f"Open   {url}",
        "",
        "People you can act as (choose the viewer on the page), and their panel keys:",
    ]
    for person in world.people:
        linked = "linked already" if person.linked else "not linked yet"
        lines.append(f"  {person.name:<6} {person.about} ({linked})")
        if person.key:
            lines.append(f"         {person.key}")
    lines += ["", f"{_TO_TRY}:", *(f"  {n}. {what}" for n, what in enumerate(_TRY, 1))]
    lines += ["", "Ctrl-C ends the demo."]
    return "\n".join(lines)


async def run_tour() -> int:
    """Play the scripted visit and print it; return 0 only if everything went as told."""
    async with opened() as (world, stage, people):
        tour = Tour(world, stage, people)
        if not await tour.play():
            return 1
    async with opened(_LockedStage) as (world, stage, people):
        world.state.seen_address = SEEN_AT
        last = Tour(world, stage, people, after=tour.steps)
        if not await last.play_locked():
            return 1
    print(f"\nThe tour is over: {last.steps} steps, all as told.")
    return 0

"""A scripted visit, printed as a readable transcript; every step says what must be seen."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping

from bot.demo.adding import primary_of_a_new_port, several_at_once
from bot.demo.checking import check_a_new_port, check_the_primary
from bot.demo.joining import give_a_name
from bot.demo.naming import FREE
from bot.demo.people import Person
from bot.demo.refused import a_wrong_key, refusals, unlink
from bot.demo.stage import Stage
from bot.demo.transcript import TourFailed, Transcript
from bot.demo.world import DemoWorld
from bot.services.game.power import FOLLOWED

SEEN_AT = "198.51.100.20"
"""The bot's address as the panel sees it where keys are locked to that."""


class Tour:
    """Plays the visit of Noa, who links an account, and of Mara and Sam, who have one."""

    def __init__(self, world: DemoWorld, stage: Stage, people: Mapping[str, Person], *, after: int = 0) -> None:
        self._world = world
        self._stage = stage
        self._people = people
        self._told = Transcript(stage.panel.now, after=after)

    @property
    def steps(self) -> int:
        """How many steps were played so far, those of the tour before this one counted."""
        return self._told.steps

    async def play(self) -> bool:
        """Play all scenes where nothing special is set; tell whether every step showed what it should."""
        return await self._as_told(self._usual())

    async def play_locked(self) -> bool:
        """Play what is other where a key of the bot's own works from its own address only."""
        return await self._as_told(self._locked())

    async def _as_told(self, scenes: Awaitable[None]) -> bool:
        try:
            await scenes
        except (TourFailed, LookupError) as failure:
            print(f"\nTOUR FAILED after {self.steps} steps: {failure}")
            return False
        return True

    async def _usual(self) -> None:
        await self._link()
        await self._swap()
        await give_a_name(self._told, self._people["Mara"])
        await self._create_and_annotate()
        await check_a_new_port(self._told, self._stage, self._people["Mara"])
        await self._primary_and_back()
        await self._restart()
        await check_the_primary(self._told, self._people["Mara"])
        await self._delete()
        await self._post()
        await primary_of_a_new_port(self._told, self._people["Mara"])
        await self._find()
        await several_at_once(self._told, self._stage, self._people["Mara"])
        await self._name()
        await self._everywhere()
        await refusals(self._told, self._world, self._stage, self._people["Sam"], self._people["Mara"])
        await unlink(self._told, self._people["Noa"])

    async def _link(self) -> None:
        noa = self._people["Noa"]
        await noa.run("allocations list")
        self._told.show("Noa, who has not linked yet, runs /allocations list", noa.seen, "First, link your account on")
        await noa.press("I have my key")
        self._told.tell("Noa presses I have my key: a form opens", noa.seen.form["title"])
        await a_wrong_key(self._told, noa)
        key = self._world.person("Noa").key or ""
        await noa.fill(key=key)
        self._told.show("Noa pastes the right key and submits", noa.seen, "Linked", "sees 1 server")
        if key in noa.seen.text:
            raise TourFailed("the key was shown")

    async def _swap(self) -> None:
        noa = self._people["Noa"]
        await noa.press("Swap it for a key of my own")
        self._told.show("Noa swaps it", noa.seen, "Swapped for a key of my own", "never passed through Discord")
        await noa.press("Delete the key I pasted")
        self._told.show("Noa needs the pasted key for nothing else", noa.seen, "no longer works")

    async def _locked(self) -> None:
        noa = self._people["Noa"]
        await noa.link(self._world.person("Noa").key or "")
        self._told.show("With the setting KEY_ALLOWED_IPS=seen, Noa links a key", noa.seen, "Linked")
        await noa.press("Swap it for a key of my own")
        self._told.show("Noa swaps it", noa.seen, f"works from `{SEEN_AT}` only, the address at which")
        await noa.run("account")
        self._told.show("Noa runs /account", noa.seen, f"**It works from**: `{SEEN_AT}` only")

    async def _create_and_annotate(self) -> None:
        mara = self._people["Mara"]
        await mara.run("servers")
        self._told.show("Mara runs /servers", mara.seen, "Survival", "suspended")
        await mara.choose("Survival")
        self._told.show("Mara chooses Survival", mara.seen, "3 of 6 ports used", "play.example.com:25565")
        had = set(mara.seen.options.values())
        await mara.press("Add port")
        self._told.show("Mara presses Add port", mara.seen, "Added", "4 of 6 ports used")
        new = next(value for value in mara.seen.options.values() if value not in had)
        await mara.press("What is it for?")
        await mara.fill(notes="query port for the website")
        self._told.show("Mara presses What is it for?, fills the form", mara.seen, "for the website", "query.port=")
        await mara.choose(new)

    async def _primary_and_back(self) -> None:
        mara = self._people["Mara"]
        await mara.press("Make primary")
        self._told.show("Mara presses Make primary", mara.seen, "Made primary", "DNS still leads", "until it restarts")
        await mara.press(next(label for label in mara.seen.buttons if label.endswith(" primary again")))
        self._told.show(
            "Mara goes back to the earlier one",
            mara.seen,
            "→ `play.example.com:25565`",
            "listens there already: no restart is needed",
            "No port needed",
        )

    async def _delete(self) -> None:
        mara = self._people["Mara"]
        await mara.choose(list(mara.seen.options.values())[-1])
        await mara.press("Remove…")
        self._told.show("Mara chooses the new one and presses Remove…", mara.seen, "Remove port ")
        danger = next(label for label in mara.seen.buttons if label.startswith("Remove "))
        await mara.press(danger)
        self._told.show(f"Mara presses {danger}", mara.seen, "Removed", "3 of 6 ports used")

    async def _restart(self) -> None:
        mara = self._people["Mara"]
        await mara.press("Restart…")
        self._told.show("Mara presses Restart…, and is asked", mara.seen, "Restart Survival?", "After the next start")
        await mara.press("Restart Survival")
        self._told.show("Mara presses Restart Survival", mara.seen, "has accepted it")
        for _ in range(int(FOLLOWED)):
            await self._stage.pass_time(1.0)
        self._told.show("A minute later at most it says what came of it", mara.saw(mara.seen.result), "running again")
        await mara.press("Show allocations")

    async def _post(self) -> None:
        mara = self._people["Mara"]
        await mara.press("Post address here")
        self._told.show("Mara presses Post address here, and is asked", mara.seen, "Post this address here?", "As whom")
        await mara.press("Post")
        self._told.show("Mara posts it, for everybody", mara.seen, FREE, public=True)

    async def _find(self) -> None:
        mara = self._people["Mara"]
        await mara.run("allocations list", server="Proxy")
        await mara.press("Find")
        self._told.tell("Mara lists Proxy, which has 35 ports, and presses Find: a form opens", mara.seen.form["title"])
        await mara.fill(words="event")
        self._told.show("Mara looks for event", mara.seen, "Found 1 of 35 ports", "summer event")
        await mara.press("Copy address")
        self._told.show("Mara presses Copy address", mara.seen, "mc.example.com:25565")

    async def _name(self) -> None:
        mara = self._people["Mara"]
        await mara.run("allocations list", server="s")
        self._told.show("Mara names a server by one letter", mara.seen, "Which server do you mean?", "Skyblock")
        await mara.run("allocations list", server="https://panel.example.com/server/5e000002")
        self._told.show(
            "Mara pastes the address of a server's page on the panel", mara.seen, "Creative", "2 of 2 ports used"
        )

    async def _everywhere(self) -> None:
        mara = self._people["Mara"]
        await mara.run("allocations find", text="19132")
        self._told.show(
            "Mara asks which of her servers has port 19132", mara.seen, "1 port on 1 server fits", "Bedrock"
        )
        await mara.run("allocations history", server="Survival")
        await mara.press("Everyone's changes")
        self._told.show(
            "Mara presses Everyone's changes on Survival", mara.seen, "'s own log has", "mara", "with a key"
        )

"""People who swap their keys: a stage with the settings for it, and what the panel holds of their keys."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import ascii_letters, digits

import pytest

from bot.demo import stage as demo
from bot.demo.panel import Flavour, PanelState
from bot.demo.panel.faults import Which
from bot.demo.panel.records import ApiKey
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.trouble import TroubledStage
from tests.security.evidence import database_file, run_sql
from tests.world import World

SWAP = "Swap it for a key of my own"
DELETE = "Delete the key I pasted"
KEEP = "Keep it, I use it elsewhere"
ADDRESS = "127.0.0.1"
"""The bot's own, as the simulated panel sees it."""
KEYS = "/account/api-keys"
MAKING: Which = {"method": "POST", "path": "*/account/api-keys"}
LISTING: Which = {"method": "GET", "path": "*/account/api-keys"}
REMOVING: Which = {"method": "DELETE", "path": "*/account/api-keys/*"}
CHECKING: Which = {"method": "GET", "path": "*/account"}


@dataclass(frozen=True)
class Ways:
    """How keys are swapped on a stage."""

    flavour: Flavour = Flavour.PTERODACTYL_1_11
    swap: str = "ask"
    allowed: str = "none"


BOTH = pytest.mark.parametrize("stage", [Ways(), Ways(Flavour.PELICAN)], indirect=True, ids=["pterodactyl", "pelican"])
BOTH_SEEN = pytest.mark.parametrize(
    "stage",
    [Ways(allowed="seen"), Ways(Flavour.PELICAN, allowed="seen")],
    indirect=True,
    ids=["pterodactyl", "pelican"],
)


class SwapStage(TroubledStage):
    """A stage on which keys are swapped."""

    ways = Ways()

    @property
    def settings(self) -> Settings:
        """The settings of this stage."""
        return super().settings.model_copy(update={"key_swap": self.ways.swap, "key_allowed_ips": self.ways.allowed})

    @property
    def panel_name(self) -> str:
        """What people call the panel."""
        return self.bot.site.name

    def client_keys(self, user: int = 1) -> list[ApiKey]:
        """Return the client keys of an account on the panel, the first one being ann's."""
        state = self.panel.state
        return state.client_keys_of(state.users[user])

    def own(self, user: int = 1) -> list[ApiKey]:
        """Return those that the bot made."""
        return [key for key in self.client_keys(user) if key.description.startswith("Berth")]

    def intents(self) -> int:
        """Return how many intents are written down."""
        with closing(sqlite3.connect(database_file(self))) as connection:
            (count,) = connection.execute("SELECT count(*) FROM intents").fetchone()
        return int(count)

    async def works_with(self, person: Person, key: str) -> bool:
        """Tell whether a person's commands work, with this key."""
        self.panel.requests.clear()
        seen = await person.run("servers")
        return "Survival" in seen.text and {request.key for request in self.panel.requests} == {key}


@asynccontextmanager
async def open_swap_stage(state: PanelState, folder: Path, ways: Ways) -> AsyncIterator[SwapStage]:
    """Yield such a stage with the panel in this state."""

    class Kind(SwapStage):
        pass

    Kind.ways = ways
    async with demo.open_stage(state, folder, flavour=ways.flavour, kind=Kind) as stage:
        stage.panel.chance.token = _tokens("pacc_" if ways.flavour is Flavour.PELICAN else "ptlc_")
        yield stage


def _tokens(prefix: str) -> Callable[[], str]:
    """Return what makes keys that look like keys, so that a search for a piece of one finds no number by chance."""
    random = Random(7)
    return lambda: prefix + "".join(random.choices(ascii_letters + digits, k=43))


async def swapped(stage: SwapStage, key: str, name: str = "ann") -> tuple[Person, Seen]:
    """Return a member who has linked a key and swapped it, with what that showed."""
    person = stage.person(name)
    await person.link(key)
    seen = await person.press(SWAP)
    assert "✅ Swapped" in seen.text, seen.text
    stage.panel.requests.clear()
    return person, seen


async def still_works(stage: SwapStage, world: World, person: Person) -> bool:
    """Tell whether the pasted key is the one that is used, and the bot has left nothing on the panel."""
    return await stage.works_with(person, world.ann) and stage.own() == []


def always(which: Which) -> Which:
    """Return the same requests, however many there are."""
    return {**which, "times": None}


def refusing(status: int, code: str, detail: str) -> tuple[int, str]:
    """Return an answer with which the panel refuses something."""
    return status, f'{{"errors":[{{"code":"{code}","status":"{status}","detail":"{detail}"}}]}}'


def written(stage: SwapStage, *, seconds_ago: int) -> None:
    """Let the intents be so old, by the clock that goes outside the simulation."""
    run_sql(database_file(stage), "UPDATE intents SET begun_at = unixepoch() - ?", seconds_ago)


async def unlink(person: Person) -> Seen:
    """Unlink and return what is said."""
    question = await person.run("unlink")
    return await person.press(next(label for label in question.buttons if label.startswith("Unlink")))


async def own_key_pasted_with_its_intent_kept(stage: SwapStage, key: str) -> tuple[Person, ApiKey]:
    """Return a member who pasted the bot's own key, while its intent stayed written down, and that key."""
    person, _ = await swapped(stage, key)
    (own,) = stage.own()
    run_sql(database_file(stage), "CREATE TRIGGER kept BEFORE DELETE ON intents BEGIN SELECT RAISE(ABORT, 'full'); END")
    await person.link(own.token)
    run_sql(database_file(stage), "DROP TRIGGER kept")
    return person, own

"""From the first command to a key: not linked is a first step, and whatever sends to the panel's page opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.demo import stage as demo
from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from bot.settings import GivenSettings, Settings
from tests.names import FIRST_STEP, LINKING, buttons_on, unnamed
from tests.stage import Stage
from tests.world import World

on_pelican = pytest.mark.parametrize("stage", [Flavour.PELICAN], indirect=True, ids=str)
on_both = pytest.mark.parametrize(
    ("stage", "prefix", "page"),
    [(Flavour.PTERODACTYL_1_12, "ptlc_", "account/api"), (Flavour.PELICAN, "pacc_", "profile")],
    indirect=["stage"],
    ids=str,
)
BLUE = 0x5865F2


def page_of(seen: Seen) -> str:
    """Return where the link button of a message leads."""
    return next(str(part["url"]) for part in seen.components if "url" in part and "key" in part["label"])


async def test_somebody_new_is_not_told_of_an_error_but_what_the_two_steps_are(stage: Stage) -> None:
    ann = stage.person("ann")

    seen = await ann.run("allocations list")

    assert seen.embed.title == f"🔗 First, link your account on {stage.bot.site.name}"
    assert seen.embed.colour is not None
    assert seen.embed.colour.value == BLUE
    assert "❌" not in seen.text
    steps = [line for line in unnamed(seen.text).splitlines() if line[:2] in ("1.", "2.")]
    assert [step.partition("**: ")[0] for step in steps] == [f"{n}. **{word}" for n, word in enumerate(LINKING, 1)]
    assert buttons_on(seen) == FIRST_STEP
    assert page_of(seen) == f"{stage.panel.url}/account/api"


async def test_the_two_steps_lead_from_the_first_command_to_a_linked_account(stage: Stage, world: World) -> None:
    ann = stage.person("ann")
    first = await ann.run("allocations list")

    form = await ann.press("I have my key")
    linked = await ann.fill(on=form, key=world.ann)

    assert "✅ Linked" in linked.text
    assert linked.message.id == first.message.id


async def _refused(who: Person, _: World) -> Seen:
    return await who.link("ptlc_" + "x" * 43)


async def _application(who: Person, world: World) -> Seen:
    return await who.link(world.state.add_key(world.state.users[1], application=True))


async def _no_key(who: Person, _: World) -> Seen:
    return await who.link("my password is hunter2")


async def _other_address(who: Person, world: World) -> Seen:
    return await who.link(world.state.add_key(world.state.users[1], allowed_ips=["192.0.2.1"]))


async def _key_in_notes(who: Person, world: World) -> Seen:
    await who.link(world.ann)
    return await who.run("allocations notes", server="Survival", allocation="25566", text=world.ann)


async def _help(who: Person, _: World) -> Seen:
    return await who.run("help")


SENT_THERE: dict[str, tuple[Callable[[Person, World], Awaitable[Seen]], str]] = {
    "a refused key": (_refused, "{panel} refused your key"),
    "an application key": (_application, "That is an application API key"),
    "no key": (_no_key, "That is not a client API key"),
    "a key for another address": (_other_address, "Your key does not allow this bot's address"),
    "a key in the notes": (_key_in_notes, "That looks like an API key"),
    "help": (_help, "Start in three steps"),
}


@pytest.mark.parametrize("text", SENT_THERE)
@on_both
async def test_what_sends_somebody_to_the_page_for_keys_opens_it_and_calls_the_panel_by_name(
    stage: Stage, world: World, prefix: str, page: str, text: str
) -> None:
    await stage.person("somebody").link(world.state.add_key(world.state.users[4], prefix=prefix))
    ann = stage.person("ann")
    action, title = SENT_THERE[text]

    seen = await action(ann, world)

    assert title in unnamed(seen.text)
    assert page_of(seen) == f"{stage.panel.url}/{page}"
    assert {"Create a key on {panel}", "See your keys on {panel}"} & set(buttons_on(seen))
    assert "I have my key" in buttons_on(seen)
    assert stage.bot.site.name in seen.text
    assert "{" not in seen.text


# ---------------------------------------------------------------------------------------------------- pelican


@on_pelican
async def test_as_long_as_it_is_not_known_which_panel_it_is_the_text_says_where_pelican_has_its_page(
    stage: Stage,
) -> None:
    seen = await stage.person("ann").run("servers")

    assert "under Account, API Credentials (on Pelican Profile, API Keys)" in seen.text
    assert page_of(seen) == f"{stage.panel.url}/account/api"


@on_pelican
async def test_once_the_panel_has_shown_itself_the_first_visitor_is_sent_to_pelicans_page_also_after_a_restart(
    stage: Stage,
) -> None:
    assert await stage.bot.flavour.learn()
    asked = list(stage.asked)

    first = page_of(await stage.person("ann").run("servers"))
    await stage.restart()
    second = await stage.person("bob").run("servers")

    assert asked == ["GET /"]
    assert [request.key for request in stage.panel.requests] == [None]
    assert first == page_of(second) == f"{stage.panel.url}/profile"
    assert "under Profile, API Keys." in second.text


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11], indirect=True, ids=str)
async def test_a_panel_that_became_another_is_found_out_at_the_next_start(stage: Stage) -> None:
    stage.panel.faults.answer(302, "", headers={"Location": "/login"})
    await stage.bot.flavour.learn()
    before = page_of(await stage.person("ann").run("servers"))
    await stage.restart()
    await stage.bot.flavour.learn()

    after = page_of(await stage.person("ann").run("servers"))

    assert before == f"{stage.panel.url}/profile"
    assert after == f"{stage.panel.url}/account/api"


@on_pelican
async def test_a_panel_that_is_away_is_asked_again_later_and_one_that_a_key_told_of_is_not_asked(
    stage: Stage, world: World
) -> None:
    stage.panel.faults.answer(502, "", method="GET", times=1)
    stage.panel.faults.reset_before(method="GET", times=1)

    unclear = await stage.bot.flavour.learn()
    away = await stage.bot.flavour.learn()
    then = await stage.bot.flavour.learn()
    await stage.person("dan").link(world.state.add_key(world.state.users[4], prefix="pacc_"))
    await stage.restart()
    stage.panel.requests.clear()
    known = await stage.bot.flavour.learn()

    assert (unclear, away, then, known) == (False, False, True, True)
    assert stage.asked == []


@on_pelican
async def test_from_the_first_pelican_key_on_everybody_is_sent_to_pelicans_page(stage: Stage, world: World) -> None:
    await stage.person("dan").link(world.state.add_key(world.state.users[4], prefix="pacc_"))

    seen = await stage.person("ann").run("servers")

    assert page_of(seen) == f"{stage.panel.url}/profile"
    assert "under Profile, API Keys." in seen.text
    assert "API Credentials" not in seen.text


@on_pelican
async def test_after_a_restart_the_panel_is_still_known_to_be_a_pelican(stage: Stage, world: World) -> None:
    await stage.person("dan").link(world.state.add_key(world.state.users[4], prefix="pacc_"))
    await stage.restart()
    ann = stage.person("ann")

    seen = await ann.run("servers")
    form = await ann.press("I have my key")

    assert page_of(seen) == f"{stage.panel.url}/profile"
    assert "under Profile, API Keys" in str(form.form)
    assert "ptlc_" not in str(form.form)


@on_pelican
async def test_a_key_that_came_along_from_pterodactyl_tells_nothing_of_the_panel(stage: Stage, world: World) -> None:
    await stage.linked("ann", world.ann)
    await stage.restart()

    assert page_of(await stage.person("bob").run("servers")) == f"{stage.panel.url}/account/api"


# -------------------------------------------------------------------------------------------- a page of its own


class _WithAPageOfItsOwn(Stage):
    @property
    def settings(self) -> Settings:
        given = super().settings.model_dump() | {"panel_key_url": "https://billing.example.com/keys"}
        return GivenSettings(**given)


@pytest.fixture(name="elsewhere")
async def elsewhere_fixture(world: World, tmp_path: Path) -> AsyncIterator[Stage]:
    """Yield a stage whose operator has named the page for keys."""
    async with demo.open_stage(world.state, tmp_path, kind=_WithAPageOfItsOwn) as opened:
        yield opened


async def test_the_page_that_the_operator_named_is_the_one_that_opens(elsewhere: Stage) -> None:
    seen = await elsewhere.person("ann").run("servers")

    assert page_of(seen) == "https://billing.example.com/keys"
    assert "Create a key on {panel}" in buttons_on(seen)
